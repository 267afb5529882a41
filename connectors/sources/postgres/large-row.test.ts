import { expect, test } from 'vitest'
import { largestRow, largestValue, rowTexts, tooLarge } from '../../rows.ts'
import { LargeRow } from './large-row.ts'

/** Sizes of the pieces in which the network hands over the bytes. */
const pieces = [65_536, 999_983, largestValue, 64 * largestValue]

function taken(fields: string[], size: number): (string | null)[] {
  const bytes = Buffer.from(`${fields.join('\t')}\n`)
  const row = new LargeRow(bytes.length)
  for (let at = 0; at < bytes.length; at += size) row.take(bytes.subarray(at, at + size))
  expect(row.left).toBe(0)
  const whole = row.whole()
  return rowTexts(whole, 0, whole.length)
}

test.each(pieces)('a value that is too large is left out, wherever it stands, in pieces of %i bytes', (size) => {
  const fits = 'x'.repeat(largestValue)
  expect(taken(['1', `${fits}x`, '', '\\N', 'b'], size)).toEqual(['1', tooLarge, '', null, 'b'])
  expect(taken([`${fits}${fits}`, fits, 'b'], size)).toEqual([tooLarge, fits, 'b'])
  expect(taken(['a', '', `${fits}x`], size)).toEqual(['a', '', tooLarge])
})

test.each(pieces)('what a row has no place for is left out, NULL and what is as short is not: %i bytes', (size) => {
  const quarter = 'x'.repeat(largestRow / 4 - 1)
  const row = ['1', quarter, quarter, quarter, quarter, 'ab', 'cd', '\\N', 'efg', '']
  const shown = taken(row, size).map((text) => (text === quarter ? 'quarter' : text))
  expect(shown).toEqual(['1', 'quarter', 'quarter', 'quarter', 'quarter', 'ab', 'cd', null, tooLarge, ''])
})

test('one byte after the other', () => {
  const bytes = Buffer.from('1\t\ta\\tb\t\\N\n')
  const row = new LargeRow(bytes.length)
  for (const byte of bytes) row.take(Buffer.from([byte]))
  expect(rowTexts(row.whole(), 0, row.whole().length)).toEqual(['1', '', 'a\tb', null])
})
