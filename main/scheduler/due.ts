import type { MissedTimes, Schedule } from '../../preload/api.ts'
import { namesTimes } from './cron.ts'
import { nextRun } from './next-run.ts'
import { instantOf, wallClock } from './wall-clock.ts'

/**
 * Everything up to `from` is settled. Times of the day are settled by what the wall clock showed then, in the zone that the
 * computer was in; '' if that is unknown.
 */
export type Counted = { from: string; zone: string }

/**
 * `due`: when a schedule is due next, in the past where it is due already, null where no time comes. `settled`: the instant
 * after which times count. `farthest`: how far that may lie ahead of the clock. In milliseconds.
 */
export type Reckoning = { due: number | null; settled: number; farthest: number }

/**
 * As far as a journey around the world, or a clock that was a day wrong, can put the wall clock back: those times have been
 * run. Beyond, the clock was wrong by far.
 */
const FARTHEST_BACK_MS = 27 * 3_600_000
/** Missed times are not counted beyond. */
const MOST_COUNTED = 100

/**
 * Works out the next time. A time of the day that was run is not run again when the zone or the clock goes back over it; one
 * that a change of the zone jumps over is due. Throws ProblemError for a cron expression that is none.
 */
export function reckon(schedule: Schedule, counted: Counted, timeZone: string): Reckoning {
  const ofTheDay = isOfTheDay(schedule)
  const settled = settledUntil(counted, ofTheDay ? timeZone : counted.zone)
  const due = nextRun(schedule, new Date(settled), timeZone)
  return { due: due?.getTime() ?? null, settled, farthest: ofTheDay ? FARTHEST_BACK_MS : 0 }
}

/**
 * Whether the clock went back so far that counting has to start anew from now: an interval counts what passes, whatever the
 * clock says; times of the day wait for a clock that is less than about a day back.
 */
export const startsAnew = ({ settled, farthest }: Reckoning, now: number): boolean => settled - now > farthest

/** The times from `due` until now, both included. */
export function missedSince(schedule: Schedule, due: number, now: number, timeZone: string): MissedTimes {
  let times = 1
  let at = new Date(due)
  while (times < MOST_COUNTED) {
    const next = nextRun(schedule, at, timeZone)
    if (!next || next.getTime() > now) break
    at = next
    times++
  }
  return { at: new Date(due).toISOString(), times }
}

/** The next times, at most `count`. Throws as `nextRun` does. */
export function nextTimes(schedule: Schedule, after: Date, timeZone: string, count: number): Date[] {
  const times: Date[] = []
  let at: Date | null = after
  while (times.length < count && at) {
    at = nextRun(schedule, at, timeZone)
    if (at) times.push(at)
  }
  return times
}

function settledUntil({ from, zone }: Counted, timeZone: string): number {
  const settled = Date.parse(from)
  if (zone === '' || zone === timeZone) return settled
  return instantOf(wallClock(settled, zone), timeZone)
}

/** The name of a time on the wall ("09:00 on Monday"), rather than a distance. */
function isOfTheDay(schedule: Schedule): boolean {
  return schedule.kind === 'weekly' || (schedule.kind === 'cron' && namesTimes(schedule.expression))
}
