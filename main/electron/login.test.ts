/** Starting with the computer, on each system; on Linux with the shell around it, see schedules.test.ts. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLoginItem, startedHidden } from './login.ts'
import { createElectron } from './testing/double.ts'

type Platform = 'linux' | 'darwin' | 'win32'
const own = ['--data', 'D:\\Anna Smith\\outflow']

function computer(platform: Platform, packaged = true) {
  const { modules, world } = createElectron({ appPath: '/opt/outflow', packaged, second: false, screens: [], platform })
  const system = { app: modules.app as unknown as Electron.App, platform }
  return { system, world, item: createLoginItem(system, own) }
}

let config: string
beforeEach(() => {
  config = mkdtempSync(join(tmpdir(), 'outflow-config-'))
  process.env.XDG_CONFIG_HOME = config
})
afterEach(() => {
  delete process.env.XDG_CONFIG_HOME
  rmSync(config, { recursive: true, force: true })
})

test.each<Platform>(['linux', 'darwin', 'win32'])('%s: is switched on and off', (platform) => {
  const { item } = computer(platform)
  expect(item.isOn()).toBe(false)
  item.set(true)
  expect(item.isOn()).toBe(true)
  item.set(false)
  expect(item.isOn()).toBe(false)
})

describe.each<Platform>(['darwin', 'win32'])('%s', (platform) => {
  test('is the system’s own list', () => {
    const { item, world } = computer(platform)
    item.set(true)
    expect(world.login.openAtLogin).toBe(true)
    expect(existsSync(join(config, 'autostart'))).toBe(false)
  })

  test('says so when the system does not take it', () => {
    const { item, world } = computer(platform)
    world.login.refuses = true
    expect(() => item.set(true)).toThrow(/^This computer did not take the change/)
  })
})

describe('win32', () => {
  test('starts hidden, with the data folder of this workspace', () => {
    const { item, world } = computer('win32')
    item.set(true)
    expect(world.login.args).toEqual([...own, '--hidden'])
  })

  test('another workspace that starts with the computer is not this one', () => {
    const { item, system } = computer('win32')
    createLoginItem(system, ['--data', 'elsewhere']).set(true)
    expect(item.isOn()).toBe(false)
  })

  test('while it is developed, Electron is told where the app is', () => {
    const { item, world } = computer('win32', false)
    item.set(true)
    expect(world.login.args).toEqual(['/opt/outflow', ...own, '--hidden'])
  })
})

test('linux: is an autostart entry, and nothing in Electron’s list', () => {
  const { item, world } = computer('linux')
  item.set(true)
  expect(readFileSync(join(config, 'autostart', 'app.outflow.desktop'), 'utf8')).toContain('"--hidden"')
  expect(world.login.openAtLogin).toBe(false)
})

test('a start with the computer opens no window: told by an argument, on a Mac by the system', () => {
  const hidden = (platform: Platform, wasOpenedAtLogin: boolean, ...args: string[]) => {
    const { system, world } = computer(platform)
    world.login.wasOpenedAtLogin = wasOpenedAtLogin
    return startedHidden(system, args)
  }
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    expect(hidden(platform, false, '--hidden')).toBe(true)
    expect(hidden(platform, false)).toBe(false)
  }
  expect(hidden('darwin', true)).toBe(true)
  expect(hidden('win32', true)).toBe(false)
})
