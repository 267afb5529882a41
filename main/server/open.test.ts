import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { type FakeOpener, fakeOpener } from '../testing/fake-opener.ts'
import { runServerIn, type SpawnedServer, spawnServerIn } from '../testing/spawned-server.ts'
import { forgetOpening, openingIn, writeOpening } from './open.ts'

let home: string
let opener: FakeOpener
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'outflow-home-'))
  opener = fakeOpener(home)
  vi.stubEnv('HOME', home)
  return () => {
    vi.unstubAllEnvs()
    rmSync(home, { recursive: true, force: true })
  }
})

test('the browser is started with the path of a file that only this user can read, never with the token', async (ctx) => {
  if (process.platform !== 'linux') return ctx.skip('xdg-open is there on Linux only')
  const folder = join(home, '.local', 'share', 'Outflow')
  const server = await spawnServerIn(opener.env, '--data', folder, '--open')
  try {
    const file = await openedWith(server, folder)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).toContain(`location.replace("${server.origin}/#token=${server.token}")`)
    await visit(server)
    await expect.poll(() => existsSync(file)).toBe(false)
  } finally {
    await server.end('SIGTERM')
  }
})

test('a second start leads to the app that is open in the same way, and leaves nothing when that is closed', async (ctx) => {
  if (process.platform !== 'linux') return ctx.skip('xdg-open is there on Linux only')
  const folder = join(home, '.local', 'share', 'Outflow')
  const server = await spawnServerIn(opener.env, '--data', folder)
  try {
    const second = await runServerIn(opener.env, '--data', folder, '--open')
    expect(second).toEqual({ code: 1, output: ['Outflow is already open with this data folder.'] })
    expect(readFileSync(await openedWith(server, folder), 'utf8')).toContain(server.token)
  } finally {
    await server.end('SIGTERM')
  }
  expect(readdirSync(home).filter((name) => name.endsWith('.html'))).toEqual([])
})

async function openedWith(server: SpawnedServer, folder: string): Promise<string> {
  const args = await until(() => opener.taken())
  expect(args.join(' ')).not.toContain(server.token)
  expect(args).toEqual([openingIn(folder, home)])
  return args[0] ?? ''
}

/** What a page does first. */
async function visit({ origin, token }: SpawnedServer): Promise<void> {
  const stop = new AbortController()
  await fetch(`${origin}/events`, { headers: { Authorization: `Bearer ${token}` }, signal: stop.signal })
  stop.abort()
}

async function until<T>(look: () => T | undefined): Promise<T> {
  let found: T | undefined
  await expect.poll(() => (found ??= look())).toBeDefined()
  return found as T
}

test('a page that was never opened goes with the next start', async (ctx) => {
  if (process.platform !== 'linux') return ctx.skip('the home is moved by a variable that Linux reads')
  const folder = join(home, 'Outflow')
  mkdirSync(folder)
  const file = writeOpening(folder, 'http://127.0.0.1:1/#token=of-a-start-that-crashed')
  const server = await spawnServerIn(opener.env, '--data', folder)
  expect(existsSync(file)).toBe(false)
  await server.end('SIGTERM')
})

test('the page lies where a confined browser can read it: in the data folder, or plainly at home where that is hidden', () => {
  const plain = join(home, 'Documents', 'Outflow')
  const hidden = join(home, '.local', 'share', 'Outflow')
  const elsewhere = mkdtempSync(join(tmpdir(), 'outflow-elsewhere-'))
  for (const folder of [plain, hidden]) mkdirSync(folder, { recursive: true })
  expect(openingIn(plain, home, 'linux')).toBe(join(plain, 'open.html'))
  expect(openingIn(hidden, home, 'linux')).toMatch(new RegExp(`^${home}/outflow-opens-[0-9a-f]{12}\\.html$`))
  expect(openingIn(elsewhere, home, 'linux')).not.toBe(openingIn(hidden, home, 'linux'))
  for (const system of ['darwin', 'win32'] as const) {
    expect(openingIn(hidden, home, system)).toBe(join(hidden, 'open.html'))
  }
  rmSync(elsewhere, { recursive: true })
})

test('an address cannot end the script that it stands in', () => {
  const folder = join(home, 'Outflow')
  mkdirSync(folder)
  const text = readFileSync(writeOpening(folder, 'http://127.0.0.1:1/#</script><script>'), 'utf8')
  expect(text.split('<script>')).toHaveLength(2)
  forgetOpening(folder)
  expect(existsSync(openingIn(folder))).toBe(false)
  forgetOpening(join(home, 'not there'))
})
