import { expect, test } from 'vitest'
import { menuTemplate } from './menu.ts'

const menuOn = (platform: NodeJS.Platform, devTools = false) =>
  menuTemplate({ platform, devTools, showDataFolder: () => undefined, showLicences: () => undefined })
const rolesIn = (menu: ReturnType<typeof menuTemplate>) =>
  menu.flatMap(({ role, submenu }) => [role, ...(Array.isArray(submenu) ? submenu.map((item) => item.role) : [])])

test('a Mac has its app menu, and Quit is in there only', () => {
  expect(menuOn('darwin')[0]).toEqual({ role: 'appMenu' })
  expect(rolesIn(menuOn('darwin'))).not.toContain('quit')
})

test.each(['win32', 'linux'] as const)('on %s Quit is in the File menu, and About in Help', (platform) => {
  expect(rolesIn(menuOn(platform))).toEqual(expect.arrayContaining(['quit', 'help', 'about']))
  expect(rolesIn(menuOn(platform))).not.toContain('appMenu')
})

test.each(['darwin', 'win32', 'linux'] as const)(
  'copy, paste, zoom and full screen are the system’s own on %s',
  (platform) => {
    expect(rolesIn(menuOn(platform))).toEqual(
      expect.arrayContaining(['editMenu', 'resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen', 'windowMenu']),
    )
  },
)

test('the developer tools are in the menu only while the app is developed', () => {
  expect(rolesIn(menuOn('linux', true))).toContain('toggleDevTools')
  expect(rolesIn(menuOn('linux', false))).not.toContain('toggleDevTools')
})
