import { BrowserWindow, type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron'
import type { Answer } from '../../preload/api.ts'
import { channels } from '../../preload/electron-channels.ts'
import type { App } from '../app.ts'
import { ORIGIN } from './origin.ts'

/** Puts the app's door behind the window: calls come in from our own page only, events go out to every window. */
export function connectWindow({ dispatch, events, log }: Pick<App, 'dispatch' | 'events' | 'log'>): void {
  const signals = new WeakMap<WebContents, AbortSignal>()

  ipcMain.handle(channels.call, (event, method: unknown, input: unknown): Promise<Answer<unknown>> | Answer<never> => {
    if (!isOwnFrame(event)) {
      log('a call from a page that is not ours was refused')
      return refused('call from a foreign frame')
    }
    if (typeof method !== 'string') return refused('method is not text')
    return dispatch(method, input, { signal: signalOf(event.sender, signals) })
  })

  events.on(({ event, payload }) => {
    for (const window of BrowserWindow.getAllWindows()) {
      if (!window.webContents.isDestroyed()) window.webContents.send(channels.event, event, payload)
    }
  })
}

/** The top frame of a window that shows our own origin. A frame that has gone meanwhile is none. */
function isOwnFrame({ senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && senderFrame.origin === ORIGIN
}

/** Raised when the page that asked has gone: closed, reloaded or crashed. */
function signalOf(contents: WebContents, signals: WeakMap<WebContents, AbortSignal>): AbortSignal {
  const known = signals.get(contents)
  if (known && !known.aborted) return known
  const gone = new AbortController()
  const leave = () => {
    gone.abort()
    contents.off('destroyed', leave)
    contents.off('render-process-gone', leave)
    contents.off('did-start-navigation', navigate)
  }
  const navigate = (details: { isMainFrame: boolean; isSameDocument: boolean }) => {
    if (details.isMainFrame && !details.isSameDocument) leave()
  }
  contents.on('destroyed', leave)
  contents.on('render-process-gone', leave)
  contents.on('did-start-navigation', navigate)
  signals.set(contents, gone.signal)
  return gone.signal
}

function refused(detail: string): Answer<never> {
  return { ok: false, problem: { remedy: 'report', message: 'Outflow answers only its own window.', detail } }
}
