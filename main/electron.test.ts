import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Events, Run } from '../preload/api.ts'
import { buildShell, type Launched, type LaunchOptions, launch, removeBuild } from './electron-testing/launch.ts'
import { lockFolder } from './lock.ts'
import { noteAddress } from './server-address.ts'

let built: string
const open: Launched[] = []
const folders: string[] = []

beforeAll(async () => {
  built = await buildShell()
})
afterEach(async () => {
  for (const app of open.splice(0)) await app.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})
afterAll(() => removeBuild(built))

async function start(options: LaunchOptions = {}): Promise<Launched> {
  const app = await launch(built, options)
  open.push(app)
  return app
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'outflow-electron-'))
  folders.push(folder)
  return folder
}

/** The first event of this name that fits. */
function heard<E extends keyof Events>(app: Launched, name: E, fits: (payload: Events[E]) => boolean) {
  return new Promise<Events[E]>((resolve) => {
    const stop = app.window.contents.bridge.on(name, (payload) => {
      if (!fits(payload)) return
      stop()
      resolve(payload)
    })
  })
}

test('a call goes from the page through the preload to the core, and its answer comes back', async () => {
  const app = await start()
  const answer = await app.window.contents.bridge.call('app.info', {})
  expect(answer).toMatchObject({
    ok: true,
    value: { host: 'electron', dataFolder: app.dataFolder, canPickPath: true, sample: null },
  })
})

test('the version is the one in package.json', async () => {
  const { bridge } = (await start()).window.contents
  const answer = await bridge.call('app.info', {})
  expect(answer.ok && answer.value.version).toMatch(/^\d+\.\d+\.\d+$/)
  expect(answer.ok && answer.value.version).not.toBe('0.0.0')
})

test('the page gets two functions and nothing of Electron or Node', async () => {
  const { page } = (await start()).window.contents
  expect(Object.keys(page.exposed)).toEqual(['bridge'])
  expect(Object.keys(page.exposed.bridge as object).sort()).toEqual(['call', 'on'])
})

test('the sample data is made, an event says so, and the built worker plans its sync', async () => {
  const app = await start()
  const { bridge } = app.window.contents
  const changed = heard(app, 'data.changed', ({ noun }) => noun === 'syncs')
  const sample = await bridge.call('sample.create', {})
  expect(sample).toMatchObject({ ok: true })
  expect(await changed).toEqual({ noun: 'syncs' })

  const settled = ({ status }: Run) => status !== 'planning'
  const planned = heard(app, 'run.changed', settled)
  await bridge.call('plans.make', { sync: sample.ok ? sample.value.sync : '' })
  expect(await planned).toMatchObject({ status: expect.stringMatching(/^(planned|blocked)$/) })
  expect((await planned).counts.added).toBeGreaterThan(0)
})

test('a listener that stopped hears nothing more, and leaves the others alone', async () => {
  const { bridge } = (await start()).window.contents
  const first: unknown[] = []
  const second: unknown[] = []
  const stop = bridge.on('data.changed', (payload) => first.push(payload))
  bridge.on('data.changed', (payload) => second.push(payload))
  stop()
  await bridge.call('settings.save', { theme: 'dark' })
  expect(first).toEqual([])
  expect(second).toEqual([{ noun: 'settings' }])
})

test('an input that cannot be copied between processes settles as a problem', async () => {
  const { page } = (await start()).window.contents
  const { call } = page.exposed.bridge as { call: (...args: unknown[]) => Promise<unknown> }
  expect(await call('settings.save', { theme: () => 'dark' })).toMatchObject({
    ok: false,
    problem: { remedy: 'report' },
  })
})

test('a method that is not text, or unknown, is answered with a problem', async () => {
  const { page } = (await start()).window.contents
  const { call } = page.exposed.bridge as { call: (...args: unknown[]) => Promise<unknown> }
  expect(await call(7, {})).toMatchObject({ ok: false })
  expect(await call('app.nothing', {})).toMatchObject({ ok: false })
})

test('the chosen theme is the window’s, at once and after the next start', async () => {
  const dataFolder = newFolder()
  const app = await start({ dataFolder })
  expect(app.nativeTheme.themeSource).toBe('system')
  await app.window.contents.bridge.call('settings.save', { theme: 'dark' })
  expect(app.nativeTheme.themeSource).toBe('dark')
  await app.close()
  open.splice(0)
  expect((await start({ dataFolder })).nativeTheme.themeSource).toBe('dark')
})

test('the colour behind the page changes with light and dark', async () => {
  const app = await start()
  app.nativeTheme.shouldUseDarkColors = true
  app.nativeTheme.emit('updated')
  expect(app.backgrounds).toEqual(['#15171a'])
})

test('a path is picked with the system’s dialog; closing it picks none', async () => {
  const app = await start()
  const { bridge } = app.window.contents
  app.answers.paths = ['/data/customers.db']
  const picked = await bridge.call('app.pickPath', { kind: 'file', title: 'Choose the database' })
  expect(picked).toEqual({ ok: true, value: { path: '/data/customers.db' } })
  app.answers.paths = []
  const none = await bridge.call('app.pickPath', { kind: 'folder', title: 'Where to put the files' })
  expect(none).toEqual({ ok: true, value: { path: null } })
  expect(app.openDialogs.map(({ title, properties }) => [title, properties?.[0]])).toEqual([
    ['Choose the database', 'openFile'],
    ['Where to put the files', 'openDirectory'],
  ])
})

test('the window shows when its page is drawn, and opens where it was left', async () => {
  const dataFolder = newFolder()
  const app = await start({ dataFolder })
  expect(app.window.options.show).toBe(false)
  expect(app.window.electron.visible).toBe(true)
  app.window.electron.bounds = { x: 300, y: 200, width: 1_000, height: 700 }
  app.window.electron.maximized = true
  await app.close()
  open.splice(0)
  const again = await start({ dataFolder })
  expect(again.window.options).toMatchObject({ x: 300, y: 200, width: 1_000, height: 700 })
  expect(again.window.electron.maximized).toBe(true)
})

test('a second start ends at once and touches nothing', async () => {
  const app = await start({ second: true })
  expect(app.exitCode).toBe(0)
  expect(app.windows).toEqual([])
  expect(existsSync(join(app.dataFolder, 'outflow.lock'))).toBe(false)
})

test('the first one brings its window to the front when a second is started', async () => {
  const app = await start()
  const { electron } = app.window
  electron.minimized = true
  app.app.emit('second-instance', {}, [], '')
  expect(app.windows).toHaveLength(1)
  expect(electron.minimized).toBe(false)
  expect(app.focused).toEqual([electron])
})

test('each data folder has an instance of its own', async () => {
  const app = await start()
  expect(app.paths.get('userData')).toBe(join(app.dataFolder, 'window'))
})

test('a data folder in use is said in a plain dialog, and the app ends', async () => {
  const dataFolder = newFolder()
  const unlock = lockFolder(dataFolder)
  const app = await start({ dataFolder })
  unlock()
  expect(app.exitCode).toBe(1)
  expect(app.errorBoxes).toEqual([
    { title: 'Outflow cannot start', text: 'Outflow is already open with this data folder.' },
  ])
})

test('a data folder that is open in a browser is offered there', async () => {
  const dataFolder = newFolder()
  const unlock = lockFolder(dataFolder)
  const server = createServer((_request, response) => response.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/#token=t`
  noteAddress(dataFolder, url)
  const app = await start({ dataFolder })
  unlock()
  server.close()
  expect(app.messageBoxes[0]?.message).toBe('Outflow is already open with this data folder.')
  expect(app.outside).toEqual([url])
  expect(app.errorBoxes).toEqual([])
})

test('a data file that is no database is said in a plain dialog without a stack', async () => {
  const dataFolder = newFolder()
  mkdirSync(dataFolder, { recursive: true })
  writeFileSync(join(dataFolder, 'outflow.db'), 'this is no database, whatever its name says'.repeat(100))
  const app = await start({ dataFolder })
  expect(app.exitCode).toBe(1)
  expect(app.errorBoxes[0]?.text).toBeTruthy()
  expect(app.errorBoxes[0]?.text).not.toContain('    at ')
})

test('quitting gives the data folder back', async () => {
  const dataFolder = newFolder()
  const app = await start({ dataFolder })
  expect(() => lockFolder(dataFolder)).toThrow('already open')
  await app.close()
  open.splice(0)
  expect(app.exitCode).toBe(0)
  lockFolder(dataFolder)()
})

test.skipIf(process.platform === 'darwin')('closing the window ends the app when nothing is planned', async () => {
  const app = await start()
  app.window.electron.close()
  await app.exited()
  expect(app.exitCode).toBe(0)
})

test('waking up catches up with what was missed', async () => {
  const app = await start()
  expect(app.powerMonitor.listenerCount('resume')).toBe(1)
  app.powerMonitor.emit('resume')
})

test('the menus open the data folder, and the tray opens the window again and quits', async () => {
  const app = await start()
  const items = (app.menu ?? []).flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []))
  click(items.find(({ label }) => label === 'Show Data Folder'))
  expect(app.outside).toEqual([app.dataFolder])
  app.window.electron.visible = false
  click(app.tray?.menu[0])
  expect(app.window.electron.visible).toBe(true)
  click(app.tray?.menu.at(-1))
  await app.exited()
})

test('a page that crashed can be opened again', async () => {
  const app = await start()
  const loaded = once(app.window.contents.electron, 'did-finish-load')
  app.window.contents.electron.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 })
  await loaded
  expect(app.messageBoxes[0]?.message).toBe('This window stopped working.')
  expect(await app.window.contents.bridge.call('settings.get', {})).toMatchObject({ ok: true })
})

/** Items of ours take no argument. */
function click(item: Electron.MenuItemConstructorOptions | undefined): void {
  const action = item?.click as (() => void) | undefined
  if (!action) throw new Error(`nothing to click: ${item?.label}`)
  action()
}
