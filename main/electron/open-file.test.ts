/** A workspace file that is opened from the file manager leads to the screen that looks into it, and changes nothing. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import type { Launched } from './testing/launch.ts'
import { shellSuite } from './testing/suite.ts'

const { start, newFolder } = shellSuite()

function workspaceFile(name = 'Our CRM & more.outflow'): string {
  const file = join(newFolder(), name)
  const connections = [{ name: 'Shop', connector: 'sqlite', values: { file: '/data/shop.db' } }]
  writeFileSync(file, JSON.stringify({ connections }))
  return file
}

/** The file that the window was asked to look into, as the screens read it from their address. */
const fileOf = (page: string) => new URLSearchParams(page.split('?')[1]).get('file')
const shownIn = (app: Launched) => fileOf(app.window.contents.electron.getURL())

/** The next page that the open window is asked to show. */
const asked = (app: Launched) =>
  new Promise<string>((resolve) => {
    app.window.contents.bridge.on('page.asked', ({ path }) => resolve(path))
  })

test('the app is started with it: the window opens at its screen, and nothing was added', async () => {
  const file = workspaceFile()
  const app = await start({ args: [file] })
  expect(app.window.contents.electron.getURL()).toMatch(/^app:\/\/outflow\/#\/import\?/)
  expect(shownIn(app)).toBe(file)
  const { bridge } = app.window.contents
  expect(await bridge.call('connections.list', {})).toEqual({ ok: true, value: [] })
  expect(await bridge.call('workspace.look', { path: file })).toMatchObject({
    ok: true,
    value: { connections: [{ name: 'Shop', product: 'SQLite file', here: false }] },
  })
})

test('a file manager of Linux names it by its address', async () => {
  const file = workspaceFile('Café.OUTFLOW')
  const app = await start({ args: [pathToFileURL(file).href] })
  expect(shownIn(app)).toBe(file)
})

test('the app is open already: its window comes to the front and shows the file', async () => {
  const app = await start()
  const file = workspaceFile('next.outflow')
  const page = asked(app)
  const argv = ['outflow', '--allow-file-access-from-files', '--original-process-start-time=1', 'next.outflow']
  app.app.emit('second-instance', {}, argv, join(file, '..'))
  expect(fileOf(await page)).toBe(file)
  expect(app.windows).toHaveLength(1)
  expect(app.focused).toEqual([app.window.electron])
})

test('a Mac hands it over by an event', async () => {
  const app = await start()
  const file = workspaceFile()
  const page = asked(app)
  let taken = false
  app.app.emit('open-file', { preventDefault: () => (taken = true) }, file)
  expect(fileOf(await page)).toBe(file)
  expect(taken).toBe(true)
})

test.each([
  'https://example.com/team.outflow',
  'file://elsewhere.example.com/share/team.outflow',
  'notes.txt',
  '--workspace=team.outflow',
  '.',
])('%s is none', async (argument) => {
  const app = await start({ args: [argument] })
  expect(shownIn(app)).toBeNull()
})
