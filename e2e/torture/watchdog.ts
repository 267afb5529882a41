/** A hundred times what any scenario takes: only what hangs for ever gets here. In milliseconds. */
const HANGS_AFTER_MS = 120_000

/** Barks when a game hangs: a timer that says what was going on. */
export function watchdog() {
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    /** Rejects when it is too late, and says what was going on. */
    bite: (doing: () => string) =>
      new Promise<never>((_, reject) => {
        const late = () => reject(new Error(`${doing()} did not end within ${HANGS_AFTER_MS / 1000} s`))
        timer = setTimeout(late, HANGS_AFTER_MS)
      }),
    stop: () => clearTimeout(timer),
  }
}
