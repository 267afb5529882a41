/**
 * An instant as a day and a time on the wall of a zone: "Tomorrow, Tue 24 Nov, 07:00". The year is said where it is another
 * one than now.
 */
export function whenText(instant: string, timeZone: string, now = new Date()): string {
  const at = partsOf(new Date(instant), timeZone)
  const present = partsOf(now, timeZone)
  const near = nearDays[String(dayOf(at) - dayOf(present))]
  const year = at.year === present.year ? '' : ` ${at.year}`
  const day = `${at.weekday} ${at.day} ${at.monthName}${year}`
  return `${near ? `${near}, ` : ''}${day}, ${at.time}`
}

/** The same within a sentence: "today, Mon 23 Nov, 14:52". */
export function whenInSentence(instant: string, timeZone: string, now = new Date()): string {
  return whenText(instant, timeZone, now).replace(/^(Today|Tomorrow|Yesterday)/, (word) => word.toLowerCase())
}

const nearDays: Record<string, string> = { '-1': 'Yesterday', '0': 'Today', '1': 'Tomorrow' }

type Parts = { year: number; month: number; day: number; weekday: string; monthName: string; time: string }

function partsOf(at: Date, timeZone: string): Parts {
  const number = Object.fromEntries(
    format(timeZone, { year: 'numeric', month: 'numeric', day: 'numeric' })
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1 } = number
  return {
    year,
    month,
    day,
    weekday: format(timeZone, { weekday: 'short' }).format(at),
    monthName: format(timeZone, { month: 'short' }).format(at).slice(0, 3),
    time: format(timeZone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at),
  }
}

const dayOf = ({ year, month, day }: Parts) => Date.UTC(year, month - 1, day) / 86_400_000

const formats = new Map<string, Intl.DateTimeFormat>()

function format(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timeZone} ${Object.keys(options)}`
  const known = formats.get(key) ?? new Intl.DateTimeFormat('en-GB', { ...options, timeZone })
  formats.set(key, known)
  return known
}

/** "America/New_York" → "New York time". */
export function zoneText(timeZone: string): string {
  return timeZone === 'UTC' ? 'UTC' : `${timeZone.split('/').at(-1)?.replaceAll('_', ' ')} time`
}
