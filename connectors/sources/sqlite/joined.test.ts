import { expect, test } from 'vitest'
import { toCopyText } from './joined.ts'

test('a page is taken when it holds the tabs between its fields and no other', () => {
  for (const text of ['1\tAnn\tü日😀', '\t'.repeat(5003), `${'a\t'.repeat(3000)}b`, '', 'a']) {
    const tabs = text.split('\t').length - 1
    expect(toCopyText(page(text), tabs)).toBe(true)
    expect(toCopyText(page(text), tabs + 1)).toBe(false)
    expect(toCopyText(page(text), tabs - 1)).toBe(false)
  }
})

test.each([0, 1, 2, 3, 400])('what must be escaped is found wherever it stands (%i)', (before) => {
  for (const odd of ['\b', '\n', '\v', '\f', '\r', '\\'])
    expect(toCopyText(page(`1\t${'a'.repeat(before)}${odd}bcd`), 1)).toBe(false)
  for (const plain of ['\u0000', '\u0007', '\u000e', '\u0089', '\u007f', 'N', '[', ']'])
    expect(toCopyText(page(`1\t${'a'.repeat(before)}${plain}bcd`), 1)).toBe(true)
})

test('marks of NULL are written as the format has them, and other bytes that are no text are refused', () => {
  const bytes = page('1\t', NULL, '2\t', NULL)
  expect(toCopyText(bytes, 2)).toBe(true)
  expect(bytes.toString()).toBe('1\t\\N2\t\\N')
  for (const odd of [[0xc3, 0x28], [0xff], [0xff, 0x4f], [0x41, 0xff, 0x4e]])
    expect(toCopyText(page('1\t', Buffer.from(odd)), 1)).toBe(false)
})

const NULL = Buffer.from([0xff, 0x4e])

/** As the driver hands bytes over: in memory of their own. */
function page(...parts: (string | Buffer)[]): Buffer {
  const joined = Buffer.concat(parts.map((part) => Buffer.from(part)))
  const bytes = Buffer.from(new ArrayBuffer(joined.length))
  joined.copy(bytes)
  return bytes
}
