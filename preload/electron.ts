/**
 * The bridge in Electron's window: calls and events over two channels of ipcRenderer. Runs in the sandbox, apart from the
 * page; the page gets these two functions and nothing of Electron (electronjs.org/docs/latest/tutorial/context-isolation).
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { Answer, Bridge, EventName, Problem } from './api.ts'
import { channels } from './electron-channels.ts'

type Listener = (payload: never) => void
const listeners = new Map<EventName, Set<Listener>>()

// The other side sends pairs that belong together by their types (main/events.ts).
ipcRenderer.on(channels.event, (_event, name: EventName, payload: unknown) => {
  for (const listener of [...(listeners.get(name) ?? [])]) (listener as (payload: unknown) => void)(payload)
})

const bridge = {
  async call(method, input) {
    try {
      return await ipcRenderer.invoke(channels.call, method, input)
    } catch (error) {
      return { ok: false, problem: notCarried(error) } satisfies Answer<never>
    }
  },
  on(event, listener) {
    // One entry per call, so that the same function can listen twice and each stops for itself.
    const heard: Listener = (payload) => listener(payload)
    const others = listeners.get(event) ?? new Set()
    listeners.set(event, others.add(heard))
    return () => void others.delete(heard)
  },
  async takeFile(file) {
    try {
      // Empty for a file that a page made itself (electronjs.org/docs/latest/api/web-utils).
      const path = webUtils.getPathForFile(file)
      return path ? { ok: true, value: { path } } : { ok: false, problem: nowhere }
    } catch (error) {
      return { ok: false, problem: notCarried(error) }
    }
  },
} satisfies Bridge

contextBridge.exposeInMainWorld('bridge', bridge)

const nowhere: Problem = {
  remedy: 'retry',
  message: 'This file is not saved on this computer. Save it in a folder first, then drop it again.',
}

/** The input or the answer could not be copied between the processes, or the other side is closing. */
function notCarried(error: unknown): Problem {
  return {
    remedy: 'report',
    message: 'Outflow could not do this because the window and the app did not understand each other. Open it again.',
    detail: error instanceof Error ? error.message : String(error),
  }
}
