import type { Field, Value, ValueType } from '../../connectors/types.ts'
import { sameValue } from './same-value.ts'

/**
 * Whether a field that was sent `sent` and now shows `there` was left alone: both mean the same, or the difference is what
 * the product makes of every value by keeping it (`keeps`), or of all of them when its field was made narrower (`holds`).
 * Anything else somebody changed.
 */
export function isKept(
  there: Value | undefined,
  sent: Value | undefined,
  { type, keeps = {}, holds }: Pick<Field, 'type' | 'keeps' | 'holds'>,
): boolean {
  if (sameValue(there, sent, type)) return true
  if (sent === undefined) return false
  if (sent === null) return keeps.nullIsFalse === true && there === false
  const text = keeps.trimmed && typeof sent === 'string' ? sent.trim() : sent
  if (keeps.trimmed && sameValue(there, text, type)) return true
  if (typeof there !== 'string' && typeof there !== 'number') return false
  if (holds?.decimals !== undefined) return isRounded(String(there), String(sent), holds.decimals, type)
  if (typeof there !== 'string' || typeof text !== 'string') return false
  if (keeps.lowerCase && there === text.toLowerCase()) return true
  if (keeps.separator !== undefined && setOf(there, keeps.separator) === setOf(text, keeps.separator)) return true
  const { characters } = keeps
  return characters !== undefined && there.slice(0, characters) === text.slice(0, characters)
}

/** The values without their order, each once. */
function setOf(text: string, separator: string): string {
  const values = text.split(separator).map((value) => value.trim())
  return JSON.stringify([...new Set(values.filter(Boolean))].sort())
}

/** Whether `there` is `sent` rounded to so many digits, or cut off after them. Exact for any number of digits. */
function isRounded(there: string, sent: string, decimals: number, type: ValueType): boolean {
  const [kept, given] = [amount(there, type), amount(sent, type)]
  if (!kept || !given || kept.places > decimals) return false
  const places = Math.max(given.places, decimals)
  const unit = 10n ** BigInt(places - decimals)
  const full = given.digits * 10n ** BigInt(places - given.places)
  const difference = kept.digits * 10n ** BigInt(places - kept.places) - full
  const distance = difference < 0n ? -difference : difference
  const isCut = distance < unit && (full < 0n ? difference > 0n : difference < 0n)
  return isCut || 2n * distance <= unit
}

/** `digits` / 10^`places`, without zeros at the end. */
type Amount = { digits: bigint; places: number }

function amount(text: string, type: ValueType): Amount | undefined {
  if (type === 'decimal' || type === 'float' || type === 'integer') return decimal(text)
  const [, clock = '', fraction = '', zone = ''] =
    /^([^.Z+]*?\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?(Z|[+-].*)?$/.exec(text) ?? []
  const at = Date.parse(type === 'time' ? `${FIRST_DAY}T${clock}Z` : `${clock.replace(' ', 'T')}${zone || 'Z'}`)
  if (clock === '' || Number.isNaN(at)) return undefined
  // Counted from a day before all others, so that cutting off is always towards the past.
  return decimal(`${(at - Date.parse(`${FIRST_DAY}T00:00:00Z`)) / 1000}.${fraction}`)
}

const FIRST_DAY = '0000-01-01'

function decimal(text: string): Amount | undefined {
  const [, sign = '', whole, tail = ''] = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?$/.exec(text) ?? []
  if (whole === undefined) return undefined
  const fraction = tail.replace(/0+$/, '')
  const digits = BigInt(whole + fraction)
  return { digits: sign === '-' ? -digits : digits, places: fraction.length }
}
