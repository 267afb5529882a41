/**
 * The Electron host: `electron . [--data DIR]`. One instance per data folder; a second start brings the first one's window
 * to the front. Nothing here waits at the top level: Electron becomes ready only after this module has run
 * (electronjs.org/docs/latest/tutorial/esm).
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { app, Menu, nativeTheme, powerMonitor, session, shell, type Tray } from 'electron'
import { type App, createApp } from './app.ts'
import { ask } from './ask.ts'
import { defaultDataFolder } from './data-folder.ts'
import { connectWindow } from './electron-calls.ts'
import { explainStart, openOutside as openSignIn, pickPath } from './electron-dialogs.ts'
import { explainFaults } from './electron-faults.ts'
import { menuTemplate } from './electron-menu.ts'
import { registerScheme, serveScreens } from './electron-protocol.ts'
import { closeBeforeQuit, quitWithoutWork } from './electron-quit.ts'
import { guardContents, guardSession, outsideLink } from './electron-security.ts'
import { createTray } from './electron-tray.ts'
import { followColours, showWindow } from './electron-window.ts'

const dataFolder = dataFolderOf(process.argv)
let tray: Tray | undefined

registerScheme()
app.enableSandbox()
app.setName('Outflow')
app.setAppUserModelId('app.outflow.desktop')
app.on('web-contents-created', (_event, contents) => guardContents(contents, openOutside))

if (!takeInstance()) app.quit()
else {
  app.whenReady().then(open).catch(giveUp)
}

/** Electron keeps its own files, and the lock of the instance, inside of the data folder. Chromium's switches are passed over. */
function dataFolderOf(args: string[]): string {
  const { values } = parseArgs({ args: args.slice(1), options: { data: { type: 'string' } }, strict: false })
  return resolve(typeof values.data === 'string' ? values.data : defaultDataFolder())
}

function takeInstance(): boolean {
  const own = join(dataFolder, 'window')
  try {
    mkdirSync(own, { recursive: true, mode: 0o700 })
    app.setPath('userData', own)
  } catch {
    // A folder that cannot be written is explained by createApp.
  }
  return app.requestSingleInstanceLock()
}

async function open(): Promise<void> {
  const devTools = !app.isPackaged
  const core = await createApp({ dataFolder, host: 'electron', pickPath, openOutside: openSignIn })
  const show = () => showWindow(core.log)
  explainFaults(core.log)
  guardSession(session.defaultSession, { devTools })
  serveScreens(session.defaultSession, join(app.getAppPath(), 'out', 'renderer'))
  connectWindow(core)
  closeBeforeQuit(core)
  quitWithoutWork(core)
  await followTheme(core)
  powerMonitor.on('resume', () => core.woke())
  const showDataFolder = () => void shell.openPath(dataFolder)
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(menuTemplate({ platform: process.platform, devTools, showDataFolder })),
  )
  app.on('second-instance', show)
  app.on('activate', show)
  show()
  tray = createTray(show)
}

/** The window's light or dark is the one in the settings; `system` follows the computer. */
async function followTheme(core: App): Promise<void> {
  const apply = async () => {
    nativeTheme.themeSource = (await ask(core, 'settings.get', {})).theme
  }
  core.events.on(({ event, payload }) => {
    if (event === 'data.changed' && payload.noun === 'settings') {
      apply().catch((error: unknown) => core.log(`the theme could not be followed: ${String(error)}`))
    }
  })
  followColours()
  await apply()
}

function openOutside(address: string): void {
  const link = outsideLink(address)
  if (link) void shell.openExternal(link)
}

async function giveUp(error: unknown): Promise<void> {
  await explainStart(error, dataFolder)
  tray?.destroy()
  app.exit(1)
}
