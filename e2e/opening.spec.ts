import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from '@playwright/test'
import { fakeOpener } from '../main/testing/fake-opener.ts'
import { spawnServerIn } from '../main/testing/spawned-server.ts'

test('the page that the browser is started with leads into the app, signed in, and is gone then', async ({
  page,
}, info) => {
  test.skip(info.project.name !== 'browser', 'The window opens by itself')
  test.skip(process.platform !== 'linux', 'xdg-open is there on Linux only')
  const home = mkdtempSync(join(tmpdir(), 'outflow-home-'))
  const opener = fakeOpener(home)
  const server = await spawnServerIn(opener.env, '--data', join(home, '.local', 'share', 'Outflow'), '--open')
  try {
    let file = ''
    await expect.poll(() => (file = opener.taken()?.[0] ?? '')).not.toBe('')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    await page.goto(pathToFileURL(file).href)
    await expect(page.getByRole('button', { name: 'Try it with sample data' })).toBeVisible()
    expect(page.url()).not.toContain(server.token)
    await expect.poll(() => statSync(file, { throwIfNoEntry: false })).toBeUndefined()
    await page.goBack().catch(() => null)
    expect(page.url()).not.toContain(server.token)
  } finally {
    await server.end('SIGTERM')
    rmSync(home, { recursive: true, force: true })
  }
})
