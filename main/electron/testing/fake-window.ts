import { EventEmitter } from 'node:events'
import type Electron from 'electron'
import type { Bridge } from '../../../preload/api.ts'
import { toOtherProcess, toOtherWorld } from './crossing.ts'
import { preventable } from './fake-session.ts'
import type { Part } from './part.ts'
import { runSandboxed } from './sandbox.ts'
import type { World } from './world.ts'

export type Frame = { url: string; origin: string; parent: Frame | null }
type Options = Electron.BrowserWindowConstructorOptions
type OpenHandler = (details: { url: string }) => { action: string }

/** A frame that shows this address. Its origin is the browser's, which knows custom schemes. */
export function frameAt(address: string, parent: Frame | null = null): Frame {
  const url = URL.parse(address)
  return { url: address, origin: url && url.protocol !== 'data:' ? `${url.protocol}//${url.host}` : 'null', parent }
}

/** The contents of a window: the page with its preload on one side, what main sees of it on the other. */
export function createContents(world: World, options: Options) {
  const emitter = new EventEmitter()
  const toPage = new EventEmitter()
  let openHandler: OpenHandler = () => ({ action: 'allow' })
  let destroyed = false
  let loading = false

  const electron = Object.assign(emitter, {
    mainFrame: frameAt('about:blank'),
    isDestroyed: () => destroyed,
    isLoading: () => loading,
    getURL: () => electron.mainFrame.url,
    setWindowOpenHandler: (handler: OpenHandler) => {
      openHandler = handler
    },
    send: (channel: string, ...args: unknown[]) => {
      toPage.emit(channel, { ports: [] }, ...toOtherProcess(args))
    },
    reload: () => void load(electron.mainFrame.url),
  } satisfies Part<Electron.WebContents>)

  /** `window.bridge` and whatever else the preload gave to the page that is shown. */
  const page: { exposed: Record<string, unknown> } = { exposed: {} }

  async function load(url: string): Promise<void> {
    loading = true
    emitter.emit('did-start-navigation', { url, isMainFrame: true, isSameDocument: false })
    const response = await world.session.fetch(url)
    await response.arrayBuffer()
    electron.mainFrame = frameAt(url)
    page.exposed = {}
    toPage.removeAllListeners()
    const { preload } = options.webPreferences ?? {}
    if (preload) runSandboxed(preload, rendererModules())
    loading = false
    emitter.emit('did-finish-load')
  }

  function rendererModules() {
    return {
      contextBridge: {
        exposeInMainWorld: (key: string, api: unknown) => {
          page.exposed[key] = toOtherWorld(api)
        },
      } satisfies Part<Electron.ContextBridge>,
      ipcRenderer: {
        on: (channel: string, listener: (...args: unknown[]) => void) => toPage.on(channel, listener),
        invoke: (channel: string, ...args: unknown[]) => invoke(electron.mainFrame, channel, ...args),
      } satisfies Part<Electron.IpcRenderer>,
      webUtils: {
        getPathForFile: (file: File) => world.filePaths.get(file) ?? '',
      } satisfies Part<Electron.WebUtils>,
    }
  }

  /** A call that a frame of these contents sends, whoever it is. */
  async function invoke(senderFrame: Frame | null, channel: string, ...args: unknown[]): Promise<unknown> {
    const sent = toOtherProcess(args)
    const handler = world.handlers.get(channel)
    if (!handler) throw new Error(`Error invoking remote method '${channel}': No handler registered`)
    try {
      return toOtherProcess(await handler({ sender: electron, senderFrame, type: 'frame' }, ...sent))
    } catch (error) {
      throw new Error(`Error invoking remote method '${channel}': ${String(error)}`)
    }
  }

  return {
    electron,
    page,
    load,
    invoke,
    get bridge() {
      return page.exposed.bridge as Bridge
    },
    /** Follows a link or sets location; answers whether the page went there. */
    navigates(url: string, isMainFrame = true): boolean {
      const details = { url, isMainFrame, isSameDocument: false, frame: null }
      const stopped = preventable(emitter, 'will-frame-navigate', details)
      return !(isMainFrame ? preventable(emitter, 'will-navigate', details) || stopped : stopped)
    },
    redirects: (url: string) => !preventable(emitter, 'will-redirect', { url, isMainFrame: true }),
    /** window.open or target=_blank; answers whether a window came. */
    opens: (url: string) => openHandler({ url }).action === 'allow',
    attachesWebview: () => !preventable(emitter, 'will-attach-webview', {}, {}, { src: 'https://example.com' }),
    destroy() {
      destroyed = true
      emitter.emit('destroyed')
    },
  }
}

export type Contents = ReturnType<typeof createContents>

/** `BrowserWindow` of one world. */
export function createWindowClass(world: World) {
  return class BrowserWindow extends EventEmitter {
    static getAllWindows = () => world.windows.map(({ electron }) => electron)
    static getFocusedWindow = () => BrowserWindow.getAllWindows()[0] ?? null
    readonly webContents: Contents['electron']
    visible: boolean
    maximized = false
    minimized = false
    focused = false
    bounds: Electron.Rectangle

    constructor(options: Options) {
      super()
      world.needsReady('new BrowserWindow()')
      const contents = createContents(world, options)
      this.webContents = contents.electron
      this.visible = options.show ?? true
      const { x = 50, y = 50, width = 800, height = 600 } = options
      this.bounds = { x, y, width, height }
      world.windows.push({ electron: this, contents, options })
      world.app.emit('web-contents-created', {}, contents.electron)
      world.app.emit('browser-window-created', {}, this)
    }
    async loadURL(url: string): Promise<void> {
      const mine = world.windows.find(({ electron }) => electron === this)
      await mine?.contents.load(url)
      this.emit('ready-to-show')
      world.signals.emit('loaded')
    }
    show(): void {
      this.visible = true
    }
    hide(): void {
      this.visible = false
    }
    focus(): void {
      world.focused.push(this)
    }
    maximize(): void {
      this.maximized = true
    }
    restore(): void {
      this.minimized = false
    }
    isMaximized = () => this.maximized
    isFullScreen = () => false
    isMinimized = () => this.minimized
    isFocused = () => this.focused
    isDestroyed = () => this.webContents.isDestroyed()
    getNormalBounds = () => this.bounds
    setBackgroundColor(colour: string): void {
      world.backgrounds.push(colour)
    }
    close(): void {
      if (preventable(this, 'close', {})) return
      const at = world.windows.findIndex(({ electron }) => electron === this)
      world.windows.splice(at, 1)[0]?.contents.destroy()
      this.emit('closed')
      if (world.windows.length === 0 && !world.quitting) world.app.emit('window-all-closed')
    }
  }
}
