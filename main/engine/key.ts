import type { Column } from '../../connectors/types.ts'

/**
 * Writes the unique id of a row as bytes whose plain order is the order in which sources deliver rows: integers by value,
 * everything else by the bytes of its text. So one comparison serves the merge, the snapshot and the order check.
 *
 * An integer becomes a length byte (above 0x80 for positive numbers, below for negative ones) and its digits; any other
 * value its bytes. Parts of a compound id are joined by 00 01, a 00 inside a part becomes 00 FF (as tuple encodings of
 * key-value stores do, e.g. apple.github.io/foundationdb/data-modeling.html#tuples).
 */
export class KeyWriter {
  bytes: Uint8Array = new Uint8Array(256)
  length = 0
  /** A part of the id was NULL or ''. */
  empty = false
  readonly #integer: boolean[]

  constructor(columns: Column[]) {
    this.#integer = columns.map((column) => column.type === 'integer')
  }

  /** Reads the leading fields of a row (see RowBatch) and answers where the last of them ends. */
  write(data: Uint8Array, start: number, end: number): number {
    this.length = 0
    this.empty = false
    let at = start
    const parts = this.#integer.length
    for (let part = 0; part < parts; part++) {
      let stop = at
      while (stop < end && data[stop] !== TAB) stop++
      if (stop === at || (stop === at + 2 && data[at] === BACKSLASH && data[at + 1] === CAPITAL_N)) this.empty = true
      if (this.bytes.length < this.length + 2 * (stop - at) + 4) this.#grow(this.length + 2 * (stop - at) + 4)
      if (part > 0) {
        this.bytes[this.length++] = 0
        this.bytes[this.length++] = 1
      }
      const integer = this.#integer[part] as boolean
      if (!(integer && this.#writeInteger(data, at, stop))) this.#writeText(data, at, stop, integer)
      at = stop + 1
    }
    return at - 1
  }

  /** A copy that outlives the next `write`. */
  copy(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.length))
  }

  #writeInteger(data: Uint8Array, start: number, end: number): boolean {
    const negative = data[start] === MINUS
    let first = negative ? start + 1 : start
    for (let at = first; at < end; at++) if (!isDigit(data[at] as number)) return false
    if (first === end) return false
    while (first < end - 1 && data[first] === ZERO) first++
    const digits = end - first
    if (digits > 0x3f) return false
    this.bytes[this.length++] = negative ? 0x40 - digits : 0x40 + digits
    for (let at = first; at < end; at++) {
      this.bytes[this.length++] = negative ? 0x69 - (data[at] as number) : (data[at] as number)
    }
    return true
  }

  /** Text among integers (SQLite allows it) comes after every number. */
  #writeText(data: Uint8Array, start: number, end: number, amongIntegers: boolean): void {
    if (amongIntegers) this.bytes[this.length++] = 0xf0
    for (let at = start; at < end; at++) {
      let byte = data[at] as number
      if (byte === BACKSLASH && at + 1 < end) {
        at++
        byte = escapes[data[at] as number] ?? (data[at] as number)
      }
      this.bytes[this.length++] = byte
      if (byte === 0) this.bytes[this.length++] = 0xff
    }
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(needed * 2)
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
  }
}

/**
 * Less than, equal to or greater than 0, as memcmp; `aStart` is where `a` begins in its buffer. A loop beats the native call
 * for keys of a few bytes.
 */
export function compareBytes(a: Uint8Array, aLength: number, b: Uint8Array, bLength: number, aStart = 0): number {
  const shared = aLength < bLength ? aLength : bLength
  for (let at = 0; at < shared; at++) {
    const difference = (a[aStart + at] as number) - (b[at] as number)
    if (difference !== 0) return difference
  }
  return aLength - bLength
}

/**
 * The key of a record that a row has left behind because its value in the destination's key field moved; `change`: with which
 * it was sent. It comes right behind the key of its row, the newest first, and no row has such a key: 00 00 is in none.
 */
export function keyLeftBehind(row: Uint8Array, change: number): Buffer {
  const end = Buffer.alloc(LEFT_BEHIND)
  end.writeBigUInt64BE(BigInt(Number.MAX_SAFE_INTEGER - change), 2)
  return Buffer.concat([row, end])
}

/** The key of the row that has left this one behind; undefined for a row's own key. */
export function leftBehindBy(key: Uint8Array): Uint8Array | undefined {
  const end = key.length - LEFT_BEHIND
  return end > 0 && key[end] === 0 && key[end + 1] === 0 ? key.subarray(0, end) : undefined
}

const LEFT_BEHIND = 10
const TAB = 0x09
const BACKSLASH = 0x5c
const CAPITAL_N = 0x4e
const MINUS = 0x2d
const ZERO = 0x30
const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39
/** What stands behind a backslash in COPY text: b f n r t v. */
const escapes: Record<number, number> = { 98: 8, 102: 12, 110: 10, 114: 13, 116: 9, 118: 11 }
