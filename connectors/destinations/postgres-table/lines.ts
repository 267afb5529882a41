/** Records as lines for COPY, written as bytes at once: the most travelled path of a write. */
import type { Row } from '../../types.ts'
import type { TableColumn } from './catalog.ts'
import { textOf } from './encode.ts'

/** Texts up to this length go by the loop over their characters, which also checks them. */
const short = 64
const escapes: Record<string, string> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}
const mustEscape = /[\\\b\f\n\r\t\v]/
const allToEscape = new RegExp(mustEscape, 'g')
const tab = 0x09
const newline = 0x0a
const backslash = 0x5c

/** What no text of PostgreSQL can hold, as the end of "Column x …", or `undefined`. */
export function faultOfText(text: string): string | undefined {
  if (text.includes('\0')) return 'holds the character NUL, which PostgreSQL cannot store'
  return text.isWellFormed() ? undefined : 'holds half of a character, which PostgreSQL cannot store'
}

/** One line per record in COPY's text format (postgresql.org/docs/current/sql-copy.html, Text Format). */
export class Lines {
  #data: Buffer
  #at = 0
  readonly #ends: number[] = []

  /** `records`: about how many there will be. */
  constructor(records: number) {
    this.#data = Buffer.allocUnsafe(1024 + records * 160)
  }

  get length(): number {
    return this.#ends.length
  }

  /**
   * Adds the values of these columns, behind the texts in `front`.
   * @returns what is wrong with a value that cannot be stored; then no line was added
   */
  add(record: Row, columns: readonly TableColumn[], front: readonly string[] = []): string | undefined {
    const start = this.#at
    for (const text of front) this.#field(text)
    for (let index = 0; index < columns.length; index++) {
      const column = columns[index] as TableColumn
      const value = record[column.name] ?? null
      const text = typeof value === 'string' && column.type === 'text' ? value : textOf(value, column)
      if (text === null) this.#null()
      else if (!this.#field(text)) {
        this.#at = start
        return `Column "${column.name}" ${faultOfText(text)}.`
      }
    }
    if (this.#at === start) this.#reserve(1)
    // In the place of the last tab.
    else this.#at--
    this.#data[this.#at++] = newline
    this.#ends.push(this.#at)
    return undefined
  }

  /** The bytes of lines `from` to `to` (exclusive). */
  slice(from: number, to: number): Buffer {
    return this.#data.subarray(from === 0 ? 0 : this.#ends[from - 1], to === 0 ? 0 : this.#ends[to - 1])
  }

  #null(): void {
    this.#reserve(3)
    this.#data[this.#at++] = backslash
    this.#data[this.#at++] = 0x4e
    this.#data[this.#at++] = tab
  }

  /** Writes a text and a tab; `false` if PostgreSQL could not store it. */
  #field(text: string): boolean {
    const { length } = text
    if (length > short) return this.#rare(text)
    this.#reserve(short + 1)
    const data = this.#data
    let at = this.#at
    for (let place = 0; place < length; place++) {
      const unit = text.charCodeAt(place)
      if (unit >= 0x80 || unit === backslash || (unit < 0x0e && (unit > 0x07 || unit === 0))) return this.#rare(text)
      data[at++] = unit
    }
    data[at] = tab
    this.#at = at + 1
    return true
  }

  #rare(text: string): boolean {
    if (faultOfText(text) !== undefined) return false
    const escaped = mustEscape.test(text) ? text.replace(allToEscape, (char) => escapes[char] ?? char) : text
    // A UTF-16 unit becomes at most three bytes; one more for the tab.
    this.#reserve(escaped.length * 3 + 1)
    this.#at += this.#data.write(escaped, this.#at, 'utf8')
    this.#data[this.#at++] = tab
    return true
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes
    if (needed <= this.#data.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#data.length * 2))
    larger.set(this.#data.subarray(0, this.#at))
    this.#data = larger
  }
}
