import type { Limits } from '../../connectors/types.ts'

export type Pace = {
  /** Resolves when the next request may leave. In the order of the calls. Rejects when the signal is raised. */
  takeTurn: (signal?: AbortSignal) => Promise<void>
  /** The product's own rule, known once it is open. */
  setRate: (rate: Limits['rate']) => void
  /** Nothing leaves for so many milliseconds, not even what has been given its moment already. */
  hold: (ms: number) => void
  /** How long nothing leaves from now on, in milliseconds; undefined as long as there is nothing to keep to at all. */
  heldMs: () => number | undefined
  /** Calls back whenever there is something new to keep to. Answers a function that stops that. */
  whenPaced: (listener: () => void) => () => void
}

/**
 * Spreads requests evenly, so that at most `requests` leave in any interval of `perMs`. Without a rate nothing waits.
 * `now` is in milliseconds and never goes back; `wait` rejects when the signal is raised.
 */
export function createPace(now: () => number, wait: (ms: number, signal?: AbortSignal) => Promise<void>): Pace {
  let gapMs = 0
  let paced = false
  let heldUntil = 0
  // Turns have a clock of their own, which stands still while nothing may leave: so all that wait are moved by the same.
  let stoodMs = 0
  let nextTurn = 0
  const clock = () => Math.max(now(), heldUntil) - stoodMs
  const listeners = new Set<() => void>()
  const tell = () => {
    paced = true
    for (const listener of listeners) listener()
  }
  return {
    whenPaced(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    heldMs: () => (paced ? Math.max(0, heldUntil - now()) : undefined),
    setRate(rate) {
      gapMs = rate ? rate.perMs / rate.requests : 0
      if (rate) tell()
    },
    hold(ms) {
      const until = Math.max(heldUntil, now() + ms)
      stoodMs += until - Math.max(now(), heldUntil)
      heldUntil = until
      tell()
    },
    async takeTurn(signal) {
      const turn = Math.max(clock(), nextTurn)
      nextTurn = turn + gapMs
      for (let ms = turn + stoodMs - now(); ms > 0; ms = turn + stoodMs - now()) await wait(ms, signal)
    },
  }
}
