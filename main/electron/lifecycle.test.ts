/** From start to end: one instance, starts that fail, windows that come back, and what quitting waits for. */
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { lockFolder } from '../lock.ts'
import { noteAddress } from '../server/address.ts'
import { forgetOpening, openingIn } from '../server/open.ts'
import { shellSuite } from './testing/suite.ts'

const { start, newFolder } = shellSuite()

test('the window shows when its page is drawn, and opens where it was left', async () => {
  const dataFolder = newFolder()
  const app = await start({ dataFolder })
  expect(app.window.options.show).toBe(false)
  expect(app.window.electron.visible).toBe(true)
  app.window.electron.bounds = { x: 300, y: 200, width: 1_000, height: 700 }
  app.window.electron.maximized = true
  await app.close()
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
  // By a page of this user only: the address itself would be seen among the arguments of the browser.
  const page = openingIn(dataFolder)
  expect(app.outside).toEqual([page])
  expect(readFileSync(page, 'utf8')).toContain(JSON.stringify(url))
  forgetOpening(dataFolder)
  expect(app.errorBoxes).toEqual([])
})

test('data of a newer version is said in a plain dialog and left as it is', async () => {
  const dataFolder = newFolder()
  const app = await start({ dataFolder })
  await app.close()
  const file = join(dataFolder, 'outflow.db')
  const db = new Database(file)
  db.pragma('user_version = 9999')
  db.close()
  const before = readFileSync(file)
  const again = await start({ dataFolder })
  expect(again.exitCode).toBe(1)
  expect(again.windows).toEqual([])
  expect(again.errorBoxes[0]?.text).toContain('a newer version of Outflow')
  expect(readFileSync(file).equals(before)).toBe(true)
})

test('a data file that is no database is said in a plain dialog without a stack', async () => {
  const dataFolder = newFolder()
  writeFileSync(join(dataFolder, 'outflow.db'), 'this is no database, whatever its name says'.repeat(100))
  const app = await start({ dataFolder })
  expect(app.exitCode).toBe(1)
  expect(app.errorBoxes[0]?.text).toMatch(/^[A-Z][^\n]+\.\s/)
  expect(app.errorBoxes[0]?.text).not.toContain('    at ')
})

test('a fault that nobody foresaw is said in a plain dialog; its stack is in the log only', async () => {
  const app = await start()
  app.uncaught(new Error('a wire came loose'))
  expect(app.exitCode).toBe(1)
  expect(app.errorBoxes).toHaveLength(1)
  expect(app.errorBoxes[0]?.text).not.toContain('wire')
  expect(readFileSync(join(app.dataFolder, 'logs', 'outflow.log'), 'utf8')).toMatch(/a wire came loose.* at /)
})

test('the app ends only after the data folder was given back', async () => {
  const dataFolder = newFolder()
  const app = await start({ dataFolder })
  expect(() => lockFolder(dataFolder)).toThrow('already open')
  const free = new Promise<boolean>((resolve) => {
    app.signals.once('exited', () => resolve(canLock(dataFolder)))
  })
  await app.close()
  expect(await free).toBe(true)
  expect(app.exitCode).toBe(0)
})

describe.skipIf(process.platform === 'darwin')('closing the window', () => {
  test('ends the app when there is nothing to do without it', async () => {
    const app = await start()
    await app.window.contents.bridge.call('sample.create', {})
    app.window.electron.close()
    await turnOfTheLoop()
    expect(app.quits).toBeGreaterThan(0)
    await app.exited()
    expect(app.exitCode).toBe(0)
  })

  test('leaves the app in the tray while a sync has a schedule', async () => {
    const app = await start()
    const { bridge } = app.window.contents
    await bridge.call('sample.create', {})
    const sync = await bridge.call('syncs.get', { id: 'sample-win-back' })
    if (!sync.ok) throw new Error(sync.problem.message)
    const { updatedAt: _, audienceName: __, destinationName: ___, ...draft } = sync.value
    const saved = await bridge.call('syncs.save', { ...draft, schedule: { kind: 'every', minutes: 60 } })
    expect(saved).toMatchObject({ ok: true })
    app.window.electron.close()
    await turnOfTheLoop()
    expect(app.quits).toBe(0)
    click(app.tray?.menu[0])
    expect(app.windows).toHaveLength(1)
  })
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

function canLock(dataFolder: string): boolean {
  try {
    lockFolder(dataFolder)()
    return true
  } catch {
    return false
  }
}

/** Everything that can be decided without waiting for a file or a clock is decided after it. */
function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Items of ours take no argument. */
function click(item: Electron.MenuItemConstructorOptions | undefined): void {
  const action = item?.click as (() => void) | undefined
  if (!action) throw new Error(`nothing to click: ${item?.label}`)
  action()
}
