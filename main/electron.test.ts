/** The built shell, its built preload and the real core, over a double of Electron: what crosses between page and core. */
import { expect, test } from 'vitest'
import type { Events, Run } from '../preload/api.ts'
import type { Launched } from './electron/testing/launch.ts'
import { shellSuite } from './electron/testing/suite.ts'

const { start, newFolder } = shellSuite()

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

test('the page gets three functions and nothing of Electron or Node', async () => {
  const { page } = (await start()).window.contents
  expect(Object.keys(page.exposed)).toEqual(['bridge'])
  expect(Object.keys(page.exposed.bridge as object).sort()).toEqual(['call', 'on', 'takeFile'])
})

test('of a file that is dropped on the window the path is known; one that a page made has none', async () => {
  const app = await start()
  const { bridge } = app.window.contents
  const dropped = new File(['id\n1\n'], 'people.csv')
  app.filePaths.set(dropped, '/home/ada/people.csv')
  expect(await bridge.takeFile(dropped)).toEqual({ ok: true, value: { path: '/home/ada/people.csv' } })
  expect(await bridge.takeFile(new File([], 'made.csv'))).toMatchObject({
    ok: false,
    problem: { remedy: 'retry', message: expect.stringContaining('not saved on this computer') },
  })
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
  await bridge.call('settings.save', { theme: 'dark', keepHistoryDays: null, keepExchangesMb: 20 })
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
  expect(await call(7, {})).toMatchObject({ ok: false, problem: { detail: 'method is not text' } })
  expect(await call('app.nothing', {})).toMatchObject({ ok: false })
})

test('the chosen theme is the window’s, at once and after the next start', async () => {
  const dataFolder = newFolder()
  const app = await start({ dataFolder })
  expect(app.nativeTheme.themeSource).toBe('system')
  await app.window.contents.bridge.call('settings.save', { theme: 'dark', keepHistoryDays: null, keepExchangesMb: 20 })
  expect(app.nativeTheme.themeSource).toBe('dark')
  await app.close()
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
