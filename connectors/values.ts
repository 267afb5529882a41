/** Text of a field (see RowReader in types.ts) to its value and back. Nothing is rounded and nothing is guessed. */
import type { Value, ValueType } from './types.ts'

/**
 * The value that a source's text stands for. What does not fit the type (SQLite lets a column hold anything) stays the
 * text it is.
 * - `integer`: a number within ±(2^53 − 1), otherwise its digits; `decimal`: its digits
 * - `float`: a number, or its digits if it is a whole number that JavaScript would round, or too large for one; NaN and the
 *   infinities as the texts `NaN`, `Infinity`, `-Infinity`
 * - `date`, `timestamp`, `instant`: ISO-8601. UTC is written `Z`. Years before 1 and after 9999 have a sign and at least
 *   six digits, 1 BC being year 0 (tc39.es/ecma262/#sec-expanded-years); `infinity` and `-infinity` stay
 * - `json`: parsed; numbers in it that JavaScript would round are texts
 * - `bytes`: base64
 */
export function decodeValue(text: string, type: ValueType): Value {
  switch (type) {
    case 'text':
    case 'decimal':
    case 'time':
      return text
    case 'integer':
      return decodeInteger(text)
    case 'float':
      return decodeFloat(text)
    case 'boolean':
      return text === 't' ? true : text === 'f' ? false : text
    case 'date':
    case 'timestamp':
    case 'instant':
      return decodeTime(text, type)
    case 'json':
      return decodeJson(text)
    case 'bytes':
      return hex.test(text) ? Buffer.from(text.slice(2), 'hex').toString('base64') : text
  }
}

/** The text of a value in the source's form: what `decodeValue` reads back as the same value. `null` is NULL. */
export function encodeValue(value: Value, type: ValueType): string | null {
  if (value === null) return null
  if (type === 'json') return JSON.stringify(value)
  if (type === 'bytes' && typeof value === 'string') return `\\x${Buffer.from(value, 'base64').toString('hex')}`
  if (typeof value === 'boolean') return value ? 't' : 'f'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function decodeInteger(text: string): number | string {
  const value = Number(text)
  return Number.isSafeInteger(value) && String(value) === text ? value : text
}

/** A whole number that is written out and larger than 2^53 (SQLite may hold both in one column) keeps its digits. */
function decodeFloat(text: string): number | string {
  if (!number.test(text)) return text.replace(infinity, '$1Infinity')
  const value = Number(text)
  if (!Number.isFinite(value)) return text
  return Number.isSafeInteger(value) || !digits.test(text) || keepsDigits(text, value) ? value : text
}

/** `2024-01-02 03:04:05.6+00` and `0044-03-15 BC`, as PostgreSQL prints them; ISO forms with T pass as they are. */
function decodeTime(text: string, type: 'date' | 'timestamp' | 'instant'): string {
  const found = time.exec(text)
  if (!found) return text
  const [, year = '', monthAndDay = '', clock, sign, hours, minutes, bc] = found
  if ((type === 'date') !== (clock === undefined)) return text
  if ((type === 'instant') !== (sign !== undefined)) return text
  const date = `${isoYear(year, bc !== undefined)}-${monthAndDay}`
  if (clock === undefined) return date
  if (sign === undefined) return `${date}T${clock}`
  return `${date}T${clock}${hours === '00' && (minutes ?? '00') === '00' ? 'Z' : `${sign}${hours}:${minutes ?? '00'}`}`
}

function isoYear(year: string, bc: boolean): string {
  if (!bc && year.length === 4) return year
  const astronomical = bc ? 1 - Number(year) : Number(year)
  if (astronomical === 0) return '0000'
  return `${astronomical < 0 ? '-' : '+'}${String(Math.abs(astronomical)).padStart(6, '0')}`
}

function decodeJson(text: string): Value {
  try {
    if (!mayBeRounded.test(text)) return JSON.parse(text) as Value
    return JSON.parse(text, (_key, value: Value, context?: { source?: string }) =>
      typeof value === 'number' && context?.source !== undefined && !isSame(context.source, value)
        ? context.source
        : value,
    ) as Value
  } catch {
    return text
  }
}

/** Whether a JSON number is, digit for digit, what JavaScript prints for it. */
function isSame(source: string, value: number): boolean {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return false
  return keepsDigits(source, value)
}

/** Whether JavaScript prints the number `value` with the digits of `text`, which it was read from. */
export function keepsDigits(text: string, value: number): boolean {
  return Number.isFinite(value) && normal(text) === normal(String(value))
}

/** The digits of a number without the zeros around them, and its power of ten: `-12.50` → `-125e-1`. */
function normal(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts.exec(text) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  return `${sign === '-' ? sign : ''}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}

const number = /^-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i
/** SQLite's name of it. */
const infinity = /^(-?)Inf$/
const hex = /^\\x(?:[\da-f]{2})*$/i
const time = /^(\d{4,})-(\d\d-\d\d)(?: (\d\d:\d\d:\d\d(?:\.\d+)?)(?:([-+])(\d\d)(?::(\d\d))?)?)?( BC)?$/
/** A number of up to 15 digits without an exponent is never rounded. */
const mayBeRounded = /[\d.]{16}|\d[eE]/
const digits = /^-?\d+$/
const parts = /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/
