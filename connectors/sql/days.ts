/** Days of the calendar and the moments at which they begin. A day is `YYYY-MM-DD`, so days sort as texts. */
import type { Day, DayCondition, Period, PeriodCondition, Today } from '../conditions.ts'

/** The days from `from` (with it) until `until` (without it); open where one is absent. */
export type Span = { from?: string; until?: string }

/** Its first moment has a year of four digits in every time zone. */
const first = '0001-01-02'
/** There is a day after it, which is still a day of four digits. */
const last = '9999-12-30'

/** Whether this is a day of the calendar that can be compared with. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && text >= first && text <= last && toDay(toDate(text)) === text
}

/** Which days a condition selects. A `between` that ends before it begins selects none. */
export function spanOf(condition: DayCondition | PeriodCondition, today: string): Span {
  if (condition.kind === 'period') return periodSpan(condition.period, today)
  const day = dayOf(condition.day, today)
  switch (condition.is) {
    case 'on':
      return { from: day, until: addDays(day, 1) }
    case 'before':
      return { until: day }
    case 'after':
      return { from: addDays(day, 1) }
    case 'from':
      return { from: day }
    case 'until':
      return { until: addDays(day, 1) }
    case 'between':
      return { from: day, until: addDays(dayOf(condition.to ?? condition.day, today), 1) }
  }
}

export function dayOf(day: Day, today: string): string {
  return day.kind === 'date' ? day.date : add(today, day.amount, day.unit)
}

function periodSpan(period: Period, today: string): Span {
  const { kind, unit } = period
  if (kind === 'last') return { from: addDays(add(today, -period.amount, unit), 1), until: addDays(today, 1) }
  if (kind === 'next') return { from: today, until: add(today, period.amount, unit) }
  const step = kind === 'this' ? 0 : kind === 'previous' ? -1 : 1
  const begin = beginOf(today, unit)
  const [one, months] = unit === 'quarter' ? (['month', 3] as const) : ([unit, 1] as const)
  return { from: add(begin, step * months, one), until: add(begin, (step + 1) * months, one) }
}

function beginOf(day: string, unit: 'day' | 'week' | 'month' | 'quarter' | 'year'): string {
  const [year = '', month = ''] = day.split('-')
  switch (unit) {
    case 'day':
      return day
    case 'week':
      return addDays(day, -((toDate(day).getUTCDay() + 6) % 7))
    case 'month':
      return `${year}-${month}-01`
    case 'quarter':
      return `${year}-${String(Math.floor((Number(month) - 1) / 3) * 3 + 1).padStart(2, '0')}-01`
    case 'year':
      return `${year}-01-01`
  }
}

/** A day of a month that has no such day becomes the last one of that month. */
function add(day: string, amount: number, unit: 'day' | 'week' | 'month' | 'year'): string {
  if (unit === 'day' || unit === 'week') return addDays(day, unit === 'week' ? amount * 7 : amount)
  const date = toDate(day)
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() + (unit === 'year' ? amount * 12 : amount)
  const lastOfMonth = utc(Math.floor(months / 12), (months % 12) + 1, 0).getUTCDate()
  return bounded(utc(Math.floor(months / 12), months % 12, Math.min(date.getUTCDate(), lastOfMonth)))
}

const addDays = (day: string, days: number): string => {
  const date = toDate(day)
  date.setUTCDate(date.getUTCDate() + days)
  return bounded(date)
}

const bounded = (date: Date): string => {
  const year = date.getUTCFullYear()
  return year < 1 || Number.isNaN(year) ? first : year > 9999 ? '9999-12-31' : toDay(date)
}

function toDate(day: string): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return utc(year, month - 1, date)
}

/** Unlike `Date.UTC` it takes the years 0 to 99 for what they are. */
function utc(year: number, month: number, day: number): Date {
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  return date
}

const toDay = (date: Date) =>
  [String(date.getUTCFullYear()).padStart(4, '0'), date.getUTCMonth() + 1, date.getUTCDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-')

/** The day on which an instant was in a time zone. */
export function dayAt(instant: Date, timeZone: string): string {
  return wallTime(instant.getTime(), timeZone).slice(0, 10)
}

/**
 * The first moment of a day in a time zone, as `2026-03-28T23:00:00Z`. Where clocks go forward at midnight the day begins
 * after the gap.
 */
export function beginOfDay(day: string, { timeZone }: Pick<Today, 'timeZone'>): string {
  const midnight = toDate(day).getTime()
  const offsetBefore = offsetAt(midnight - 36 * 3_600_000, timeZone)
  const offsets = new Set([offsetBefore, offsetAt(midnight, timeZone), offsetAt(midnight + 36 * 3_600_000, timeZone)])
  const moments = [...offsets].map((offset) => midnight - offset).sort((a, b) => a - b)
  const found = moments.find((moment) => wallTime(moment, timeZone) === `${day} 00:00:00`)
  return new Date(found ?? midnight - offsetBefore).toISOString().replace('.000', '')
}

/** How far a zone's clocks are ahead of UTC, in milliseconds. */
function offsetAt(moment: number, timeZone: string): number {
  const [day = '', clock = ''] = wallTime(moment, timeZone).split(' ')
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number)
  return toDate(day).getTime() + ((hours * 60 + minutes) * 60 + seconds) * 1000 - Math.floor(moment / 1000) * 1000
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** `2026-03-29 00:00:00`: what the clocks on the wall show. */
function wallTime(moment: number, timeZone: string): string {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-u-ca-iso8601', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
  formats.set(timeZone, format)
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]))
  return `${(parts.year ?? '').padStart(4, '0')}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second}`
}
