import type { Limits } from '../../connectors/types.ts'

export type Pace = {
  /** Resolves when the next request may leave. In the order of the calls. */
  takeTurn: () => Promise<void>
  /** The product's own rule, known once it is open. */
  setRate: (rate: Limits['rate']) => void
  /** Nothing leaves for so many milliseconds. */
  hold: (ms: number) => void
  /** Calls back once there is something to keep to, at once if there is. Answers a function that stops that. */
  whenPaced: (listener: () => void) => () => void
}

/**
 * Spreads requests evenly, so that at most `requests` leave in any interval of `perMs`. Without a rate nothing waits.
 * `now` is in milliseconds and never goes back; `wait` rejects when the run is stopped.
 */
export function createPace(now: () => number, wait: (ms: number) => Promise<void>): Pace {
  let gapMs = 0
  let nextTurn = 0
  let paced = false
  const listeners = new Set<() => void>()
  const pace = () => {
    paced = true
    for (const listener of listeners) listener()
  }
  return {
    whenPaced(listener) {
      listeners.add(listener)
      if (paced) listener()
      return () => listeners.delete(listener)
    },
    setRate(rate) {
      gapMs = rate ? rate.perMs / rate.requests : 0
      if (rate) pace()
    },
    hold(ms) {
      nextTurn = Math.max(nextTurn, now() + ms)
      pace()
    },
    async takeTurn() {
      const at = Math.max(now(), nextTurn)
      nextTurn = at + gapMs
      const ms = at - now()
      if (ms > 0) await wait(ms)
    },
  }
}
