import { join } from 'node:path'
import { app, Menu, nativeImage, Tray } from 'electron'

/**
 * The icon that stays while the window is closed. The caller keeps the answer: a tray that is collected as garbage
 * disappears (electronjs.org/docs/latest/api/tray).
 */
export function createTray(show: () => void): Tray {
  const name = process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png'
  const tray = new Tray(nativeImage.createFromPath(join(app.getAppPath(), 'resources', name)))
  tray.setToolTip('Outflow')
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: 'Open Outflow', click: show },
      { type: 'separator' },
      { label: 'Quit Outflow', click: () => app.quit() },
    ]),
  )
  if (process.platform !== 'darwin') tray.on('click', show)
  return tray
}
