import type { Cron } from 'croner'
import type { Schedule } from '../../preload/api.ts'
import { cronTimes, patternOf } from './cron.ts'

/**
 * The first time after `after` (never at it) at which a schedule fires; null for one that is started by hand, that follows
 * another sync, or whose time never comes. Times of the day are wall-clock times of the zone (an IANA name): when clocks go
 * forward over one, it fires right after the gap; when they go back, it fires once. Throws ProblemError for a cron
 * expression that is none.
 */
export function nextRun(schedule: Schedule, after: Date, timeZone: string): Date | null {
  switch (schedule.kind) {
    case 'manual':
    case 'after':
      return null
    case 'every':
      return new Date(after.getTime() + schedule.minutes * 60_000)
    case 'weekly':
      return earliest(weeklyTimes(schedule, timeZone).map((times) => times.nextRun(after)))
    case 'cron':
      return cronTimes(schedule.expression, timeZone).nextRun(after)
  }
}

/** One pattern per time: a list of hours and a list of minutes would also fire at their mixtures. */
function weeklyTimes({ days, times }: Extract<Schedule, { kind: 'weekly' }>, timeZone: string): Cron[] {
  const on = [...new Set(days)].join(',')
  return times.map((time) => {
    const [hour, minute] = time.split(':').map(Number)
    return patternOf(`${minute} ${hour} * * ${on}`, timeZone)
  })
}

function earliest(dates: (Date | null)[]): Date | null {
  const times = dates.flatMap((date) => (date ? [date.getTime()] : []))
  return times.length === 0 ? null : new Date(Math.min(...times))
}
