import type { EventName, Events } from '../preload/api.ts'

/** One event as a host passes it on. */
export type Sent = { [E in EventName]: { event: E; payload: Events[E] } }[EventName]

export type EventHub = {
  emit<E extends EventName>(event: E, payload: Events[E]): void
  /** Hears every event, in order; answers a function that stops listening. */
  on(listener: (sent: Sent) => void): () => void
}

/** Passes events from the core to its listeners. One that throws is logged and does not keep the others from hearing. */
export function createEventHub(log: (line: string) => void): EventHub {
  const listeners = new Set<(sent: Sent) => void>()
  return {
    emit(event, payload) {
      // The two belong together by their types; a union of pairs cannot be built from a generic one without saying so.
      const sent = { event, payload } as Sent
      for (const listener of [...listeners]) {
        try {
          listener(sent)
        } catch (error) {
          log(`a listener of ${event} failed: ${String(error)}`)
        }
      }
    },
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
