import type { Run } from '../../preload/api.ts'
import type { SchedulerContext } from './types.ts'

/** Syncs that run after another one: whose turn it is, is written as soon as that one is done. */
export function createChain({
  syncs,
  paused,
  keep,
  runs,
}: Pick<SchedulerContext, 'syncs' | 'paused' | 'keep' | 'runs'>) {
  /** A rehearsal is followed by rehearsals only. While schedules are paused it is heard and passes. */
  function follow(run: Run): void {
    for (const { id, schedule, state, rehearsal } of syncs()) {
      if (schedule.kind !== 'after' || schedule.sync !== run.sync || state.heard === run.id) continue
      if (run.rehearsal && !rehearsal) continue
      const passes = paused() || state.paused
      keep(id, { heard: run.id, ...(!passes && { follows: run.id }) })
    }
  }
  return {
    /** Hears of a run that has just ended. */
    ended(run: Run): void {
      if (run.status === 'done' && run.kind === 'sync') follow(run)
    },
    /** Finds what was done while nobody listened: by the command line, or right before the app ended. */
    catchUp(): void {
      const followed = syncs().flatMap(({ schedule }) => (schedule.kind === 'after' ? [schedule.sync] : []))
      for (const sync of new Set(followed)) {
        const run = runs.latest(sync)
        if (run?.status === 'done' && run.kind === 'sync') follow(run)
      }
    },
  }
}
