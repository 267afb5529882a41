import type { Column, Field, Holding } from '../../connectors/types.ts'
import { fitValue } from './fit.ts'
import { fieldOf, type TransformSpec } from './transform.ts'

/**
 * Makes the JSON of a record straight from the bytes of a row, for the fields that pass as they are; it is the same, byte
 * for byte, as `JSON.stringify` of what `createTransform` makes. Half of a first push would go into strings and objects
 * that nobody looks at. `encode` answers the length, or −1 where the row needs the general way (an escape, an empty or
 * unusual value, anything that may be invalid).
 */
export class RecordEncoder {
  bytes: Buffer = Buffer.allocUnsafe(64 * 1024)
  /** Where the value of the first field (the key's, if there is a key) stands after `encode`. */
  firstValueStart = 0
  firstValueEnd = 0
  readonly #lines: Line[]
  readonly #headBytes: number
  readonly #starts: Int32Array

  private constructor(lines: Line[], columns: number) {
    this.#lines = lines
    this.#headBytes = lines.reduce((sum, { head, constant }) => sum + head.length + (constant?.length ?? 0) + 8, 2)
    this.#starts = new Int32Array(columns + 1)
  }

  /** Null where a field of this mapping can never be passed on as it is. */
  static of(spec: TransformSpec & { columns: Column[] }): RecordEncoder | null {
    const place = new Map(spec.columns.map((column, index) => [column.name, index]))
    const lines: Line[] = []
    for (const [index, { from, field: id, skipEmpty }] of spec.mapping.entries()) {
      if (skipEmpty) return null
      const field = fieldOf(id, spec)
      const needed = field.required || id === spec.key
      const head = Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(id)}:`)
      if (from.kind === 'constant') {
        const fitted = fitValue(from.value, field)
        if (!fitted.ok || (needed && (fitted.value === null || fitted.value === ''))) return null
        lines.push({
          head,
          column: -1,
          pass: never,
          needed,
          maxBytes: 0,
          constant: Buffer.from(JSON.stringify(fitted.value)),
        })
        continue
      }
      const column = from.kind === 'column' ? place.get(from.column) : undefined
      const pass = column !== undefined && !field.choices && passFor((spec.columns[column] as Column).type, field)
      if (!pass || column === undefined) return null
      lines.push({ head, column, pass, needed, maxBytes: field.maxLength ?? Number.POSITIVE_INFINITY, constant: null })
    }
    return new RecordEncoder(lines, spec.columns.length)
  }

  encode(data: Uint8Array, start: number, end: number): number {
    // An escaped byte becomes at most one; each value gets two quotes and a letter more.
    const needed = this.#headBytes + (end - start) + this.#lines.length * 8
    if (needed > this.bytes.length) this.bytes = Buffer.allocUnsafe(needed * 2)
    const starts = this.#starts
    let fields = 0
    starts[fields++] = start
    for (let at = start; at < end; at++) {
      if (data[at] !== TAB) continue
      if (fields === starts.length) return -1
      starts[fields++] = at + 1
    }
    if (fields !== starts.length - 1) return -1
    starts[fields] = end + 1

    const out = this.bytes
    let at = 0
    for (let index = 0; index < this.#lines.length; index++) {
      const { head, column, pass, needed, maxBytes, constant } = this.#lines[index] as Line
      for (let byte = 0; byte < head.length; byte++) out[at++] = head[byte] as number
      if (index === 0) this.firstValueStart = at
      if (constant) {
        out.set(constant, at)
        at += constant.length
      } else {
        const from = starts[column] as number
        const to = (starts[column + 1] as number) - 1
        if (to - from === 2 && data[from] === BACKSLASH && data[from + 1] === CAPITAL_N) {
          if (needed) return -1
          at = ascii(out, at, 'null')
        } else {
          if ((from === to && needed) || to - from > maxBytes) return -1
          at = pass(data, from, to, out, at)
          if (at < 0) return -1
        }
      }
      if (index === 0) this.firstValueEnd = at
    }
    out[at++] = CLOSE
    return at
  }
}

type Line = {
  /** What stands before the value: a bracket or comma, the field's name, a colon. */
  head: Uint8Array
  column: number
  pass: Pass
  needed: boolean
  maxBytes: number
  constant: Uint8Array | null
}

/** Writes one value and answers where it ends, or −1. */
type Pass = (data: Uint8Array, from: number, to: number, out: Uint8Array, at: number) => number

const never: Pass = () => -1

/** The types between which a value passes as it is; the others are decoded and fitted. So is what the field may not hold. */
function passFor(column: Column['type'], { type, holds }: Field): Pass | undefined {
  const pass = passOfType(column, type)
  if (!pass || !holds) return pass
  switch (type) {
    case 'integer':
    case 'decimal':
    case 'float':
      return numberWithin(pass, holds)
    case 'timestamp':
    case 'instant':
      return holds.decimals === undefined ? pass : secondsWithin(pass, holds.decimals)
    case 'time':
      return undefined
    default:
      return pass
  }
}

function passOfType(column: Column['type'], field: Field['type']): Pass | undefined {
  const open = field === 'json'
  switch (column) {
    case 'text':
      return open || field === 'text' ? text : undefined
    case 'integer':
      if (open || field === 'integer' || field === 'float') return integer
      return field === 'decimal' || field === 'text' ? quotedInteger : undefined
    case 'decimal':
      return open || field === 'text' || field === 'decimal' ? decimal : undefined
    case 'float':
      return open || field === 'float' ? float : undefined
    case 'boolean':
      if (open || field === 'boolean') return boolean
      return undefined
    case 'date':
      return open || field === 'text' || field === 'date' ? date : undefined
    case 'timestamp':
      return open || field === 'text' || field === 'timestamp' ? timestamp : undefined
    case 'instant':
      return open || field === 'text' || field === 'instant' ? instant : undefined
    case 'time':
      return open || field === 'text' ? text : undefined
    default:
      return undefined
  }
}

const text: Pass = (data, from, to, out, start) => {
  let at = start
  out[at++] = QUOTE
  for (let index = from; index < to; index++) {
    const byte = data[index] as number
    if (byte < 0x20 || byte === QUOTE || byte === BACKSLASH) return -1
    out[at++] = byte
  }
  out[at++] = QUOTE
  return at
}

const integer: Pass = (data, from, to, out, start) => {
  const first = data[from] === MINUS ? from + 1 : from
  const digits = to - first
  if (digits < 1 || digits > 15 || (data[first] === ZERO && (digits > 1 || first > from))) return -1
  let at = start
  for (let index = from; index < to; index++) {
    const byte = data[index] as number
    if (index >= first && !isDigit(byte)) return -1
    out[at++] = byte
  }
  return at
}

const quotedInteger: Pass = (data, from, to, out, start) => quoted(integer, data, from, to, out, start)

/** Digits with at most one point inside, and no zero in front that could go. */
const decimal: Pass = (data, from, to, out, start) => {
  let points = 0
  const first = data[from] === MINUS ? from + 1 : from
  if (data[first] === ZERO && first + 1 < to && data[first + 1] !== POINT) return -1
  for (let index = first; index < to; index++) {
    const byte = data[index] as number
    if (byte === POINT && index > first && index < to - 1) points++
    else if (!isDigit(byte)) return -1
  }
  return points > 1 || first === to ? -1 : text(data, from, to, out, start)
}

/** Only what JavaScript prints the same way: up to 15 digits, no zero at either end that could go, no exponent. */
const float: Pass = (data, from, to, out, start) => {
  const first = data[from] === MINUS ? from + 1 : from
  let point = -1
  let at = start
  if (first > from) out[at++] = MINUS
  for (let index = first; index < to; index++) {
    const byte = data[index] as number
    if (byte === POINT && point < 0) point = index
    else if (!isDigit(byte)) return -1
    out[at++] = byte
  }
  const whole = (point < 0 ? to : point) - first
  if (whole < 1 || to - first > 15 || (data[first] === ZERO && whole > 1)) return -1
  if (point < 0) return data[first] === ZERO && first > from ? -1 : at
  if (point === to - 1 || data[to - 1] === ZERO) return -1
  // Below 0.001 it may be written with an exponent.
  return data[first] === ZERO && data[first + 2] === ZERO && data[first + 3] === ZERO ? -1 : at
}

const boolean: Pass = (data, from, to, out, at) => {
  if (to - from !== 1) return -1
  if (data[from] === 0x74) return ascii(out, at, 'true')
  return data[from] === 0x66 ? ascii(out, at, 'false') : -1
}

const date: Pass = (data, from, to, out, at) =>
  to - from === 10 && isDate(data, from) ? text(data, from, to, out, at) : -1

const timestamp: Pass = (data, from, to, out, at) => {
  if (!isDate(data, from) || !isClock(data, from + 10, to)) return -1
  const end = text(data, from, to, out, at)
  out[at + 11] = LETTER_T
  return end
}

/** `2024-01-02 03:04:05+00` and `2024-01-02T03:04:05Z`: only UTC. */
const instant: Pass = (data, from, to, out, at) => {
  if (data[to - 1] === LETTER_Z) {
    return isDate(data, from) && isClock(data, from + 10, to - 1, LETTER_T) ? text(data, from, to, out, at) : -1
  }
  if (data[to - 3] !== PLUS || data[to - 2] !== ZERO || data[to - 1] !== ZERO) return -1
  const end = timestamp(data, from, to - 3, out, at)
  if (end < 0) return -1
  out[end - 1] = LETTER_Z
  out[end] = QUOTE
  return end + 1
}

/** A day that every year has; the 29th of February is looked at the general way. */
function isDate(data: Uint8Array, from: number): boolean {
  for (let index = 0; index < 10; index++) {
    const byte = data[from + index] as number
    if (index === 4 || index === 7 ? byte !== MINUS : !isDigit(byte)) return false
  }
  const month = ((data[from + 5] as number) - ZERO) * 10 + (data[from + 6] as number) - ZERO
  const day = ((data[from + 8] as number) - ZERO) * 10 + (data[from + 9] as number) - ZERO
  return month >= 1 && month <= 12 && day >= 1 && day <= (DAYS[month] as number)
}

/** ` 03:04:05` or ` 03:04:05.678`; `before` is what stands in front. */
function isClock(data: Uint8Array, from: number, to: number, before = SPACE): boolean {
  if (data[from] !== before || to - from < 9 || to - from === 10) return false
  for (let index = 1; index < to - from; index++) {
    const byte = data[from + index] as number
    if (index === 3 || index === 6 ? byte !== COLON : index === 9 ? byte !== POINT : !isDigit(byte)) return false
  }
  const hour = ((data[from + 1] as number) - ZERO) * 10 + (data[from + 2] as number) - ZERO
  return hour < 24
}

/** Numbers of so few digits that the field holds them whatever they are. */
function numberWithin(pass: Pass, { decimals, wholeDigits, range, single }: Holding): Pass | undefined {
  if (decimals !== undefined && decimals < 0) return undefined
  // A minus takes the place of a digit, so that the sign does not matter.
  const bytes = Math.min(single ? 6 : Number.POSITIVE_INFINITY, ...(range ?? []).map((end) => end.length - 1))
  const whole = wholeDigits ?? Number.POSITIVE_INFINITY
  const behind = decimals ?? Number.POSITIVE_INFINITY
  return (data, from, to, out, at) => {
    if (to - from > bytes) return -1
    let point = from
    while (point < to && data[point] !== POINT) point++
    if (point - from > whole || to - point - 1 > behind) return -1
    return pass(data, from, to, out, at)
  }
}

/** Moments without a digit of a second beyond those that the field keeps. Their point stands behind `2024-01-02 03:04:05`. */
function secondsWithin(pass: Pass, decimals: number): Pass {
  return (data, from, to, out, at) => {
    const beyond = from + 20 + decimals
    if (data[from + 19] === POINT && beyond < to && isDigit(data[beyond] as number)) return -1
    return pass(data, from, to, out, at)
  }
}

function quoted(pass: Pass, data: Uint8Array, from: number, to: number, out: Uint8Array, at: number): number {
  out[at] = QUOTE
  const end = pass(data, from, to, out, at + 1)
  if (end < 0) return -1
  out[end] = QUOTE
  return end + 1
}

function ascii(out: Uint8Array, start: number, word: string): number {
  for (let index = 0; index < word.length; index++) out[start + index] = word.charCodeAt(index)
  return start + word.length
}

const DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const isDigit = (byte: number) => byte >= ZERO && byte <= 0x39
const TAB = 0x09
const SPACE = 0x20
const QUOTE = 0x22
const PLUS = 0x2b
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const COLON = 0x3a
const CAPITAL_N = 0x4e
const LETTER_T = 0x54
const LETTER_Z = 0x5a
const BACKSLASH = 0x5c
const CLOSE = 0x7d
