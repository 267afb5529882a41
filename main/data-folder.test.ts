import { expect, test } from 'vitest'
import { defaultDataFolder } from './data-folder.ts'

test.skipIf(process.platform === 'win32')('data is kept where each system keeps the data of its users', () => {
  const home = '/home/ada'
  expect(defaultDataFolder({ platform: 'linux', env: {}, home })).toBe('/home/ada/.local/share/Outflow')
  expect(defaultDataFolder({ platform: 'linux', env: { XDG_DATA_HOME: '/data' }, home })).toBe('/data/Outflow')
  expect(defaultDataFolder({ platform: 'linux', env: { XDG_DATA_HOME: 'data' }, home })).toBe(
    '/home/ada/.local/share/Outflow',
  )
  expect(defaultDataFolder({ platform: 'darwin', env: {}, home })).toBe('/home/ada/Library/Application Support/Outflow')
  expect(defaultDataFolder({ platform: 'win32', env: { APPDATA: '/r' }, home })).toBe('/r/Outflow')
})
