const MINUTE_MS = 60_000
/** Between two tries: 1, 2, 4 … up to this. */
const LONGEST_RETRY_MS = 60 * MINUTE_MS

/** When to go on with runs that stopped, by sync: ever more rarely while it fails. Forgotten when the app ends. */
export function createRetries() {
  const retries = new Map<string, { at: number; tries: number }>()
  return {
    /** When to try next, in milliseconds since 1970: the first time a minute from now. */
    at(sync: string, now: number): number {
      const retry = retries.get(sync) ?? { at: now + MINUTE_MS, tries: 0 }
      // A clock that went back does not make it wait for longer.
      const at = Math.min(retry.at, now + LONGEST_RETRY_MS)
      retries.set(sync, { ...retry, at })
      return at
    },
    /** Whether nothing was tried that has to be waited for. */
    isFree: (sync: string, now: number): boolean => Math.min(retries.get(sync)?.at ?? 0, now + LONGEST_RETRY_MS) <= now,
    tried(sync: string, now: number): void {
      const tries = (retries.get(sync)?.tries ?? 0) + 1
      retries.set(sync, { tries, at: now + Math.min(LONGEST_RETRY_MS, MINUTE_MS * 2 ** tries) })
    },
    forget: (sync: string): void => void retries.delete(sync),
  }
}
