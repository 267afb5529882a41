import { ProblemError } from '../../connectors/problems.ts'
import type { StoredRun } from '../store/runs.ts'

/** What is under way, by sync: plans, comparisons, and sending, also of one record. */
export function createBusy() {
  const busy = new Map<string, { run: StoredRun; over: Promise<void> }>()
  const listeners = new Set<(busy: boolean) => void>()
  let told = false

  function tell(): void {
    const now = busy.size > 0
    if (now === told) return
    told = now
    for (const listener of [...listeners]) listener(now)
  }

  return {
    /** A run is busy from now until this work is over. */
    begin(run: StoredRun, work: Promise<void>): void {
      const over = work.finally(() => {
        // Whoever heard that a plan is ready may have pushed it already: then its sync is busy again.
        if (busy.get(run.sync)?.over === over) busy.delete(run.sync)
        tell()
      })
      busy.set(run.sync, { run, over })
      tell()
    },
    has: (sync: string): boolean => busy.has(sync),
    /** Throws `retry` while something is done for a sync. */
    refuse(sync: string): void {
      if (!busy.has(sync)) return
      throw new ProblemError({
        remedy: 'retry',
        message: 'A run of this sync is under way. Wait for it or cancel it first.',
      })
    },
    syncs: (): string[] => [...busy.keys()],
    runs: (): StoredRun[] => [...busy.values()].map(({ run }) => run),
    /** Resolves when this run is no longer under way. */
    over: async (run: string): Promise<void> => [...busy.values()].find((one) => one.run.id === run)?.over,
    /** Resolves when everything that is under way now is over. */
    allOver: async (): Promise<void> => void (await Promise.all([...busy.values()].map(({ over }) => over))),
    /** Calls back with true when something begins, and with false when the last of it is over. */
    follow: (listener: (busy: boolean) => void): void => void listeners.add(listener),
  }
}
