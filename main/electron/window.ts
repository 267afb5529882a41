import { join } from 'node:path'
import { app, BrowserWindow, dialog, nativeTheme, screen, type WebPreferences } from 'electron'
import type { Events } from '../../preload/api.ts'
import { channels } from '../../preload/electron-channels.ts'
import { fittingBounds, readBounds, SMALLEST_SIZE, saveBounds } from './bounds.ts'
import { HOME } from './origin.ts'

/** The screens' own backgrounds (renderer/theme.tsx), so that nothing flashes before they are drawn. */
const BACKGROUND = { light: '#f7f7f5', dark: '#15171a' }

/**
 * Shows the window: brings the one that is there to the front, or opens it where it was last time. `page`: the path of one
 * of its screens, such as `/runs/ID`.
 */
export function showWindow(log: (line: string) => void, page?: string): void {
  const [open] = BrowserWindow.getAllWindows()
  if (!open) {
    openWindow(log, page)
    return
  }
  if (open.isMinimized()) open.restore()
  open.show()
  open.focus()
  if (page === undefined) return
  const { webContents } = open
  const ask = () => webContents.send(channels.event, 'page.asked', { path: page } satisfies Events['page.asked'])
  if (webContents.isLoading()) webContents.once('did-finish-load', ask)
  else ask()
}

/** The colour behind the page follows light and dark while the app runs. */
export function followColours(): void {
  nativeTheme.on('updated', () => {
    for (const window of BrowserWindow.getAllWindows()) window.setBackgroundColor(background())
  })
}

function openWindow(log: (line: string) => void, page?: string): void {
  const boundsFile = join(app.getPath('userData'), 'window.json')
  const saved = readBounds(boundsFile)
  const window = new BrowserWindow({
    ...fittingBounds(
      saved,
      screen.getAllDisplays().map((display) => display.workArea),
    ),
    ...SMALLEST_SIZE,
    title: 'Outflow',
    show: false,
    backgroundColor: background(),
    autoHideMenuBar: true,
    ...(process.platform === 'linux' && { icon: join(app.getAppPath(), 'resources', 'icon.png') }),
    webPreferences: preferences(),
  })
  if (saved?.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () =>
    saveBounds(boundsFile, { ...window.getNormalBounds(), maximized: window.isMaximized() || window.isFullScreen() }),
  )
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    log(`the window's process ended: ${reason}`)
    void offerReload(window)
  })
  window.loadURL(page === undefined ? HOME : `${HOME}#${page}`).catch((error: unknown) => {
    log(`the screens could not be opened: ${String(error)}`)
    dialog.showErrorBox('Outflow', 'The window could not be opened. Close Outflow and start it again; nothing is lost.')
  })
}

/** Every option that Electron's security checklist speaks of is written out, also where it is the default. */
function preferences(): WebPreferences {
  return {
    preload: join(app.getAppPath(), 'out', 'preload', 'electron.cjs'),
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    devTools: !app.isPackaged,
    // Its dictionaries would be fetched from the network.
    spellcheck: false,
  }
}

function background(): string {
  return nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light
}

/** Runs go on in their own threads whatever happens to the page. */
async function offerReload(window: BrowserWindow): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: 'This window stopped working.',
    detail: 'Runs that are under way go on. Open the window again to see them.',
    buttons: ['Open again', 'Quit Outflow'],
    defaultId: 0,
    cancelId: 0,
  })
  if (response === 1) app.quit()
  else if (!window.isDestroyed()) window.webContents.reload()
}
