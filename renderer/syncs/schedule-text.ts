import type { Schedule } from '../../preload/api.ts'

/** Sunday first, as `Schedule` counts. */
export const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** A schedule as a sentence. */
export function scheduleText(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'manual':
      return 'When you push it.'
    case 'every':
      return schedule.minutes % 60 === 0
        ? `Every ${plural(schedule.minutes / 60, 'hour')}.`
        : `Every ${plural(schedule.minutes, 'minute')}.`
    case 'weekly': {
      const days =
        schedule.days.length === 7
          ? 'Every day'
          : [...schedule.days]
              .sort()
              .map((day) => dayNames[day])
              .join(', ')
      return `${days} at ${schedule.time}.`
    }
  }
}

const plural = (value: number, unit: string) => (value === 1 ? unit : `${value} ${unit}s`)
