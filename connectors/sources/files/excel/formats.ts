/** Dates in Excel are numbers of days that a format shows as dates. */

export type DateFormat = 'date' | 'time' | 'timestamp'

/** Formats without a code of their own (ECMA-376 part 1, 18.8.30); 27–36 and 50–58 are dates in East Asian editions. */
const builtIn: Record<number, DateFormat> = {
  14: 'date',
  15: 'date',
  16: 'date',
  17: 'date',
  18: 'time',
  19: 'time',
  20: 'time',
  21: 'time',
  22: 'timestamp',
}

/** `undefined` for a number, and for a length of time (`[h]:mm`), which is none on a clock. */
export function dateFormat(id: number, codes: ReadonlyMap<number, string>): DateFormat | undefined {
  const code = codes.get(id)
  if (code === undefined) {
    if ((id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return 'date'
    return builtIn[id]
  }
  if (/\[(?:h+|m+|s+)\]/i.test(code)) return undefined
  // Without texts in quotes, escaped characters, colours and locales, and only the form of positive numbers.
  const bare = code
    .replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '')
    .split(';')[0]
    ?.replace(/general/gi, '')
    .toLowerCase()
  if (!bare) return undefined
  const date = /[ydb]|e(?![+-])/.test(bare) || (/m/.test(bare) && !/[hs]/.test(bare) && !/[0#?]/.test(bare))
  const time = /[hs]/.test(bare)
  return date ? (time ? 'timestamp' : 'date') : time ? 'time' : undefined
}

const dayMs = 86_400_000

/**
 * `45292.5` → `2024-01-01 12:00:00`. To the millisecond, as Excel keeps it. `undefined` for what Excel itself cannot show
 * as a date. Its year 1900 has a 29th of February, so days before March are one off
 * (learn.microsoft.com/office/troubleshoot/excel/wrongly-assumes-1900-is-leap-year).
 */
export function dateText(serial: number, format: DateFormat, from1904: boolean): string | undefined {
  if (!(serial >= 0 && serial < 2_958_466)) return undefined
  const days = from1904 ? serial + 1462 : serial
  if (format === 'time' && serial < 1) return clock(Math.round(serial * dayMs) % dayMs)
  if (!from1904 && Math.floor(days) === 60) return undefined
  const ms = Math.round((days - 25_569 + (days < 60 ? 1 : 0)) * dayMs)
  const iso = new Date(ms).toISOString()
  const rest = ((ms % dayMs) + dayMs) % dayMs
  // A format that shows the day only may still hide a time.
  return format === 'date' && rest === 0 ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${clock(rest)}`
}

function clock(ms: number): string {
  const text = new Date(ms).toISOString().slice(11, 23)
  return text.endsWith('.000') ? text.slice(0, 8) : text
}
