import { isUtf8 } from 'node:buffer'

/**
 * Turns rows that SQLite joined (fields by tabs, NULL as FF and N) into RowBatch's format, in place: FF becomes a backslash.
 * Answers false, and leaves the bytes in no good state, when that is not all there is to do: a text holds a tab (there are
 * not `tabs` of them), a backslash or another character that must be escaped, or bytes that are no text.
 */
export function toCopyText(bytes: Buffer, tabs: number): boolean {
  if (bytes.byteOffset % 4 !== 0) return false
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
  let left = tabs
  for (let index = 0; index < words.length; index++) {
    // The high bit of each byte that has to be looked at; the lowest byte of a word comes first on every computer we know.
    for (let odd = oddBytes(words[index] as number); odd !== 0; odd &= odd - 1) {
      const found = look(bytes, 4 * index + ((31 - Math.clz32(odd & -odd)) >> 3))
      if (found < 0) return false
      left -= found
    }
  }
  for (let at = 4 * words.length; at < bytes.length; at++) {
    const found = look(bytes, at)
    if (found < 0) return false
    left -= found
  }
  return left === 0 && isUtf8(bytes)
}

/**
 * The high bits of those of four bytes that are below 0E, a backslash or FF, and perhaps of more: four at a time, as most
 * bytes are plain (graphics.stanford.edu/~seander/bithacks.html#HasLessInWord).
 */
function oddBytes(word: number): number {
  const low = ((word - 0x0e0e0e0e) | 0) & ~word
  const backslash = word ^ 0x5c5c5c5c
  const filled = ~word
  const zero = (((backslash - 0x01010101) | 0) & ~backslash) | (((filled - 0x01010101) | 0) & ~filled)
  return (low | zero) & HIGH_BITS
}

/** 1 for a tab, 0 for what may stay, −1 for what may not. */
function look(bytes: Buffer, at: number): number {
  const byte = bytes[at] as number
  if (byte === TAB) return 1
  if (byte === NULL_MARK) {
    if (bytes[at - 1] !== TAB || bytes[at + 1] !== CAPITAL_N) return -1
    bytes[at] = BACKSLASH
    return 0
  }
  return byte === BACKSLASH || (byte >= BACKSPACE && byte <= CARRIAGE_RETURN) ? -1 : 0
}

const HIGH_BITS = 0x80808080 | 0
const BACKSPACE = 0x08
const TAB = 0x09
const CARRIAGE_RETURN = 0x0d
const CAPITAL_N = 0x4e
const BACKSLASH = 0x5c
const NULL_MARK = 0xff
