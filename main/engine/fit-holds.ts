/** Whether a number or a time needs more than its field holds. Then it does not fit: nothing is rounded on the way. */
import type { Field, Holding, Value } from '../../connectors/types.ts'
import { doesNotFit, type Fitted, fits, shown } from './fit-words.ts'

/** `value` is in the form of the field's type already. What means the same without its last zeros fits. */
export function fitHolding(value: Value, { type, holds = {} }: Pick<Field, 'type' | 'holds'>): Fitted {
  switch (type) {
    case 'integer':
    case 'decimal':
    case 'float':
      return fitNumber(value, holds)
    case 'time':
    case 'timestamp':
    case 'instant':
      return holds.decimals === undefined ? fits(value) : fitSeconds(value, holds.decimals)
    default:
      return fits(value)
  }
}

function fitNumber(value: Value, { decimals, wholeDigits, range, single }: Holding): Fitted {
  if (range) {
    const [least, most] = range
    const exact = typeof value === 'number' ? value : BigInt(String(value))
    if (exact < BigInt(least)) return tooFar(value, 'smaller than the field can hold, which is at least', least)
    if (exact > BigInt(most)) return tooFar(value, 'larger than the field can hold, which is at most', most)
  }
  if (single && typeof value === 'number' && !isSingle(value)) {
    if (!Number.isFinite(Math.fround(value))) return doesNotFit(`${shown(value)} is larger than the field can hold`)
    return doesNotFit(`${shown(value)} has more digits than the field keeps (about 7). ${ROUND}`)
  }
  if (decimals === undefined && wholeDigits === undefined) return fits(value)
  const { before, behind } = digitsOf(String(value))
  if (wholeDigits !== undefined && before > wholeDigits) {
    if (wholeDigits <= 0) return doesNotFit(`${shown(value)} is larger than the field can hold`)
    return doesNotFit(`${shown(value)} has ${digits(before)} before the point, and the field holds ${wholeDigits}`)
  }
  if (decimals === undefined || behind <= decimals) return fits(value)
  if (decimals < 0) return doesNotFit(`${shown(value)} is no multiple of 1${'0'.repeat(-decimals)}. ${ROUND}`)
  return doesNotFit(
    `${shown(value)} has ${digits(behind)} after the point, and the field keeps ${decimals || 'none'}. ${ROUND}`,
  )
}

function fitSeconds(value: Value, decimals: number): Fitted {
  const text = String(value)
  const point = text.indexOf('.')
  if (point < 0) return fits(value)
  let end = point + 1
  for (let at = end; isDigit(text.charCodeAt(at)); at++) if (text[at] !== '0') end = at + 1
  const behind = end - point - 1
  if (behind <= decimals) return fits(value)
  const kept = decimals === 0 ? 'keeps whole seconds' : `keeps ${decimals}`
  return doesNotFit(`${shown(value)} has ${digits(behind)} of a fraction of a second, and the field ${kept}. ${ROUND}`)
}

const ROUND = 'Round it in the audience'

const digits = (count: number) => `${count} ${count === 1 ? 'digit' : 'digits'}`

const tooFar = (value: Value, how: string, end: string) =>
  doesNotFit(`${shown(value)} is ${how} ${BigInt(end).toLocaleString('en')}`)

/** How many digits stand before and behind the point, without the zeros at both ends; below zero where those are more. */
function digitsOf(text: string): { before: number; behind: number } {
  const [, whole = '', fraction = '', exponent = '0'] = /^-?(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? []
  const all = whole + fraction
  const first = all.search(/[1-9]/)
  if (first < 0) return { before: Number.NEGATIVE_INFINITY, behind: Number.NEGATIVE_INFINITY }
  let end = all.length
  while (all[end - 1] === '0') end--
  const point = whole.length + Number(exponent)
  return { before: point - first, behind: end - point }
}

/**
 * Whether 32 bits keep a number: exactly, or as the shortest digits that lead back to the same bits, which is how such a
 * number is printed (0.1, which they hold no more exactly than 64 bits do).
 */
function isSingle(number: number): boolean {
  const single = Math.fround(number)
  if (single === number) return true
  for (let precision = 1; precision <= 9; precision++) {
    const printed = Number(single.toPrecision(precision))
    if (Math.fround(printed) === single) return printed === number
    // Beside a power of two the nearest digits may lead to another number where these do not.
    if (Number(number.toPrecision(precision)) === number) return true
  }
  return false
}

const isDigit = (code: number) => code >= 0x30 && code <= 0x39
