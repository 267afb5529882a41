import type { Run } from '../../preload/api.ts'
import { isUnderWay } from './run-states.ts'

/** Which runs are under way, as their changes tell. */
export function createUnderWay() {
  const runs = new Map<string, Pick<Run, 'sync' | 'startedBy'>>()
  return {
    /** Answers whether the run has just ended, or stopped to wait. */
    hear(run: Run): boolean {
      if (!isUnderWay(run)) return runs.delete(run.id)
      runs.set(run.id, { sync: run.sync, startedBy: run.startedBy })
      return false
    },
    has: (run: string): boolean => runs.has(run),
    /** Of those that a schedule started. */
    scheduled: (): number => [...runs.values()].filter(({ startedBy }) => startedBy === 'schedule').length,
    syncs: (): string[] => [...runs.values()].map(({ sync }) => sync),
  }
}
