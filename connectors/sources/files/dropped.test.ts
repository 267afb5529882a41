/** What people drop: files as spreadsheets, shops and scripts write them, not as the standard has it. */
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { problemOf } from '../../testing/sources.ts'
import type { Query } from '../../types.ts'
import { contents, readEverything, scratchFiles, type Values } from './scratch.ts'
import { optionsOf } from './settings.ts'
import { detectTypes, sampleRows } from './text-types.ts'

const { path, write, open } = scratchFiles()
let files = 0

async function drop(content: string | Uint8Array, values: Values = {}, extension = 'csv') {
  const name = `${++files}.${extension}`
  write(name, content)
  return open(name, values)
}
const csv = async (content: string | Uint8Array, values: Values = {}) => contents(await drop(content, values))

test('numbers with a decimal comma are exact numbers', async () => {
  const session = await drop('id;a;b\n1;12,50;1.234.567,5\n2;-0,5;999\n3;7;-12,00\n')
  expect(await contents(session)).toEqual({
    columns: ['id: integer', 'a: decimal', 'b: decimal'],
    rows: [
      [1, '12.50', '1234567.5'],
      [2, '-0.5', '999'],
      [3, '7', '-12.00'],
    ],
  })
  expect((await readEverything(session))[0]).toEqual([1, '12.50', '1234567.5'])
})

test('numbers with commas between thousands are numbers where the file proves it', async () => {
  expect(await csv('id,a\n1,"1,234.50"\n2,"1,234,567"\n3,12\n')).toEqual({
    columns: ['id: integer', 'a: decimal'],
    rows: [
      [1, '1234.50'],
      [2, '1234567'],
      [3, '12'],
    ],
  })
})

test('1,234 and 1.234 may be a thousand or one and a bit: they stay text until a person says', async () => {
  expect((await csv('id,a\n1,"1,234"\n2,"5,678"\n')).columns).toEqual(['id: integer', 'a: text'])
  expect((await csv('id;a\n1;1.234\n2;999\n')).columns).toEqual(['id: integer', 'a: text'])
  expect((await csv('id;a\n1;1.234\n2;999\n', { types: 'a: decimal comma' })).rows[0]).toEqual([1, '1234'])
  expect((await csv('id;a\n1;1.234\n2;999\n', { types: 'a: decimal' })).rows[0]).toEqual([1, '1.234'])
  expect((await csv('id,a\n1,1.234\n2,0.999\n')).columns).toEqual(['id: integer', 'a: decimal'])
})

test('SQL counts with numbers as they are written at home', async () => {
  write('sales.csv', 'id;amount;moment\n1;1.234,50;13/04/2026 18:30\n2;0,50;14/04/2026 9:05\n')
  const session = await open('sales.csv')
  const query = { kind: 'sql' as const, sql: 'SELECT sum(amount) AS total, max(moment) AS last FROM sales' }
  expect((await session.preview(query, 5)).rows).toEqual([['1235.00', '2026-04-14T09:05:00']])
})

test.each<[string, string, string[], string]>([
  ['day first', 'at\n13/04/2026 14:30\n03/05/2026 9:05:07\n', ['2026-04-13T14:30:00', '2026-05-03T09:05:07'], ''],
  ['month first', 'at\n04/13/2026 2:30 PM\n05/03/2026 12:00 AM\n', ['2026-04-13T14:30:00', '2026-05-03T00:00:00'], ''],
  ['as a browser writes it', 'at\n"4/13/2026, 2:30:05 PM"\n', ['2026-04-13T14:30:05'], ''],
  ['without seconds', 'at\n2026-04-13 14:30\n2026-04-14T09:05\n', ['2026-04-13T14:30:00', '2026-04-14T09:05:00'], ''],
  ['as a person says', 'at\n03/04/2026 14:30\n', ['2026-04-03T14:30:00'], 'day'],
])('a date with its time, %s, is one', async (_, content, times, dates) => {
  const { columns, rows } = await csv(content, dates === '' ? {} : { dates })
  expect(columns).toEqual(['at: timestamp'])
  expect(rows.flat()).toEqual(times)
})

test('only where nobody has said how dates are written every row is asked, and only about them', async () => {
  const lines = Array.from({ length: 25_000 }, (_, index) => `${index},0${(index % 9) + 1}/04/2026,x`)
  write('dates.csv', `id,d,v\n${lines.join('\n')}\n`)
  const asked = async (dates: 'day' | undefined) => {
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    await connection.run(`CREATE TABLE t AS SELECT * FROM read_csv('${path('dates.csv')}', all_varchar = true)`)
    const statements: string[] = []
    const listening = new Proxy(connection, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...given: unknown[]) => {
          if (name === 'runAndReadAll') statements.push(String(given[0]))
          return value.apply(target, given)
        }
      },
    })
    const options = { ...optionsOf({ path: '', dates: dates ?? 'detect' } as never), delimiter: ',' }
    const types = await detectTypes(listening, 't', ['id', 'd', 'v'], options, sampleRows)
    connection.closeSync()
    instance.closeSync()
    const whole = statements.filter((statement) => !statement.includes(`LIMIT ${sampleRows}`))
    return { forms: types.map(({ form }) => form), whole }
  }
  const said = await asked('day')
  expect(said).toEqual({ forms: ['integer', 'date day', 'text'], whole: [] })
  const open = await asked(undefined)
  expect(open.forms).toEqual(['integer', 'text', 'text'])
  expect(open.whole).toEqual([expect.stringContaining('"d"')])
  expect(open.whole[0]).not.toContain('"id"')
})

test('a date that is none in the calendar stays the text that it is', async () => {
  const { columns, rows } = await csv('d\n13/04/2026\n31/02/2026\n')
  expect(columns).toEqual(['d: date'])
  expect(rows.flat()).toEqual(['2026-04-13', '31/02/2026'])
})

test.each<[string, string]>([
  ['in all lines', 'id,name,\n1,Ada,\n2,Zoe,\n'],
  ['in all lines but the names', 'id,name\n1,Ada,\n2,Zoe,\n'],
])('a delimiter at the end %s is an empty column, and the names stay', async (_, content) => {
  expect(await csv(content)).toEqual({
    columns: ['id: integer', 'name: text', 'column 3: text'],
    rows: [
      [1, 'Ada', null],
      [2, 'Zoe', null],
    ],
  })
})

test('a delimiter too much after the names is none', async () => {
  expect(await csv('id;name;\n1;Ada\n2;Zoe\n')).toEqual({
    columns: ['id: integer', 'name: text'],
    rows: [
      [1, 'Ada'],
      [2, 'Zoe'],
    ],
  })
})

test('where values begin at once a short first row is told, not left out', async () => {
  const message = expect.stringContaining('has 1 value, but 2 were expected')
  expect(await problemOf(csv('1\n2,b\n3,c\n4,d\n', { header: 'values' }))).toMatchObject({ message })
  expect(await problemOf(csv('1\n2,b\n3,c\n4,d\n'))).toMatchObject({ message })
  expect(await problemOf(csv('Ann\nBob,b\nLee,c\n', { header: 'values' }))).toMatchObject({ message })
  const titled = 'Report\n\nid,n\n1,2\n3,4\n'
  expect((await csv(titled)).columns).toEqual(['id: integer', 'n: integer'])
  expect((await csv('Made by,Ann,Lee\nid,n\n1,2\n3,4\n', { titles: '1' })).rows.length).toBe(2)
  // A line with several values is a row where no names follow, whatever was said.
  expect((await csv('1,2\n3,4\n', { header: 'values', titles: '1' })).rows.length).toBe(2)
})

test('a name over two lines is one name', async () => {
  const { columns } = await csv('"first\r\n name","id"\nAda,1\n')
  expect(columns).toEqual(['first name: text', 'id: integer'])
})

test('a column whose name holds quotes, colons and line ends can be given a type', async () => {
  const { typesText } = await import('./settings.ts')
  write('odd.json', JSON.stringify([{ 'a: "b"': '1', 'two\nlines': '2' }]))
  const types = typesText({ 'a: "b"': 'integer', 'two\nlines': 'decimal' })
  expect((await contents(await open('odd.json', { types }))).columns).toEqual([
    'a: "b": integer',
    'two\nlines: decimal',
  ])
})

test('bytes of zero are part of a value', async () => {
  expect((await csv('id,v\n1,A\0da\n')).rows).toEqual([[1, 'A\0da']])
})

test('a table keeps the name that it was given, whatever the file is called', async () => {
  const session = await drop('id\n1\n', { called: 'customers' })
  expect((await session.listTables({ limit: 5 })).tables).toEqual([{ path: ['customers'], kind: 'table' }])
  expect(await session.count({ kind: 'sql', sql: 'SELECT * FROM customers' })).toBe(1)
})

test.each<[string, Uint8Array | string]>([
  ['with a mark', '\ufeff[{"id":1}]'],
  ['in UTF-16', Buffer.from('\ufeff[{"id":1}]', 'utf16le')],
])('JSON %s is read', async (_, content) => {
  expect(await contents(await drop(content, {}, 'json'))).toEqual({ columns: ['id: integer'], rows: [[1]] })
})

test('large numbers of JSON keep their digits', async () => {
  const content = `[{"id":1,"b":123456789012345678901234567890,"c":0.30000000000000004,"d":1e400,"e":1e2},
    {"id":2,"b":0.5,"c":2,"d":1,"e":null}]`
  const session = await drop(content, {}, 'json')
  expect(await contents(session)).toEqual({
    columns: ['id: integer', 'b: decimal', 'c: float', 'd: text', 'e: float'],
    rows: [
      [1, '123456789012345678901234567890', 0.30000000000000004, '1e400', 100],
      [2, '0.5', 2, '1', null],
    ],
  })
  const [{ name = '' } = {}] = (await session.listTables({ limit: 1 })).tables.map(({ path }) => ({ name: path[0] }))
  const counted: Query = { kind: 'sql', sql: `SELECT b FROM "${name}" WHERE id = 1` }
  expect((await session.preview(counted, 1)).rows).toEqual([['123456789012345678901234567890.0']])
})

test('lists of records inside one object are tables', async () => {
  const lists = {
    meta: { pages: [1] },
    customers: [{ id: 1, note: 'a [{ "]\\' }],
    orders: [{ no: 7 }],
    tags: ['a'],
  }
  const session = await drop(JSON.stringify(lists, null, 2), {}, 'json')
  const { tables } = await session.listTables({ limit: 5 })
  expect(tables.map(({ path }) => path)).toEqual([['customers'], ['orders']])
  expect((await session.preview({ kind: 'table', table: ['customers'] }, 5)).rows).toEqual([[1, 'a [{ "]\\']])
  expect((await session.preview({ kind: 'table', table: ['orders'] }, 5)).rows).toEqual([[7]])
})

test('one record on each line is no object around lists, and be it a single line', async () => {
  const record = '{"id":1,"lines":[{"a":1}]}\n'
  for (const content of [record, record + record.replace('1', '2')]) {
    expect((await contents(await drop(content, {}, 'ndjson'))).columns).toEqual(['id: integer', 'lines: json'])
  }
})

test.each<[string, string, string]>([
  ['an empty list', '[]', 'no records'],
  ['an empty object', '{}', 'no records'],
  ['lists in a list', '[[1,2],[3,4]]', 'no records'],
  ['a record that is cut off', '{"id":1}\n{"id":', 'near line'],
  ['fields that differ in capital letters', '[{"id":1,"ID":2}]', 'capital letters'],
])('JSON that holds %s is told, not read as something else', async (_, content, words) => {
  expect(await problemOf(drop(content, {}, 'json'))).toMatchObject({
    remedy: 'reconnect',
    message: expect.stringContaining(words),
  })
})
