/**
 * The Electron host: `electron . [--data DIR] [--hidden]`; hidden, it starts in the tray without a window. One instance per data folder; a second start brings the first one's window
 * to the front. Nothing here waits at the top level: Electron becomes ready only after this module has run
 * (electronjs.org/docs/latest/tutorial/esm).
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { app, Menu, nativeTheme, session, shell, type Tray } from 'electron'
import { type App, createApp } from './app.ts'
import { ask } from './ask.ts'
import { defaultDataFolder } from './data-folder.ts'
import { connectWindow } from './electron/calls.ts'
import { explainStart, openOutside as openSignIn, pickPath } from './electron/dialogs.ts'
import { explainFaults } from './electron/faults.ts'
import { createLoginItem, startedHidden } from './electron/login.ts'
import { menuTemplate } from './electron/menu.ts'
import { notifyOfRuns } from './electron/notify.ts'
import { followFiles, importPage, workspaceFileIn } from './electron/open-file.ts'
import { followPower, keepAwake } from './electron/power.ts'
import { registerScheme, serveScreens } from './electron/protocol.ts'
import { systemProxyFor } from './electron/proxy.ts'
import { closeBeforeQuit, quitWithoutWork } from './electron/quit.ts'
import { guardContents, guardSession, outsideLink } from './electron/security.ts'
import { createTray } from './electron/tray.ts'
import { updatesOf } from './electron/updates.ts'
import { followColours, showWindow } from './electron/window.ts'

const args = process.argv
const dataFolder = dataFolderOf(args)
const files = followFiles(args)
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
function dataFolderOf(argv: string[]): string {
  const { values } = parseArgs({ args: argv.slice(1), options: { data: { type: 'string' } }, strict: false })
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
  const own = dataFolder === resolve(defaultDataFolder()) ? [] : ['--data', dataFolder]
  const system = { app, platform: process.platform }
  const loginItem = createLoginItem(system, own)
  const updates = updatesOf(process.resourcesPath)
  const core = await createApp({
    dataFolder,
    host: 'electron',
    pickPath,
    openOutside: openSignIn,
    loginItem,
    proxyFor: systemProxyFor,
    ...(updates && { updates }),
  })
  const show = (page?: string) => showWindow(core.log, page)
  explainFaults(core.log)
  guardSession(session.defaultSession, { devTools })
  serveScreens(session.defaultSession, join(app.getAppPath(), 'out', 'renderer'))
  connectWindow(core)
  closeBeforeQuit(core)
  quitWithoutWork(core, show)
  await followTheme(core)
  followPower(core)
  keepAwake(core)
  notifyOfRuns(core, show)
  const showDataFolder = () => void shell.openPath(dataFolder)
  const showLicences = () => show('/licences')
  const menu = menuTemplate({ platform: process.platform, devTools, showDataFolder, showLicences })
  Menu.setApplicationMenu(Menu.buildFromTemplate(menu))
  app.on('second-instance', (_event, argv, folder) => {
    const file = workspaceFileIn(argv, folder)
    show(file && importPage(file))
  })
  app.on('activate', () => show())
  tray = createTray(core, { show })
  if (!files.start(show) && !startedHidden(system, args)) show()
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
