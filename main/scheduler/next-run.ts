import { Cron } from 'croner'
import type { Schedule } from '../../preload/api.ts'

/**
 * The first time after `after` (never at it) at which a schedule fires, null for one that is started by hand. Weekly times
 * are wall-clock times of the zone (an IANA name): when clocks go forward over one, it fires right after the gap; when they
 * go back, it fires once.
 */
export function nextRun(schedule: Schedule, after: Date, timeZone: string): Date | null {
  if (schedule.kind === 'manual') return null
  if (schedule.kind === 'every') return new Date(after.getTime() + schedule.minutes * 60_000)
  const [hour, minute] = schedule.time.split(':').map(Number)
  const days = [...new Set(schedule.days)].join(',')
  return new Cron(`0 ${minute} ${hour} * * ${days}`, { timezone: timeZone, paused: true }).nextRun(after)
}
