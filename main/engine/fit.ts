import { tooLarge, tooLargeWhy } from '../../connectors/rows.ts'
import type { Field, Value, ValueType } from '../../connectors/types.ts'
import { fitHolding } from './fit-holds.ts'
import { fitDecimal, fitFloat, fitInteger } from './fit-numbers.ts'
import { fitDate, fitInstant, fitTime, fitTimestamp } from './fit-times.ts'
import { doesNotFit, type Fitted, fits, shown, trimmed } from './fit-words.ts'

export { type Fitted, shown } from './fit-words.ts'

/**
 * The value in the form that the field takes. Only changes that lose nothing are made (42 → "42", "42" → 42); anything
 * else is said, never bent. What becomes of each type in each field is listed in fit-matrix.test.ts. NULL always fits here;
 * whether a field may be empty is asked elsewhere.
 */
export function fitValue(value: Value, field: Pick<Field, 'type' | 'choices' | 'maxLength' | 'holds'>): Fitted {
  if (value === null) return fits(null)
  if (typeof value === 'string' && !value.isWellFormed()) return broken(value)
  const fitted = byType[field.type](value)
  if (!fitted.ok || fitted.value === null) return fitted
  if (field.holds) return fitHolding(fitted.value, field)
  if (field.choices) return fitChoice(fitted, value, field.choices)
  if (field.maxLength !== undefined && typeof fitted.value === 'string' && fitted.value.length > field.maxLength) {
    const length = characters(fitted.value)
    if (length > field.maxLength) return doesNotFit(`it has ${length} characters, ${field.maxLength} are allowed`)
  }
  return fitted
}

const TRUE = new Set(['true', 't', 'yes', 'y', '1', 'on'])
const FALSE = new Set(['false', 'f', 'no', 'n', '0', 'off'])

const byType: Record<ValueType, (value: Value) => Fitted> = {
  text: (value) => (typeof value === 'string' ? fits(value) : fits(textOf(value))),
  integer: fitInteger,
  decimal: fitDecimal,
  float: fitFloat,
  boolean: (value) => {
    if (typeof value === 'boolean') return fits(value)
    return typeof value === 'object' ? notYesOrNo(value) : trimmed(String(value), yesOrNo)
  },
  date: fitDate,
  time: fitTime,
  timestamp: fitTimestamp,
  instant: fitInstant,
  json: fits,
  bytes: (value) => {
    if (typeof value === 'string' && isBase64(value)) return fits(value)
    return doesNotFit(`${shown(value)} is not Base64, the form in which files and other bytes are sent`)
  },
}

function textOf(value: Exclude<Value, string>): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function yesOrNo(text: string): Fitted {
  const word = text.toLowerCase()
  if (TRUE.has(word)) return fits(true)
  return FALSE.has(word) ? fits(false) : notYesOrNo(text)
}

const notYesOrNo = (value: Value) => doesNotFit(`${shown(value)} is neither yes nor no`)

/** Without a look at each character by a group of a pattern: that takes a stack as deep as the text is long. */
function isBase64(text: string): boolean {
  const end = text.endsWith('==') ? text.length - 2 : text.endsWith('=') ? text.length - 1 : text.length
  return text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(text.slice(0, end))
}

type Choices = NonNullable<Field['choices']>
const sets = new WeakMap<Choices, Set<string>>()

/** '' is no choice but no value at all, unless it is one of them. */
function fitChoice(fitted: Fitted & { ok: true }, value: Value, choices: Choices): Fitted {
  const set = sets.get(choices) ?? new Set(choices.map((choice) => choice.value))
  sets.set(choices, set)
  if (set.has(String(fitted.value))) return fitted
  if (value === '') return fits(null)
  const labels = choices.slice(0, 10).map(({ label }) => label)
  return doesNotFit(`${shown(value)} is not one of the choices ${labels.join(', ')}${choices.length > 10 ? ' …' : ''}`)
}

/** As people and databases count: a pair of surrogates is one character. */
function characters(text: string): number {
  let count = text.length
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) count--
  return count
}

/** No source has half a character in a text, and no product takes one. */
function broken(value: string): Fitted {
  return doesNotFit(value.includes(tooLarge) ? tooLargeWhy : 'it holds half of a character, which cannot be sent')
}
