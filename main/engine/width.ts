/**
 * How many requests are in flight at once: as many as the destination takes, half as many each time it asks to wait, one
 * more after every few that went through (additive increase, multiplicative decrease, as TCP does: RFC 5681 §3.1).
 */
export type Width = {
  /** Resolves when this lane may take its next batch: true, or false when there is nothing more to do. */
  enter(lane: number): Promise<boolean>
  /** The destination asked to wait. */
  narrow(): void
  /** A request went through. */
  passed(): void
  /** There is nothing more to do: whoever waits is let go. */
  end(): void
}

const PASSED_PER_LANE = 10

/** `most`: lanes, counted from 0. */
export function createWidth(most: number): Width {
  let open = most
  let passed = 0
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
    narrow() {
      open = Math.max(1, open >> 1)
      passed = 0
    },
    passed() {
      if (open === most || ++passed < PASSED_PER_LANE * open) return
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
