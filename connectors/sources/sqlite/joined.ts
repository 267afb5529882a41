import { isUtf8 } from 'node:buffer'

/**
 * Turns rows that SQLite joined (fields by tabs, NULL as FF and N) into RowBatch's format, in place: FF becomes a backslash.
 * Answers false, and leaves the bytes in no good state, when that is not all there is to do: a text holds a tab (there are
 * not `tabs` of them), a backslash or another character that must be escaped, or bytes that are no text.
 */
export function toCopyText(bytes: Buffer, tabs: number): boolean {
  if (bytes.byteOffset % 4 !== 0) return false
  if (ESCAPED.some((byte) => bytes.includes(byte))) return false
  if (bytes.includes(NULL_MARK) && !writeNulls(bytes)) return false
  return countTabs(bytes) === tabs && isUtf8(bytes)
}

function writeNulls(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== NULL_MARK) continue
    if (bytes[at - 1] !== TAB || bytes[at + 1] !== CAPITAL_N) return false
    bytes[at] = BACKSLASH
  }
  return true
}

/**
 * Four bytes at a time, as every page is counted: a word's high bits say which of its bytes are tabs, and each byte of
 * `tabs` adds up to 255 of them (graphics.stanford.edu/~seander/bithacks.html#ZeroInWord, in the form without false hits).
 */
function countTabs(bytes: Buffer): number {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
  let count = 0
  for (let start = 0; start < words.length; start += 255) {
    const end = Math.min(words.length, start + 255)
    let tabs = 0
    for (let index = start; index < end; index++) {
      const word = (words[index] as number) ^ TABS
      tabs = (tabs + (~(((word & LOW_BITS) + LOW_BITS) | word | LOW_BITS) >>> 7)) | 0
    }
    count += (tabs & 0xff) + ((tabs >>> 8) & 0xff) + ((tabs >>> 16) & 0xff) + (tabs >>> 24)
  }
  for (let at = 4 * words.length; at < bytes.length; at++) if (bytes[at] === TAB) count++
  return count
}

const TAB = 0x09
const TABS = 0x09090909
const LOW_BITS = 0x7f7f7f7f
const CAPITAL_N = 0x4e
const BACKSLASH = 0x5c
const NULL_MARK = 0xff
/** What PostgreSQL's text format writes with a backslash, beside the tab: \b, \n, \v, \f, \r and the backslash itself. */
const ESCAPED = [0x08, 0x0a, 0x0b, 0x0c, 0x0d, BACKSLASH]
