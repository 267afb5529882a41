import type { Field, Value, ValueType } from '../../connectors/types.ts'

/** Either the value as the field takes it, or a sentence that says why it does not fit. */
export type Fitted = { ok: true; value: Value } | { ok: false; why: string }

const fits = (value: Value): Fitted => ({ ok: true, value })
const doesNotFit = (why: string): Fitted => ({ ok: false, why })

/**
 * The value in the form that the field takes. Only changes that lose nothing are made (42 → "42", "42" → 42); anything
 * else is said, never bent. NULL always fits here; whether a field may be empty is asked elsewhere.
 */
export function fitValue(value: Value, field: Pick<Field, 'type' | 'choices' | 'maxLength'>): Fitted {
  if (value === null) return fits(null)
  const fitted = byType[field.type](value)
  if (!fitted.ok || fitted.value === null) return fitted
  if (field.choices && !field.choices.some((choice) => choice.value === String(fitted.value))) {
    return doesNotFit(`${shown(value)} is not one of the choices ${field.choices.map((c) => c.label).join(', ')}`)
  }
  if (field.maxLength !== undefined && typeof fitted.value === 'string') {
    // Counted as people and databases do, by code points.
    const length = fitted.value.length <= field.maxLength ? 0 : [...fitted.value].length
    if (length > field.maxLength) return doesNotFit(`it has ${length} characters, ${field.maxLength} are allowed`)
  }
  return fitted
}

const INTEGER = /^[+-]?\d+$/
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?$/
const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)$/
const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}(?::?\d{2})?)$/
const MIDNIGHT = /^00:00(:00(\.0+)?)?$/
const TRUE = new Set(['true', 't', 'yes', 'y', '1', 'on'])
const FALSE = new Set(['false', 'f', 'no', 'n', '0', 'off'])

const byType: Record<ValueType, (value: Value) => Fitted> = {
  text: (value) => fits(typeof value === 'object' ? JSON.stringify(value) : String(value)),
  integer: (value) => {
    if (typeof value === 'boolean') return fits(value ? 1 : 0)
    const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : ''
    if (text === '' && typeof value === 'string') return fits(null)
    const whole = text.replace(/\.0+$/, '')
    return INTEGER.test(whole) ? fits(exactInteger(whole)) : doesNotFit(`${shown(value)} is not a whole number`)
  },
  decimal: (value) => {
    const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : ''
    if (text === '' && typeof value === 'string') return fits(null)
    return DECIMAL.test(text) ? fits(text) : doesNotFit(`${shown(value)} is not a number`)
  },
  float: (value) => {
    if (typeof value === 'number') return fits(value)
    const text = typeof value === 'string' ? value.trim() : ''
    if (text === '' && typeof value === 'string') return fits(null)
    return DECIMAL.test(text) && Number.isFinite(Number(text))
      ? fits(Number(text))
      : doesNotFit(`${shown(value)} is not a number`)
  },
  boolean: (value) => {
    if (typeof value === 'boolean') return fits(value)
    const text = typeof value === 'object' ? '' : String(value).trim().toLowerCase()
    if (text === '' && typeof value === 'string') return fits(null)
    if (TRUE.has(text)) return fits(true)
    return FALSE.has(text) ? fits(false) : doesNotFit(`${shown(value)} is neither yes nor no`)
  },
  date: (value) => {
    if (value === '') return fits(null)
    if (typeof value !== 'string') return doesNotFit(`${shown(value)} is not a date`)
    const plain = DATE.exec(value)
    if (plain) return isDay(value) ? fits(value) : doesNotFit(`${shown(value)} is not a day of the calendar`)
    const [, day, clock] = TIMESTAMP.exec(value) ?? INSTANT.exec(value) ?? []
    if (day && clock && MIDNIGHT.test(clock) && isDay(day)) return fits(day)
    return doesNotFit(day ? `${shown(value)} has a time of day, and the field holds only a date` : notA(value, 'date'))
  },
  time: (value) => {
    if (value === '') return fits(null)
    return typeof value === 'string' && TIME.test(value) ? fits(value) : doesNotFit(notA(value, 'time of day'))
  },
  timestamp: (value) => {
    if (value === '') return fits(null)
    if (typeof value !== 'string') return doesNotFit(notA(value, 'date and time'))
    if (DATE.test(value) && isDay(value)) return fits(`${value}T00:00:00`)
    const [, day, clock] = TIMESTAMP.exec(value) ?? []
    if (day && clock && isDay(day)) return fits(`${day}T${clock}`)
    return doesNotFit(
      INSTANT.test(value) ? `${shown(value)} names a time zone, and the field has none` : notA(value, 'date and time'),
    )
  },
  instant: (value) => {
    if (value === '') return fits(null)
    if (typeof value !== 'string') return doesNotFit(notA(value, 'date and time'))
    const [, day, clock, zone] = INSTANT.exec(value) ?? []
    if (day && clock && zone && isDay(day)) return fits(`${day}T${clock}${zone}`)
    // A date or local time names no zone. Outflow reads it as UTC, as the warehouses' own session does.
    if (DATE.test(value) && isDay(value)) return fits(`${value}T00:00:00Z`)
    const [, localDay, localClock] = TIMESTAMP.exec(value) ?? []
    if (localDay && localClock && isDay(localDay)) return fits(`${localDay}T${localClock}Z`)
    return doesNotFit(notA(value, 'date and time'))
  },
  json: (value) => fits(value),
  bytes: (value) => (typeof value === 'string' ? fits(value) : doesNotFit(notA(value, 'file'))),
}

function exactInteger(text: string): Value {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : text.replace(/^\+/, '')
}

/** Whether `YYYY-MM-DD` is a day of the calendar (2023-02-30 is not). */
function isDay(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? []
  if (!year || !month || !day) return false
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
}

const notA = (value: Value, kind: string) => `${shown(value)} is not a ${kind}`

/** The value as it is quoted in a sentence: never longer than 60 characters. */
export function shown(value: Value): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const cut = [...text.slice(0, 121)]
  return `“${cut.length > 60 ? `${cut.slice(0, 59).join('')}…` : text}”`
}
