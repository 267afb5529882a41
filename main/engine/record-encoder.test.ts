import { expect, test } from 'vitest'
import { decodeRow, RowBuilder } from '../../connectors/rows.ts'
import { type Column, type Field, type Holding, type ValueType, valueTypes } from '../../connectors/types.ts'
import { RecordEncoder } from './record-encoder.ts'
import { createTransform } from './transform.ts'

/** Texts as sources print them, the odd ones among them: some pass as they are, the others must take the general way. */
const texts: Record<ValueType, (string | null)[]> = {
  text: ['', ' ', 'Ada', 'Zoë 🦊', 'a"b', 'a\\b', 'tab\there', 'line\nbreak', '\u0001', '007', 'NULL', '\\N', null],
  integer: [
    '0',
    '7',
    '-7',
    '-0',
    '007',
    '+5',
    '999999999999999',
    '9007199254740993',
    '-9223372036854775808',
    '',
    'x',
    null,
  ],
  decimal: ['0', '1.50', '-0.10', '12.', '.5', '1e5', 'NaN', '00012', '99999999999999999999.01', '', null],
  float: [
    '0',
    '-0',
    '0.5',
    '12.50',
    '1e+20',
    '0.0001',
    '0.001',
    '123456789.123456',
    'NaN',
    'Infinity',
    '-3.25',
    '5.0',
    null,
  ],
  boolean: ['t', 'f', '1', '', 'true', null],
  date: [
    '2024-01-31',
    '2024-02-29',
    '2023-02-29',
    '2024-13-01',
    '0001-01-01',
    '0044-03-15 BC',
    '12024-01-01',
    'infinity',
    null,
  ],
  time: ['03:04:05', '24:00:00', '03:04:05.123456', 'noon', null],
  timestamp: [
    '2024-01-31 03:04:05',
    '2024-01-31 03:04:05.678',
    '2024-01-31 24:00:00',
    '2024-01-31',
    '2024-02-30 01:02:03',
    'infinity',
    null,
  ],
  instant: [
    '2024-01-31 03:04:05+00',
    '2024-01-31 03:04:05.678901+00',
    '2024-01-31 03:04:05+05:30',
    '2024-01-31 25:04:05+00',
    '2024-01-31T03:04:05.678Z',
    '2024-01-31 03:04:05Z',
    '2024-01-31T24:00:00Z',
    '2024-02-30T03:04:05Z',
    'infinity',
    null,
  ],
  json: ['{"a":1}', '[1,2]', '"x"', '{"n":9007199254740993}', 'not json', null],
  bytes: ['\\x00ff', '\\x', 'zz', null],
}

/** What many a field cannot hold. */
const pastTheEdge = [
  ...[
    '12345678.123',
    '123456789',
    '-123456789.1',
    '1.230',
    '12.5',
    '-0.001',
    '40000',
    '-32769',
    '3000000000',
    '-2147483649',
  ],
  ...[
    '16777217',
    '123456.7',
    '0.1234567',
    '2024-01-31 03:04:05.6',
    '2024-01-31 03:04:05.1234567',
    '2024-01-31 03:04:05.000',
  ],
  ...[
    '2024-01-31T03:04:05.6Z',
    '2024-01-31 03:04:05.6+00',
    '2024-01-31T03:04:05.6789Z',
    '2024-01-31 03:04:05.6789012+00',
  ],
]

function bytesOf(fields: (string | null)[]): Uint8Array {
  const builder = new RowBuilder()
  builder.append(fields)
  return Uint8Array.from(builder.take().data)
}

const fieldOf = (type: ValueType, more: Partial<Field> = {}): Field => ({
  id: 'v',
  label: 'V',
  type,
  required: false,
  readOnly: false,
  ...more,
})

const columnsOf = (type: ValueType): Column[] => [
  { name: 'id', type: 'integer', sourceType: '' },
  { name: 'v', type, sourceType: '' },
]

/** What both ways make of a value: the bytes of the quick one (null where it gives up), and the JSON of the general one. */
function bothWays(text: string | null, from: ValueType, field: Field) {
  const columns = columnsOf(from)
  const shape = {
    columns,
    mapping: [
      { field: 'id', from: { kind: 'column', column: 'id' } as const },
      { field: 'v', from: { kind: 'column', column: 'v' } as const },
      { field: 'c', from: { kind: 'constant', value: 'always' } as const },
    ],
    fields: [fieldOf('integer', { id: 'id' }), field, fieldOf('text', { id: 'c' })],
    key: 'id',
    openFields: false,
  }
  const data = bytesOf(['12', text])
  const encoder = RecordEncoder.of(shape)
  const length = encoder?.encode(data, 0, data.length) ?? -1
  const quick = encoder && length >= 0 ? encoder.bytes.toString('utf8', 0, length) : null
  const made = createTransform(shape)(decodeRow(data, 0, data.length, columns))
  return { quick, general: made.ok ? JSON.stringify(made.record) : null }
}

test.each(valueTypes.flatMap((from) => valueTypes.map((to) => [from, to] as const)))(
  'what passes from %s to %s as bytes is what the general way makes of it',
  (from, to) => {
    for (const text of texts[from]) {
      const { quick, general } = bothWays(text, from, fieldOf(to))
      if (quick !== null) expect(quick, String(text)).toBe(general)
    }
  },
)

/** Fields that hold only so much, and of each a value that still passes as bytes. */
const narrow: [ValueType, Holding, from: ValueType, passes: string][] = [
  ['decimal', { decimals: 2, wholeDigits: 8 }, 'decimal', '12345678.12'],
  ['decimal', { decimals: 2, wholeDigits: 8 }, 'integer', '12345678'],
  ['decimal', { decimals: 0, wholeDigits: 1 }, 'decimal', '0'],
  ['integer', { range: ['-32768', '32767'] }, 'integer', '9999'],
  ['integer', { range: ['-2147483648', '2147483647'] }, 'integer', '-99999999'],
  ['float', { single: true }, 'float', '0.1234'],
  ['float', { decimals: 1 }, 'float', '1234.5'],
  ['timestamp', { decimals: 0 }, 'timestamp', '2024-01-31 03:04:05'],
  ['timestamp', { decimals: 6 }, 'timestamp', '2024-01-31 03:04:05.123456'],
  ['instant', { decimals: 0 }, 'instant', '2024-01-31 03:04:05+00'],
  ['instant', { decimals: 0 }, 'instant', '2024-01-31T03:04:05Z'],
  ['instant', { decimals: 3 }, 'instant', '2024-01-31 03:04:05.678+00'],
  ['instant', { decimals: 6 }, 'instant', '2024-01-31T03:04:05.678901Z'],
]

test.each(narrow)(
  'into %s that holds %j what passes from %s is what fits, %s among it',
  (type, holds, from, passes) => {
    const field = fieldOf(type, { holds })
    expect(bothWays(passes, from, field).quick).not.toBeNull()
    for (const column of valueTypes) {
      for (const text of [...texts[column], ...pastTheEdge]) {
        const { quick, general } = bothWays(text, column, field)
        if (quick !== null) expect(quick, `${column} ${text}`).toBe(general)
      }
    }
  },
)

const none: [ValueType, Holding, ValueType, string][] = [
  ['decimal', { decimals: -3, wholeDigits: 5 }, 'integer', '500'],
  ['integer', { range: ['0', '4294967295'] }, 'integer', '-5'],
]
test.each(none)('into %s that holds %j nothing passes from %s that may not fit: %s', (type, holds, from, text) => {
  expect(bothWays(text, from, fieldOf(type, { holds }))).toEqual({ quick: null, general: null })
})

test.each<[string | null, ValueType, ValueType]>([
  ['Zoë 🦊', 'text', 'text'],
  ['7', 'integer', 'json'],
  ['1.50', 'decimal', 'decimal'],
  ['0.5', 'float', 'float'],
  ['t', 'boolean', 'boolean'],
  ['2024-01-31', 'date', 'date'],
  ['2024-01-31 03:04:05.678', 'timestamp', 'timestamp'],
  ['2024-01-31 03:04:05+00', 'instant', 'instant'],
  ['2024-01-31T03:04:05.678Z', 'instant', 'instant'],
  [null, 'text', 'text'],
])('%s passes as bytes from %s to %s', (text, from, to) => {
  expect(bothWays(text, from, fieldOf(to)).quick).not.toBeNull()
})

test('a value that may be refused is left to the general way', () => {
  expect(bothWays(null, 'text', fieldOf('text', { required: true })).quick).toBeNull()
  expect(bothWays('', 'text', fieldOf('text', { required: true })).quick).toBeNull()
  expect(bothWays('abcdef', 'text', fieldOf('text', { maxLength: 5 })).quick).toBeNull()
  expect(bothWays('a', 'text', fieldOf('text', { choices: [{ value: 'b', label: 'B' }] })).quick).toBeNull()
})

test('a row with another number of fields than columns is left to the general way', () => {
  const encoder = RecordEncoder.of({
    columns: columnsOf('text'),
    mapping: [{ field: 'v', from: { kind: 'column', column: 'v' } }],
    fields: [fieldOf('text')],
    key: null,
    openFields: false,
  })
  for (const fields of [['1'], ['1', 'a', 'b']]) {
    const data = bytesOf(fields)
    expect(encoder?.encode(data, 0, data.length)).toBe(-1)
  }
})
