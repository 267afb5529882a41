import { expect, test } from 'vitest'
import { decodeRow, endOfFields, largestRow, largestValue, RowBuilder, rowTexts, tooLarge } from './rows.ts'
import type { Column, RowBatch } from './types.ts'

const odd = [
  '',
  '\\N',
  'N',
  'NULL',
  '\t',
  'a\nb\r\n',
  '\\',
  '\\\\t',
  '\b\f\v',
  'zoë',
  '😀 "quoted"',
  '\u0000',
  '‏שלום',
  'é'.repeat(70),
]

function texts({ data, ends, length }: RowBatch): (string | null)[][] {
  return Array.from({ length }, (_, row) =>
    rowTexts(data, row === 0 ? 0 : (ends[row - 1] as number), ends[row] as number),
  )
}

test('every text comes back as it was, and NULL is told apart from all of them', () => {
  const rows = [...odd.map((text) => [text, null, text]), [null, null, null]]
  const builder = new RowBuilder()
  for (const row of rows) builder.append(row)
  expect(texts(builder.take())).toEqual(rows)
})

test('the bytes are those of PostgreSQL COPY', () => {
  const builder = new RowBuilder()
  builder.append(['a\tb', null, 'c\\d\n', '\b\f\r\v'])
  builder.append(['', 'é'])
  const { data, ends } = builder.take()
  expect(Buffer.from(data).toString()).toBe('a\\tb\t\\N\tc\\\\d\\n\t\\b\\f\\r\\v\té')
  expect([...ends]).toEqual([data.length - 3, data.length])
})

test('a builder that was emptied starts anew, also after a text larger than its buffer', () => {
  const builder = new RowBuilder(16)
  const large = 'ü\n'.repeat(500_000)
  builder.append([large, 'x'])
  expect(builder.full).toBe(true)
  expect(texts(builder.take())).toEqual([[large, 'x']])
  expect(builder.full).toBe(false)
  for (let row = 0; row < 10_000; row++) builder.append([String(row)])
  const batch = builder.take()
  expect(batch.length).toBe(10_000)
  expect(texts(batch).at(-1)).toEqual(['9999'])
})

test('the end of the leading fields is found, an escaped tab being none', () => {
  const data = Buffer.from('a\\tb\tc\td')
  expect(endOfFields(data, 0, data.length, 1)).toBe(4)
  expect(endOfFields(data, 0, data.length, 2)).toBe(6)
  expect(endOfFields(data, 0, data.length, 3)).toBe(data.length)
})

test('a row is decoded by its columns, and one with another number of fields is refused', () => {
  const columns: Column[] = [
    { name: 'id', type: 'integer', sourceType: 'int8' },
    { name: 'on', type: 'boolean', sourceType: 'bool' },
  ]
  const row = Buffer.from('7\tt')
  expect(decodeRow(new Uint8Array(row), 0, row.length, columns)).toEqual([7, true])
  expect(() => decodeRow(row, 0, 1, columns)).toThrow(RangeError)
})

test('what is too large is left out of its row, by its bytes as they are written', () => {
  const builder = new RowBuilder()
  const fits = 'x'.repeat(largestValue)
  const values = [fits, `${fits}x`, 'é'.repeat(largestValue / 2), `é${'é'.repeat(largestValue / 2)}`, tooLarge, '\\L']
  // A character that has to be escaped takes two bytes.
  const escaped = `${'x'.repeat(largestValue - 1)}\n`
  for (const value of [...values, escaped, escaped.slice(1)]) builder.append([value, 'b'])
  const left = texts(builder.take()).map(([value, b]) => [value === tooLarge, b])
  expect(left).toEqual([false, true, false, true, true, false, true, false].map((isLeft) => [isLeft, 'b']))
})

test('of a row that is full every further large value is left out; the next row starts anew', () => {
  const builder = new RowBuilder()
  const quarter = 'x'.repeat(largestRow / 4)
  const row = [quarter, quarter, quarter, quarter, 'y'.repeat(100), 'z']
  builder.append(row)
  builder.append(row)
  const [first, second] = texts(builder.take())
  expect(first?.map((value) => value === tooLarge)).toEqual([false, false, false, true, false, false])
  expect(second).toEqual(first)
})
