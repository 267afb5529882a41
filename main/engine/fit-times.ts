/** Values for fields that hold a date, a time of day or both. Only ISO-8601 is read: no other form is guessed at. */
import type { Value } from '../../connectors/types.ts'
import { doesNotFit, type Fitted, fits, shown, trimmed } from './fit-words.ts'

/** Years before 1 and after 9999 have a sign and at least six digits (tc39.es/ecma262/#sec-expanded-years). */
const MOMENT = /^([+-]\d{6,9}|\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/
const CLOCK = /^(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?$/

type Moment = { day: string; clock: string | null; zone: string | null }

/** A day. A date and time becomes one only at midnight (in UTC, if it names a zone): nothing is cut off. */
export function fitDate(value: Value): Fitted {
  return fitMoment(value, 'date', '2024-12-31', ({ day, clock, zone }) => {
    if (clock === null) return fits(day)
    if (!isMidnight(clock))
      return doesNotFit(`${shown(value)} has a time of day, and the field holds only a date. ${otherColumn}`)
    if (zone === null || isUtc(zone)) return fits(day)
    return doesNotFit(
      `${shown(value)} is another day in another time zone, and the field holds only a date. ${otherColumn}`,
    )
  })
}

/** Which day a moment is depends on the place: that is for the person to say, never for us. */
const otherColumn = 'Map a column of dates'

/** A local date and time. */
export function fitTimestamp(value: Value): Fitted {
  return fitMoment(value, 'date and time', '2024-12-31T18:30:00', ({ day, clock, zone }) => {
    if (zone !== null) return doesNotFit(`${shown(value)} names a time zone, and the field has none`)
    return fits(`${day}T${clock ?? '00:00:00'}`)
  })
}

/**
 * A moment. A date or local time names no zone; it is read as UTC, as warehouses mean it. The offset stays as it is given.
 */
export function fitInstant(value: Value): Fitted {
  return fitMoment(value, 'date and time', '2024-12-31T18:30:00Z', ({ day, clock, zone }) =>
    fits(`${day}T${clock ?? '00:00:00'}${zone ?? 'Z'}`),
  )
}

/** A time of day; 24:00:00 is the end of a day. */
export function fitTime(value: Value): Fitted {
  if (typeof value !== 'string') return notA(value, 'time of day', '18:30:00')
  return trimmed(value, (text) => {
    const [, hour, minute, second = '00', fraction = ''] = CLOCK.exec(text) ?? []
    if (hour === undefined || minute === undefined) return notA(value, 'time of day', '18:30:00')
    if (!isClock(hour, minute, second) && !isEndOfDay(hour, minute, second, fraction)) {
      return unclear(value, second, 'time of day', '18:30:00')
    }
    return fits(text.length > 5 ? text : `${text}:00`)
  })
}

function fitMoment(value: Value, kind: string, example: string, take: (moment: Moment) => Fitted): Fitted {
  if (typeof value !== 'string') return notA(value, kind, example)
  return trimmed(value, (text) => {
    const found = MOMENT.exec(text)
    if (!found) return notA(value, kind, example)
    const [, year, month, date, hour, minute, second = '00', fraction = '', zone] = found as unknown as string[]
    if (!isDay(Number(year), Number(month), Number(date))) {
      return doesNotFit(`${shown(value)} is not a day of the calendar`)
    }
    const day = `${year}-${month}-${date}`
    if (hour === undefined || minute === undefined) return take({ day, clock: null, zone: null })
    if (!isClock(hour, minute, second)) return unclear(value, second, kind, example)
    if (zone !== undefined && !isZone(zone)) return notA(value, kind, example)
    return take({
      day,
      clock: `${hour}:${minute}:${second}${fraction}`,
      zone: zone === undefined ? null : isoZone(zone),
    })
  })
}

/** Whether it is a day of the calendar: 2023-02-30 is not, nor is 0001-02-29. */
function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  if (month !== 2) return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31)
  return day <= (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28)
}

const isClock = (hour: string, minute: string, second: string) => hour < '24' && minute < '60' && second < '60'

const isEndOfDay = (hour: string, minute: string, second: string, fraction: string) =>
  hour === '24' && minute === '00' && second === '00' && /^(\.0+)?$/.test(fraction)

const isMidnight = (clock: string) => /^00:00:00(\.0+)?$/.test(clock)

/** `+05:30`, `+0530`, `+05`: as far from UTC as PostgreSQL takes it, which is farther than any place on Earth. */
const isZone = (zone: string) =>
  zone === 'Z' || (zone.slice(1, 3) <= '15' && (zone.length === 3 || zone.slice(-2) < '60'))

const isUtc = (zone: string) => zone === 'Z' || /^[+-]00:00$/.test(zone)

function isoZone(zone: string): string {
  if (zone === 'Z' || zone.length === 6) return zone
  return `${zone.slice(0, 3)}:${zone.length === 5 ? zone.slice(3) : '00'}`
}

function unclear(value: Value, second: string, kind: string, example: string): Fitted {
  if (second !== '60') return notA(value, kind, example)
  return doesNotFit(`${shown(value)} is a leap second, which most products cannot hold`)
}

function notA(value: Value, kind: string, example: string): Fitted {
  if (value === 'infinity' || value === '-infinity') {
    return doesNotFit(`${shown(value)} has no end, and the field holds a certain ${kind}; use an empty value instead`)
  }
  return doesNotFit(`${shown(value)} is not a ${kind} like ${example}`)
}
