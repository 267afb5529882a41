import { type Reckoning, reckon } from './due.ts'
import type { ScheduledSync } from './types.ts'

type Known = Pick<ScheduledSync, 'schedule'> & { from: string; zone: string; timeZone: string; reckoning: Reckoning }

/**
 * The next time of each sync, worked out once for each schedule, place in time and zone: there may be hundreds of syncs, and
 * they are looked at every minute. A schedule that cannot be worked out is told to `failed`, once, and has no time.
 */
export function createReckonings(failed: (sync: ScheduledSync, error: unknown) => void) {
  const known = new Map<string, Known>()

  return (sync: ScheduledSync, timeZone: string): Reckoning => {
    const { schedule } = sync
    const { from, zone } = sync.state
    const last = known.get(sync.id)
    if (last?.timeZone === timeZone && last.from === from && last.zone === zone && same(last.schedule, schedule)) {
      return last.reckoning
    }
    let reckoning: Reckoning = { due: null, settled: 0, farthest: 0 }
    try {
      reckoning = reckon(schedule, sync.state, timeZone)
    } catch (error) {
      failed(sync, error)
    }
    known.set(sync.id, { schedule, from, zone, timeZone, reckoning })
    return reckoning
  }
}

function same(a: ScheduledSync['schedule'], b: ScheduledSync['schedule']): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
