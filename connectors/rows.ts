/** The line format of RowBatch (see types.ts): written by sources, read by the engine for rows that have changed. */
import type { Column, RowBatch, Value } from './types.ts'
import { decodeValue } from './values.ts'

/**
 * In bytes, as written in a batch: a longer value is left out by the source, and so is one for which its row has no place
 * any more; `\L` stands for it. So one huge cell costs neither memory nor the run.
 */
export const largestValue = 8 * 1024 * 1024
export const largestRow = 32 * 1024 * 1024

/**
 * What `\L` is read as. It begins with half a character, the other half not behind it: no source holds such a text and no field takes one, so it cannot
 * be taken for a value or be sent by mistake, whatever it is joined with.
 */
export const tooLarge = '\ud800(more than 8 MB)'

/** Why it fits no field. */
export const tooLargeWhy = 'it is too large: a value may have 8 MB, a whole row 32 MB'

/**
 * Collects rows into one buffer that is used again for every batch. The batch that `take` answers is valid until the
 * next `append`.
 */
export class RowBuilder {
  #data: Buffer
  #ends: Uint32Array
  #at = 0
  length = 0
  readonly #target: number

  /** `target`: a batch is full when it holds this many bytes. */
  constructor(target: number = 256 * 1024) {
    this.#target = target
    this.#data = Buffer.allocUnsafe(target + 64 * 1024)
    this.#ends = new Uint32Array(4096)
  }

  get full(): boolean {
    return this.#at >= this.#target
  }

  /**
   * Adds a row of texts as they are before escaping; `null` is NULL, a number is written as JavaScript prints it. What is
   * too large, and `tooLarge` itself, becomes `\L`.
   */
  append(fields: readonly (string | number | null)[]): void {
    // One loop over bytes without a call: the most travelled path of a SQLite read.
    let data = this.#data
    let at = this.#at
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index] as string | number | null
      if (at + 3 * SHORT > data.length) {
        this.#at = at
        this.#reserve(3 * SHORT)
        data = this.#data
      }
      const start = at
      if (field === null) {
        data[at++] = BACKSLASH
        data[at++] = CAPITAL_N
      } else if (typeof field === 'number' && (field | 0) === field && field >= 0) {
        let power = 1
        while (power * 10 <= field) power *= 10
        for (let rest = field; power >= 1; power = (power / 10) | 0) {
          const digit = (rest / power) | 0
          data[at++] = ZERO + digit
          rest -= digit * power
        }
      } else {
        const text = typeof field === 'number' ? String(field) : field
        const length = text.length
        let place = length > SHORT ? length + 1 : 0
        for (; place < length; place++) {
          const unit = text.charCodeAt(place)
          if (unit >= 0x80 || unit === BACKSLASH || (unit < 0x0e && unit > 0x07)) break
          data[at++] = unit
        }
        if (place !== length) {
          this.#at = start
          this.#writeLong(text)
          data = this.#data
          at = this.#at
        }
      }
      data[at++] = TAB
    }
    this.#at = at - 1
    this.#endRow()
  }

  #endRow(): void {
    if (this.length === this.#ends.length) {
      const ends = new Uint32Array(this.length * 2)
      ends.set(this.#ends)
      this.#ends = ends
    }
    this.#ends[this.length++] = this.#at
  }

  /** The rows so far; the builder starts anew. */
  take(): RowBatch {
    const batch = {
      data: this.#data.subarray(0, this.#at),
      ends: this.#ends.subarray(0, this.length),
      length: this.length,
    }
    this.#at = 0
    this.length = 0
    // A buffer that grew for a large row is let go.
    if (this.#data.length > 4 * this.#target) this.#data = Buffer.allocUnsafe(this.#target + 64 * 1024)
    return batch
  }

  #writeLong(text: string): void {
    if (text.length > largestValue || text === tooLarge) {
      this.#leaveOut()
      return
    }
    const escaped = mustEscape.test(text) ? text.replace(allToEscape, (character) => `\\${letters[character]}`) : text
    // A UTF-16 unit becomes at most three bytes, which is too much to reserve for a large text.
    const bytes = escaped.length > 64 * 1024 ? Buffer.byteLength(escaped) : escaped.length * 3
    const row = this.#at - (this.length === 0 ? 0 : (this.#ends[this.length - 1] as number))
    if (bytes > largestValue || row + bytes > largestRow) {
      this.#leaveOut()
      return
    }
    // One more for the tab.
    this.#reserve(bytes + 1)
    this.#at += this.#data.write(escaped, this.#at, 'utf8')
  }

  #leaveOut(): void {
    this.#reserve(3)
    this.#data[this.#at++] = BACKSLASH
    this.#data[this.#at++] = CAPITAL_L
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes
    if (needed <= this.#data.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#data.length * 2))
    larger.set(this.#data.subarray(0, this.#at))
    this.#data = larger
  }
}

/** Where the first `count` fields of the row `data[start, end)` end: at a tab, or at `end`. */
export function endOfFields(data: Uint8Array, start: number, end: number, count: number): number {
  let left = count
  for (let at = start; at < end; at++) if (data[at] === TAB && --left === 0) return at
  return end
}

/** The texts of the row `data[start, end)`, NULL as `null`, what was left out as `tooLarge`. */
export function rowTexts(data: Uint8Array, start: number, end: number): (string | null)[] {
  const buffer = Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const texts: (string | null)[] = []
  let from = start
  let escaped = false
  let ascii = true
  for (let at = start; at <= end; at++) {
    const byte = at === end ? TAB : (data[at] as number)
    if (byte === BACKSLASH) escaped = true
    else if (byte >= 0x80) ascii = false
    if (byte !== TAB) continue
    if (escaped && at === from + 2 && data[from + 1] === CAPITAL_N) texts.push(null)
    else if (escaped && at === from + 2 && data[from + 1] === CAPITAL_L) texts.push(tooLarge)
    else {
      const text = buffer.toString(ascii ? 'latin1' : 'utf8', from, at)
      texts.push(escaped ? text.replace(escapes, unescapeOne) : text)
    }
    from = at + 1
    escaped = false
    ascii = true
  }
  return texts
}

/** The values of the row `data[start, end)`. A row with another number of fields than `columns` is a RangeError. */
export function decodeRow(data: Uint8Array, start: number, end: number, columns: readonly Column[]): Value[] {
  const texts = rowTexts(data, start, end)
  if (texts.length !== columns.length) throw new RangeError(`A row has ${texts.length} fields, not ${columns.length}.`)
  const values = texts as Value[]
  for (let index = 0; index < values.length; index++) {
    const text = values[index] as string | null
    if (text !== null) values[index] = decodeValue(text, (columns[index] as Column).type)
  }
  return values
}

const TAB = 0x09
const BACKSLASH = 0x5c
const CAPITAL_L = 0x4c
const CAPITAL_N = 0x4e
const ZERO = 0x30
/** Of texts up to this length each character is written here, which is faster than a native call. */
const SHORT = 64
const mustEscape = /[\b\t\n\v\f\r\\]/
const allToEscape = /[\b\t\n\v\f\r\\]/g
const letters: Record<string, string> = { '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't', '\v': 'v', '\\': '\\' }
const characters: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }
const escapes = /\\(.)/gs
const unescapeOne = (_: string, letter: string) => characters[letter] ?? letter
