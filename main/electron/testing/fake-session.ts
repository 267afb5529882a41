import { EventEmitter } from 'node:events'
import type Electron from 'electron'
import type { Part } from './part.ts'

type Handler = (request: Request) => Response | Promise<Response>
type BeforeRequest = (details: { url: string }, answer: (response: { cancel?: boolean }) => void) => void
type PermissionRequest = (
  contents: null,
  permission: string,
  answer: (granted: boolean) => void,
  details: object,
) => void
type PermissionCheck = (contents: null, permission: string, origin: string, details: object) => boolean

/**
 * A session with Electron's own defaults, which allow everything: a handler that is missing shows. No request leaves the
 * process: what would reach the network is noted in `network`.
 */
export function createSession() {
  const emitter = new EventEmitter()
  const handlers = new Map<string, Handler>()
  const network: string[] = []
  let beforeRequest: BeforeRequest = (_details, answer) => answer({})
  let permissionRequest: PermissionRequest = (_contents, _permission, answer) => answer(true)
  let permissionCheck: PermissionCheck = () => true
  let devicePermission: (details: object) => boolean = () => true
  let proxyOf: (url: string) => string = () => 'DIRECT'

  const electron = Object.assign(emitter, {
    protocol: {
      handle: (scheme: string, handler: Handler) => void handlers.set(scheme, handler),
    } satisfies Part<Electron.Protocol>,
    webRequest: {
      onBeforeRequest: (listener: BeforeRequest) => {
        beforeRequest = listener
      },
    } satisfies Part<Electron.WebRequest>,
    setPermissionRequestHandler: (handler: PermissionRequest) => {
      permissionRequest = handler
    },
    setPermissionCheckHandler: (handler: PermissionCheck) => {
      permissionCheck = handler
    },
    setDevicePermissionHandler: (handler: typeof devicePermission) => {
      devicePermission = handler
    },
    resolveProxy: async (url: string) => proxyOf(url),
  } satisfies Part<Electron.Session>)

  return {
    electron,
    network,
    /** A request of a page. Rejects when it was cancelled or no scheme answers it. */
    async fetch(url: string, init: RequestInit = {}): Promise<Response> {
      const cancelled = await new Promise<boolean>((resolve) => {
        beforeRequest({ url }, ({ cancel = false }) => resolve(cancel))
      })
      if (cancelled) throw new Error(`ERR_BLOCKED_BY_CLIENT ${url}`)
      const handler = handlers.get(new URL(url).protocol.slice(0, -1))
      if (handler) return handler(new Request(url, init))
      network.push(url)
      throw new Error(`ERR_INTERNET_DISCONNECTED ${url}`)
    },
    /** What a page hears when it asks for a permission, and when it looks whether it has it. */
    permission(permission: string, details: { isMainFrame: boolean; requestingUrl: string }) {
      let granted = false
      permissionRequest(null, permission, (answer) => (granted = answer), details)
      return { granted, checked: permissionCheck(null, permission, new URL(details.requestingUrl).origin, details) }
    },
    /** What the system's settings say of an address. */
    proxies(say: (url: string) => string) {
      proxyOf = say
    },
    device: () => devicePermission({ deviceType: 'usb', origin: 'app://outflow' }),
    /** Whether a download from this address starts. */
    download: (url: string) => !preventable(emitter, 'will-download', {}, { getURL: () => url }),
  }
}

/** Emits an event that a listener can prevent; answers whether one did. */
export function preventable(emitter: EventEmitter, name: string, details: object, ...more: unknown[]): boolean {
  let prevented = false
  const event = { ...details, preventDefault: () => (prevented = true) }
  emitter.emit(name, event, ...more)
  return prevented
}
