import { expect, test } from 'vitest'
import { problemOf, readAll } from '../../testing/sources.ts'
import type { ColumnCondition, Query, VisualQuery } from '../../types.ts'
import { scratchFiles } from './scratch.ts'

const { path, write, open } = scratchFiles()
const visual = (condition: ColumnCondition): VisualQuery => ({
  kind: 'visual',
  table: ['odd'],
  where: { kind: 'group', match: 'all', conditions: [condition] },
})
const sql = (text: string): Query => ({ kind: 'sql', sql: text })

test('SQL sees the file by its name, with types that it can count with', async () => {
  write(
    'orders.csv',
    'id,amount,paid,day,at,zip\n1,12.50,true,13/04/2025,2025-01-02 03:04:05,01234\n2,-0.25,false,14/04/2025,,\n3,7,,,,"x"\n',
  )
  const session = await open('orders.csv')
  const query = sql(
    'SELECT id, amount * 2 AS twice, paid, day + 1 AS next, zip FROM Orders WHERE amount > 0 ORDER BY id',
  )
  expect((await session.preview(query, 10)).rows).toEqual([
    [1, '25.00', true, '2025-04-14', '01234'],
    [3, '14.00', null, null, 'x'],
  ])
  const sum = sql('SELECT sum(amount) AS total, count(*) AS n FROM orders')
  expect((await session.preview(sum, 1)).rows).toEqual([['19.25', 3]])
  expect(await readAll(session, { query, uniqueId: ['id'], columns: ['twice'] })).toEqual([
    [1, '25.00'],
    [3, '14.00'],
  ])
})

test('no digit is lost to a type that only the first rows suggest', async () => {
  const lines = Array.from({ length: 60_000 }, (_, index) => `${index},1.5`)
  write('late.csv', `id,v\n${lines.join('\n')}\n60000,0.123456789\n`)
  const session = await open('late.csv')
  expect((await session.preview(sql('SELECT v FROM late WHERE id = 60000'), 1)).rows).toEqual([['0.123456789']])
})

test('an odd value far down changes what SQL sees, not which rows the conditions select', async () => {
  const lines = Array.from({ length: 25_000 }, (_, index) => `${index},${index % 90},${index % 2 === 0}`)
  write('odd.csv', `id,age,yes\n${lines.join('\n')}\n25000,n/a,?\n`)
  const session = await open('odd.csv')
  const members = visual({ kind: 'number', column: 'age', is: 'more', value: '88' })
  const of = { kind: 'table', connection: 'c', table: ['odd'] } as const
  for (const condition of [
    { kind: 'number', column: 'age', is: 'more', value: '50' },
    { kind: 'boolean', column: 'yes', is: true },
    { kind: 'list', column: 'age', is: 'not-in', values: ['7.0', '8'] },
    { kind: 'member', column: 'id', is: 'in', of, match: 'age', rows: { kind: 'query', query: members } },
  ] as ColumnCondition[]) {
    const query = visual(condition)
    const shown = sql(await session.showSql(query))
    expect((await session.listColumns(shown)).map(({ type }) => type)).toEqual(['integer', 'text', 'text'])
    const ids = { uniqueId: ['id'], columns: [] }
    expect(await readAll(session, { query: shown, ...ids })).toEqual(await readAll(session, { query, ...ids }))
  }
  expect(await session.count(visual({ kind: 'number', column: 'age', is: 'more', value: '50' }))).toBe(10_822)
})

test.each([
  ['another file', () => `SELECT * FROM read_csv('${path('secret.csv')}')`],
  ['another file by its name alone', () => `SELECT * FROM '${path('secret.csv')}'`],
  ['the text of another file', () => `SELECT * FROM read_text('${path('secret.csv')}')`],
  ['a list of files', () => "SELECT * FROM glob('/*')"],
  ['the network', () => "SELECT * FROM read_csv('https://example.com/a.csv')"],
])('SQL cannot reach %s', async (_, text) => {
  write('secret.csv', 'id\n1\n')
  write('open.csv', 'id\n1\n')
  const session = await open('open.csv')
  const problem = await problemOf(session.preview(sql(text()), 5))
  expect(problem).toMatchObject({ remedy: 'edit-sync', message: expect.stringContaining('outside this file') })
})

test('a mistake is told without the query being shown', async () => {
  write('people.csv', 'id,email\n1,a\n')
  const session = await open('people.csv')
  expect(await problemOf(session.count(sql('SELECT emial FROM people')))).toMatchObject({
    remedy: 'edit-sync',
    message: expect.stringMatching(/DuckDB cannot run this query: .*emial/),
  })
  expect(await problemOf(session.preview(sql('SELECT CAST(email AS INTEGER) AS n FROM people'), 1))).toMatchObject({
    remedy: 'edit-sync',
    message: expect.stringContaining('fails while it runs'),
  })
})
