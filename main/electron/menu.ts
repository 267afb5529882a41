import type { MenuItemConstructorOptions } from 'electron'

type MenuContext = {
  platform: NodeJS.Platform
  /** Only where the app is not packaged. */
  devTools: boolean
  showDataFolder: () => void
  showLicences: () => void
}

const macApp: MenuItemConstructorOptions = { role: 'appMenu' }
const tools: MenuItemConstructorOptions = { role: 'toggleDevTools' }
const about: MenuItemConstructorOptions = { role: 'about' }

/** The menu that each system's users expect; every item that edits or views is the system's own. */
export function menuTemplate(context: MenuContext): MenuItemConstructorOptions[] {
  const { platform, devTools, showDataFolder, showLicences } = context
  const mac = platform === 'darwin'
  return [
    ...(mac ? [macApp] : []),
    {
      label: '&File',
      submenu: [{ label: 'Show Data Folder', click: showDataFolder }, { type: 'separator' }, lastOf(mac)],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        ...(devTools ? [tools] : []),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    // On a Mac the app menu holds About.
    { role: 'help', submenu: [{ label: 'Licences', click: showLicences }, ...(mac ? [] : [about])] },
  ]
}

/** On a Mac the app menu holds Quit. */
function lastOf(mac: boolean): MenuItemConstructorOptions {
  return mac ? { role: 'close' } : { role: 'quit' }
}
