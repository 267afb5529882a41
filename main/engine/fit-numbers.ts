/** Values for fields that hold a number. A number is taken only if every digit of it can be kept. */
import type { Value } from '../../connectors/types.ts'
import { keepsDigits } from '../../connectors/values.ts'
import { doesNotFit, type Fitted, fits, shown, trimmed } from './fit-words.ts'

const WHOLE = /^[+-]?\d+(?:\.0*)?$/
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
/** A code, not a number: as a number it would lose its zeros. */
const LEADING_ZEROS = /^[+-]?0\d/
/** Digits that a number of JavaScript always keeps. */
const SHORT = /^[+-]?[\d.]{1,15}$/

/** A whole number: a JavaScript number within ±(2^53 − 1), otherwise its digits. */
export function fitInteger(value: Value): Fitted {
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return fits(value === 0 ? 0 : value)
    return doesNotFit(`${shown(value)} ${Number.isInteger(value) ? INEXACT : 'is not a whole number'}`)
  }
  return typeof value === 'string' ? trimmed(value, wholeOf) : notANumber(value, 'a whole number')
}

/** A number of any size, as its digits. */
export function fitDecimal(value: Value): Fitted {
  if (typeof value === 'number') return Number.isFinite(value) ? fits(String(value)) : notANumber(value, 'a number')
  return typeof value === 'string' ? trimmed(value, decimalOf) : notANumber(value, 'a number')
}

/** A floating-point number: only one that prints the same digits again. */
export function fitFloat(value: Value): Fitted {
  if (typeof value === 'number') return Number.isFinite(value) ? fits(value) : notANumber(value, 'a number')
  return typeof value === 'string' ? trimmed(value, floatOf) : notANumber(value, 'a number')
}

function wholeOf(text: string): Fitted {
  if (!WHOLE.test(text)) return notANumber(text, 'a whole number')
  if (LEADING_ZEROS.test(text)) return losesZeros(text)
  const point = text.indexOf('.')
  const digits = point < 0 ? text : text.slice(0, point)
  const number = Number(digits)
  if (Number.isSafeInteger(number)) return fits(number === 0 ? 0 : number)
  return fits(digits.startsWith('+') ? digits.slice(1) : digits)
}

function decimalOf(text: string): Fitted {
  if (!NUMBER.test(text)) return notANumber(text, 'a number')
  return LEADING_ZEROS.test(text) ? losesZeros(text) : fits(text.startsWith('+') ? text.slice(1) : text)
}

function floatOf(text: string): Fitted {
  if (!NUMBER.test(text)) return notANumber(text, 'a number')
  if (LEADING_ZEROS.test(text)) return losesZeros(text)
  const number = Number(text)
  if (SHORT.test(text) || keepsDigits(text, number)) return fits(number === 0 ? 0 : number)
  if (!Number.isFinite(number)) return doesNotFit(`${shown(text)} is larger than the field can hold`)
  return doesNotFit(`${shown(text)} ${number === 0 ? 'is smaller than the field can hold' : INEXACT}`)
}

const INEXACT = 'has more digits than the field keeps (about 16); round it in the audience, or choose a text field'

function losesZeros(text: string): Fitted {
  return doesNotFit(`${shown(text)} begins with zeros, which a number would lose; choose a text field`)
}

function notANumber(value: Value, kind: string): Fitted {
  if (typeof value === 'boolean') return doesNotFit(`${shown(value)} is a yes or no, not ${kind}`)
  return doesNotFit(`${shown(value)} is not ${kind}`)
}
