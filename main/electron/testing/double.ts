/**
 * Stands in for `require('electron')` in main where no Electron runtime is installed: the parts that the shell uses, with
 * Electron's own defaults and its own rules of order. It draws nothing; every crossing between processes is a copy.
 */
import { EventEmitter } from 'node:events'
import { type RequestOptions, request } from 'node:http'
import type Electron from 'electron'
import { createSession, preventable } from './fake-session.ts'
import { createWindowClass } from './fake-window.ts'
import type { Part } from './part.ts'
import { needsReady, needsStart, type World } from './world.ts'

type Machine = {
  appPath: string
  packaged: boolean
  /** Whether another instance with the same user data is open. */
  second: boolean
  screens: Electron.Rectangle[]
  /** Default: this computer's. */
  platform?: NodeJS.Platform
}
type Template = Electron.MenuItemConstructorOptions[]

/** An Electron on a computer of its own: `modules` is what the bundle imports, `world` what the test sees and moves. */
export function createElectron(machine: Machine) {
  const world: World = {
    ready: false,
    quitting: false,
    quits: 0,
    app: new EventEmitter(),
    session: createSession(),
    windows: [],
    handlers: new Map(),
    signals: new EventEmitter(),
    schemes: [],
    sandboxed: false,
    paths: new Map(),
    requests: [],
    outside: [],
    errorBoxes: [],
    messageBoxes: [],
    openDialogs: [],
    answers: { paths: [], button: 0 },
    nativeTheme: Object.assign(new EventEmitter(), { themeSource: 'system', shouldUseDarkColors: false }),
    powerMonitor: new EventEmitter(),
    notifications: [],
    notifies: true,
    blockers: new Map(),
    login: { openAtLogin: false, wasOpenedAtLogin: false },
    focused: [],
    backgrounds: [],
    filePaths: new WeakMap(),
    needsReady: (what) => needsReady(world, what),
    needsStart: (what) => needsStart(world, what),
  }
  const modules = {
    app: createApp(world, machine),
    BrowserWindow: createWindowClass(world),
    dialog: createDialog(world),
    ipcMain: {
      handle: (channel: string, handler: (event: object, ...args: unknown[]) => unknown) => {
        if (world.handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
        world.handlers.set(channel, handler)
      },
    } satisfies Part<Electron.IpcMain>,
    Menu: {
      buildFromTemplate: (template: Template) => template,
      setApplicationMenu: (menu: Template) => {
        world.menu = menu
      },
    } satisfies Part<typeof Electron.Menu>,
    nativeImage: { createFromPath: (path: string) => path } satisfies Part<typeof Electron.nativeImage>,
    nativeTheme: world.nativeTheme satisfies Part<Electron.NativeTheme>,
    Notification: createNotificationClass(world),
    powerMonitor: world.powerMonitor satisfies Part<Electron.PowerMonitor>,
    powerSaveBlocker: createBlocker(world),
    protocol: {
      registerSchemesAsPrivileged: (schemes: Electron.CustomScheme[]) => {
        world.needsStart('registerSchemesAsPrivileged()')
        world.schemes.push(...schemes)
      },
    } satisfies Part<Electron.Protocol>,
    screen: {
      getAllDisplays: () => machine.screens.map((workArea) => ({ workArea })),
    } satisfies Part<Electron.Screen>,
    net: {
      // Node's request is like Electron's in all that is used of it.
      request: ({ session: _, ...options }: RequestOptions & { session?: object }) => {
        world.requests.push(`${options.protocol}//${options.hostname}${options.path}`)
        return request(options)
      },
    } satisfies Part<Electron.Net>,
    session: {
      fromPartition: () => ({}),
      get defaultSession() {
        world.needsReady('session.defaultSession')
        return world.session.electron
      },
    } satisfies Part<typeof Electron.session>,
    shell: {
      openExternal: async (url: string) => void world.outside.push(url),
      openPath: async (path: string) => {
        world.outside.push(path)
        return ''
      },
    } satisfies Part<Electron.Shell>,
    Tray: createTrayClass(world),
  } satisfies Part<typeof Electron>
  return { modules, world, becomeReady: () => becomeReady(world) }
}

/** Electron is ready only after the entry has run to its end. */
function becomeReady(world: World): void {
  if (world.exitCode !== undefined) return
  world.ready = true
  world.app.emit('ready', {}, {})
}

function createApp(world: World, machine: Machine) {
  const exit = (code = 0) => {
    if (world.exitCode !== undefined) return
    world.exitCode = code
    world.signals.emit('exited')
  }
  return Object.assign(world.app, {
    isPackaged: machine.packaged,
    getAppPath: () => machine.appPath,
    getName: () => 'Outflow',
    getVersion: () => '0.0.1',
    setName: () => undefined,
    setAppUserModelId: () => undefined,
    setPath: (name: string, path: string) => void world.paths.set(name, path),
    getPath: (name: string) => world.paths.get(name) ?? machine.appPath,
    requestSingleInstanceLock: () => !machine.second,
    getLoginItemSettings: ({ args = [] }: Electron.LoginItemSettingsOptions = {}) => ({
      ...world.login,
      // Windows knows an entry by its arguments; a Mac keeps none.
      openAtLogin:
        world.login.openAtLogin && (machine.platform !== 'win32' || String(args) === String(world.login.args)),
    }),
    setLoginItemSettings: ({ openAtLogin = false, args = [] }: Electron.Settings) => {
      if (world.login.refuses) return
      world.login = { ...world.login, openAtLogin, args: machine.platform === 'win32' ? args : [] }
    },
    enableSandbox: () => {
      world.needsStart('enableSandbox()')
      world.sandboxed = true
    },
    whenReady: () =>
      new Promise<void>((resolve) => (world.ready ? resolve() : world.app.once('ready', () => resolve()))),
    exit,
    /** before-quit, then the windows close, then will-quit; each can be stopped. */
    quit: () => {
      world.quits += 1
      if (preventable(world.app, 'before-quit', {})) return
      world.quitting = true
      for (const { electron } of [...world.windows]) electron.close()
      if (world.windows.length > 0 || preventable(world.app, 'will-quit', {})) world.quitting = false
      else exit(0)
    },
  } satisfies Part<Electron.App>)
}

function createDialog(world: World) {
  const optionsOf = <T>(args: unknown[]) => args.at(-1) as T
  return {
    showErrorBox: (title: string, text: string) => void world.errorBoxes.push({ title, text }),
    showMessageBox: async (...args: unknown[]) => {
      world.messageBoxes.push(optionsOf(args))
      return { response: world.answers.button, checkboxChecked: false }
    },
    showOpenDialog: async (...args: unknown[]) => {
      world.openDialogs.push(optionsOf(args))
      return { canceled: world.answers.paths.length === 0, filePaths: world.answers.paths }
    },
  } satisfies Part<Electron.Dialog>
}

function createTrayClass(world: World) {
  return class Tray extends EventEmitter {
    constructor(image: string) {
      super()
      world.needsReady('new Tray()')
      world.tray = { image, menu: [], tip: '' }
    }
    setToolTip(tip: string) {
      if (world.tray) world.tray.tip = tip
    }
    setContextMenu(menu: Template) {
      if (world.tray) world.tray.menu = menu
      world.signals.emit('tray')
    }
    isDestroyed = () => world.tray === undefined
    destroy() {
      delete world.tray
    }
  }
}

/** Shown notifications are noted; a click is the test's. */
function createNotificationClass(world: World) {
  return class Notification extends EventEmitter {
    static isSupported = () => world.notifies
    readonly options: { title: string; body: string }
    constructor({ title = '', body = '' }: Electron.NotificationConstructorOptions) {
      super()
      world.needsReady('new Notification()')
      this.options = { title, body }
    }
    show() {
      world.notifications.push({ ...this.options, click: () => void this.emit('click', {}) })
      world.signals.emit('notified')
    }
  } satisfies Part<typeof Electron.Notification>
}

function createBlocker(world: World) {
  let last = 0
  return {
    start: (type: string) => {
      world.needsReady('powerSaveBlocker.start()')
      last += 1
      world.blockers.set(last, type)
      world.signals.emit('awake')
      return last
    },
    stop: (id: number) => {
      const was = world.blockers.delete(id)
      world.signals.emit('awake')
      return was
    },
  } satisfies Part<Electron.PowerSaveBlocker>
}
