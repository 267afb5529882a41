import type { EventEmitter } from 'node:events'
import type Electron from 'electron'
import type { createSession } from './fake-session.ts'
import type { Contents } from './fake-window.ts'

export type FakeWindow = EventEmitter & {
  webContents: Contents['electron']
  visible: boolean
  maximized: boolean
  minimized: boolean
  focused: boolean
  bounds: Electron.Rectangle
  close(): void
}

/** One computer with one Electron on it, as a test sees and moves it. */
export type World = {
  ready: boolean
  quitting: boolean
  /** How often the app was asked to end. */
  quits: number
  /** Set when the app has ended. */
  exitCode?: number
  app: EventEmitter
  session: ReturnType<typeof createSession>
  windows: { electron: FakeWindow; contents: Contents; options: Electron.BrowserWindowConstructorOptions }[]
  handlers: Map<string, (event: object, ...args: unknown[]) => unknown>
  /** `loaded`, `exited`, `tray` when its menu was drawn, `notified` when a notification was shown, `awake` when a blocker came or went. */
  signals: EventEmitter
  schemes: Electron.CustomScheme[]
  sandboxed: boolean
  paths: Map<string, string>
  menu?: Electron.MenuItemConstructorOptions[]
  tray?: { image: string; menu: Electron.MenuItemConstructorOptions[]; tip: string }
  notifications: { title: string; body: string; click(): void }[]
  /** Whether the system shows notifications at all. */
  notifies: boolean
  /** Blockers of sleep that are on, by number. */
  blockers: Map<number, string>
  /** What the system starts at sign-in, and whether it started this. */
  login: { openAtLogin: boolean; wasOpenedAtLogin: boolean; args?: string[]; refuses?: true }
  /** What the shell itself asked the network for. */
  requests: string[]
  /** What went to the system: links to its browser, folders to its file manager. */
  outside: string[]
  errorBoxes: { title: string; text: string }[]
  messageBoxes: Electron.MessageBoxOptions[]
  openDialogs: Electron.OpenDialogOptions[]
  /** What the person answers to dialogs. */
  answers: { paths: string[]; button: number }
  nativeTheme: EventEmitter & { themeSource: string; shouldUseDarkColors: boolean }
  powerMonitor: EventEmitter
  focused: object[]
  backgrounds: string[]
  /** Where files that are dropped on a page are. */
  filePaths: WeakMap<File, string>
  /** Throws, as Electron does, for what must wait until the app is ready. */
  needsReady(what: string): void
  /** Throws, as Electron does, for what comes too late then. */
  needsStart(what: string): void
}

export function needsReady(world: Pick<World, 'ready'>, what: string): void {
  if (!world.ready) throw new Error(`${what} cannot be used before the app is ready`)
}

export function needsStart(world: Pick<World, 'ready'>, what: string): void {
  if (world.ready) throw new Error(`${what} must be called before the app is ready`)
}
