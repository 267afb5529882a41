import type { Schedule } from '../../preload/api.ts'
import { unitOf, units } from './interval.ts'

/** Sunday first, as `Schedule` counts. */
export const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** A schedule as a sentence. */
export function scheduleText(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'manual':
      return 'When you push it.'
    case 'every':
      return `Every ${interval(schedule.minutes)}.`
    case 'weekly': {
      const days =
        schedule.days.length === 7
          ? 'Every day'
          : [...schedule.days]
              .sort((a, b) => mondayFirst(a) - mondayFirst(b))
              .map((day) => dayNames[day])
              .join(', ')
      return `${days} at ${schedule.time}.`
    }
  }
}

const mondayFirst = (day: number) => (day + 6) % 7

function interval(minutes: number): string {
  const unit = unitOf(minutes)
  const value = minutes / units[unit]
  return value === 1 ? unit.slice(0, -1) : `${value} ${unit}`
}
