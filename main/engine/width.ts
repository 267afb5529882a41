/**
 * How many requests are in flight at once: as many as the destination takes, half as many each time it asks to wait, one
 * more after every round that went through (additive increase, multiplicative decrease, as TCP does: RFC 5681 §3.1).
 */
export type Width = {
  /** Resolves when this lane may take its next batch: true, or false when there is nothing more to do. */
  enter(lane: number): Promise<boolean>
  /**
   * The destination asked to wait until then. What began before the end of the last such wait belongs to it: a whole burst
   * is asked to wait at once, and again when it tries again at once.
   */
  narrow(began: number, until: number): void
  /** A request went through. */
  passed(): void
  /** There is nothing more to do: whoever waits is let go. */
  end(): void
}

/** `most`: lanes, counted from 0. */
export function createWidth(most: number): Width {
  let open = most
  let passed = 0
  let narrowedUntil = Number.NEGATIVE_INFINITY
  let ended = false
  let waiting: (() => void)[] = []
  const wake = () => {
    const all = waiting
    waiting = []
    for (const resolve of all) resolve()
  }
  return {
    async enter(lane) {
      while (lane >= open && !ended) await new Promise<void>((resolve) => waiting.push(resolve))
      return !ended
    },
    narrow(began, until) {
      if (began < narrowedUntil) return
      narrowedUntil = until
      open = Math.max(1, open >> 1)
      passed = 0
    },
    passed() {
      if (open === most || ++passed < open) return
      open++
      passed = 0
      wake()
    },
    end() {
      ended = true
      wake()
    },
  }
}
