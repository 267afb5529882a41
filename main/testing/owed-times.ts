/**
 * Says independently which times a schedule owes, for tests: plain steps over a calendar instead of a cron library, and the
 * wall clock instead of instants.
 */
import type { Schedule } from '../../preload/api.ts'
import { wallClock } from '../scheduler/wall-clock.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** What the clocks show at a moment: `at` in real time, `wall` on the wall of the zone. */
export type Moment = { at: number; wall: number; zone: string }

/** What one schedule owes. Everything up to `settled` is dealt with: on the wall for times of the day, else in real time. */
export type Owed = {
  ofTheDay: boolean
  settled: number
  /** How many times lie between what is settled and now. */
  owed(now: Moment): number
  /** The first of them, on the clock that counts here. */
  first(now: Moment): number
  settle(now: Moment): void
}

/** Cron expressions with what they mean. */
export const cronMeanings: Record<
  string,
  { steps: number; hours?: number } | { days: (date: Date) => boolean; times: string[] }
> = {
  '*/15 * * * *': { steps: 15 },
  '0 * * * *': { steps: 60 },
  '30 */4 * * *': { steps: 30, hours: 4 },
  '0 9 * * 1-5': { days: (date) => date.getUTCDay() >= 1 && date.getUTCDay() <= 5, times: ['09:00'] },
  '30 2 * * *': { days: () => true, times: ['02:30'] },
  '15,45 7,19 1-15 * *': { days: (date) => date.getUTCDate() <= 15, times: ['07:15', '07:45', '19:15', '19:45'] },
  '0 1 13 * 5': { days: (date) => date.getUTCDate() === 13 || date.getUTCDay() === 5, times: ['01:00'] },
}

/** Starts to count at this moment. */
export function owedBy(schedule: Schedule, from: Moment): Owed {
  switch (schedule.kind) {
    case 'every':
      return everyOwed(schedule.minutes * MINUTE, from)
    case 'weekly':
      return dayOwed((date) => schedule.days.includes(date.getUTCDay()), schedule.times, from)
    case 'cron': {
      const meaning = cronMeanings[schedule.expression]
      if (!meaning) throw new Error(`what does ${schedule.expression} mean?`)
      return 'days' in meaning ? dayOwed(meaning.days, meaning.times, from) : stepsOwed(meaning, from)
    }
    default:
      throw new Error('this schedule has no times')
  }
}

function everyOwed(interval: number, from: Moment): Owed {
  const self: Owed = {
    ofTheDay: false,
    settled: from.at,
    owed: ({ at }) => Math.min(100, Math.max(0, Math.floor((at - self.settled) / interval))),
    first: () => self.settled + interval,
    // On time, an interval goes on from when it was due.
    settle({ at }) {
      const due = self.settled + interval
      self.settled = at >= due && at - due <= 2 * MINUTE ? due : at
    },
  }
  return self
}

/** Every so many minutes of the hour, of every so many hours of the day, as the wall of the zone shows them. */
function stepsOwed({ steps, hours = 1 }: { steps: number; hours?: number }, from: Moment): Owed {
  const fits = (at: number, zone: string) => {
    const minutes = Math.round(wallClock(at, zone) / MINUTE) % 1_440
    const ofHour = minutes % 60
    return hours === 1 ? ofHour % steps === 0 : ofHour === steps && Math.floor(minutes / 60) % hours === 0
  }
  let known = { settled: Number.NaN, zone: '', next: 0 }
  const next = (after: number, zone: string) => {
    // Clocks are whole quarters of an hour apart everywhere.
    let at = Math.floor(after / (15 * MINUTE)) * 15 * MINUTE + 15 * MINUTE
    while (!fits(at, zone)) at += 15 * MINUTE
    return at
  }
  const self: Owed = {
    ofTheDay: false,
    settled: from.at,
    owed(now) {
      let count = 0
      for (let at = self.first(now); at <= now.at && count < 100; at = next(at, now.zone)) count++
      return count
    },
    first({ zone }) {
      if (known.settled !== self.settled || known.zone !== zone) {
        known = { settled: self.settled, zone, next: next(self.settled, zone) }
      }
      return known.next
    },
    settle({ at }) {
      self.settled = at
    },
  }
  return self
}

function dayOwed(fits: (date: Date) => boolean, times: string[], from: Moment): Owed {
  const offsets = times
    .map((time) => Number(time.slice(0, 2)) * 60 * MINUTE + Number(time.slice(3)) * MINUTE)
    .sort((a, b) => a - b)
  let known = { settled: Number.NaN, next: 0 }
  const next = (after: number) => {
    for (let day = Math.floor(after / DAY) * DAY; ; day += DAY) {
      const found = fits(new Date(day)) ? offsets.find((offset) => day + offset > after) : undefined
      if (found !== undefined) return day + found
    }
  }
  const self: Owed = {
    ofTheDay: true,
    settled: from.wall,
    owed(now) {
      let count = 0
      for (let wall = self.first(now); wall <= now.wall && count < 100; wall = next(wall)) count++
      return count
    },
    first() {
      if (known.settled !== self.settled) known = { settled: self.settled, next: next(self.settled) }
      return known.next
    },
    settle({ wall }) {
      self.settled = wall
    },
  }
  return self
}
