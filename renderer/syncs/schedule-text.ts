import type { Schedule, ScheduleNote } from '../../preload/api.ts'
import { count } from '../shared/format.ts'
import { unitOf, units } from './interval.ts'

/** Sunday first, as `Schedule` counts. */
export const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** A schedule as a sentence. `names`: the syncs by id, for one that runs after another. */
export function scheduleText(schedule: Schedule, names: ReadonlyMap<string, string> = new Map()): string {
  switch (schedule.kind) {
    case 'manual':
      return 'When you push it.'
    case 'every':
      return `Every ${interval(schedule.minutes)}.`
    case 'weekly':
      return `${daysText(schedule.days)} at ${list([...schedule.times].sort())}.`
    case 'cron':
      return `By the cron expression ${schedule.expression}`
    case 'after': {
      const name = names.get(schedule.sync)
      return name === undefined ? 'After a sync that was removed.' : `After each run of “${name}”.`
    }
  }
}

/** "Every day", "Weekdays", "Monday, Friday and Sunday". */
function daysText(days: number[]): string {
  const sorted = [...new Set(days)].sort((a, b) => mondayFirst(a) - mondayFirst(b))
  if (sorted.length === 7) return 'Every day'
  if (sorted.join() === '1,2,3,4,5') return 'Monday to Friday'
  return list(sorted.map((day) => dayNames[day] ?? ''))
}

/** What a schedule did last, in a sentence; `when` says an instant in words. */
export function noteText(note: ScheduleNote, when: (instant: string) => string): string {
  const { what, at, missed, problem } = note
  const times = missed ? timesText(missed.times) : ''
  switch (what) {
    case 'caught-up':
      return `Ran once (${when(at)}) for ${times} missed while the computer slept or Outflow was closed.`
    case 'skipped':
      return `Skipped ${times} missed while the computer slept or Outflow was closed, the first ${when(missed?.at ?? at)}.`
    case 'still-running':
      return `Was due (${when(at)}) while its run before was still under way; it runs when that is over.`
    case 'needs-sign-in':
      return `Waits for a new sign-in (since ${when(at)}): ${problem?.message ?? ''} It goes on by itself after that.`
    case 'not-started':
      return `Could not be started (${when(at)}): ${problem?.message ?? ''}`
  }
}

/** "1 time", "12 times", "100 times or more". */
export const timesText = (times: number): string => (times >= 100 ? '100 times or more' : count(times, 'time'))

const mondayFirst = (day: number) => (day + 6) % 7
const list = (words: string[]) => new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(words)

function interval(minutes: number): string {
  const unit = unitOf(minutes)
  const value = minutes / units[unit]
  return value === 1 ? unit.slice(0, -1) : `${value} ${unit}`
}
