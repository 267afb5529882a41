import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { contents, readEverything, scratchFiles } from './scratch.ts'

const { path, write, open } = scratchFiles()

const records = [
  { id: 2, name: 'Zoë', at: '2025-01-02T03:04:05Z', n: 1.5, big: '@big', ok: true, tags: ['a', null], zip: '01234' },
  { id: 1, name: null, n: 2, tags: { a: 1 }, zip: '' },
]
const json = (value: unknown) => JSON.stringify(value).replace('"@big"', '12345678901234567890123')

test.each<[string, string, string]>([
  ['a list', 'list.json', json(records)],
  [
    'a list over several lines',
    'pretty.json',
    JSON.stringify(records, null, 2).replace('"@big"', '12345678901234567890123'),
  ],
  ['a record on each line', 'lines.ndjson', records.map(json).join('\n')],
])('JSON as %s: numbers keep their digits, texts stay texts', async (_, name, content) => {
  write(name, content)
  const session = await open(name)
  expect(await contents(session)).toEqual({
    columns: [
      'id: integer',
      'name: text',
      'at: instant',
      'n: float',
      'big: decimal',
      'ok: boolean',
      'tags: json',
      'zip: text',
    ],
    rows: [
      [2, 'Zoë', '2025-01-02T03:04:05Z', 1.5, '12345678901234567890123', true, ['a', null], '01234'],
      [1, null, null, 2, null, null, { a: 1 }, ''],
    ],
  })
  expect((await readEverything(session)).map(([id]) => id)).toEqual([1, 2])
})

test('a field that only the last record has is a column', async () => {
  const lines = Array.from({ length: 30_000 }, (_, id) => `{"id":${id}}`)
  write('late.ndjson', `${lines.join('\n')}\n{"id":30000,"late":"x"}\n`)
  const session = await open('late.ndjson')
  expect((await contents(session)).columns).toEqual(['id: integer', 'late: text'])
})

test('Parquet keeps the types that it has', async () => {
  const instance = await DuckDBInstance.create(':memory:')
  const writer = await instance.connect()
  await writer.run(`COPY (SELECT 9007199254740993::BIGINT AS id, 12.50::DECIMAL(10, 2) AS price, 0.1::DOUBLE AS ratio, 'NaN'::DOUBLE AS nan,
      true AS ok, DATE '2025-01-02' AS day, TIMESTAMP '2025-01-02 03:04:05.123456' AS at, TIMESTAMPTZ '2025-01-02 03:04:05+13' AS moment,
      '\\x00\\xFF'::BLOB AS raw, [1, 2] AS list, {a: 'x'} AS record, 'a\tb' AS text, NULL::VARCHAR AS none)
    TO '${path('typed.parquet')}' (FORMAT parquet)`)
  writer.closeSync()
  instance.closeSync()
  const session = await open('typed.parquet')
  const { columns, rows } = await contents(session)
  expect(columns.map((column) => column.split(': ')[1])).toEqual([
    'integer',
    'decimal',
    'float',
    'float',
    'boolean',
    'date',
    'timestamp',
    'instant',
    'bytes',
    'json',
    'json',
    'text',
    'text',
  ])
  expect(rows).toEqual([
    [
      '9007199254740993',
      '12.50',
      0.1,
      'NaN',
      true,
      '2025-01-02',
      '2025-01-02T03:04:05.123456',
      '2025-01-01T14:04:05Z',
      'AP8=',
      [1, 2],
      { a: 'x' },
      'a\tb',
      null,
    ],
  ])
  expect(await readEverything(session)).toEqual(rows)
})
