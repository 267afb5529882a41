import { expect, test } from 'vitest'
import type { ColumnCondition, ConditionGroup, VisualQuery } from '../conditions.ts'
import type { Column } from '../types.ts'
import { compileVisual } from './compile.ts'
import { boundValues, type SqlDialect, type SqlValue, type Values, writtenValues } from './dialect.ts'
import { dialects } from './dialects.ts'

const columns: Column[] = [
  { name: 'id', type: 'integer', sourceType: 'NUMBER(38, 0)' },
  { name: 'name', type: 'text', sourceType: 'text' },
  { name: 'seen', type: 'instant', sourceType: 'TIMESTAMP_TZ' },
]

function compile(query: Partial<VisualQuery>, dialect: SqlDialect<SqlValue>, values: Values) {
  const at = ({ name }: Column) => dialect.quote(name)
  const whole: VisualQuery = {
    kind: 'visual',
    table: ['t'],
    where: { kind: 'group', match: 'all', conditions: [] },
    ...query,
  }
  const table = { from: '"t"', columns, operand: (column: Column) => dialect.operand(column, at(column)) }
  return compileVisual(whole, { dialect, table, at, values, relations: new Map() })
}
const where = (...conditions: ColumnCondition[]): Partial<VisualQuery> => ({
  where: { kind: 'group', match: 'all', conditions },
  at: { today: '2026-03-31', timeZone: 'Europe/Berlin' },
})
const evil = `x'); DROP TABLE t; -- \\`

test.each(Object.entries(dialects))('%s: no value ever stands in a statement that is run', (_, dialect) => {
  const values = boundValues(dialect as SqlDialect<SqlValue>)
  const query = where(
    { kind: 'text', column: 'name', is: 'contains', value: evil },
    { kind: 'list', column: 'name', is: 'in', values: [evil, 'b'] },
    { kind: 'number', column: 'id', is: 'more', value: '123456789' },
    { kind: 'day', column: 'seen', is: 'on', day: { kind: 'date', date: '2026-01-02' } },
  )
  const { sql } = compile(query, dialect, values)
  for (const part of ['DROP', 'drop', '123456789', '2026']) expect(sql).not.toContain(part)
  expect(values.values.map(String).join(' ')).toContain(evil.toLowerCase())
})

test('SQL for a person has the values in it, and quotes them as the product does', () => {
  const query = where({ kind: 'text', column: 'name', is: 'equal', value: "O'Neil \\", matchCase: true })
  const postgres = compile(query, dialects.postgres, writtenValues(dialects.postgres)).sql
  expect(postgres).toBe(`SELECT "id", "name", "seen"\nFROM "t"\nWHERE "name" COLLATE "C" = 'O''Neil \\'`)
  const snowflake = compile(query, dialects.snowflake, writtenValues(dialects.snowflake)).sql
  expect(snowflake).toContain(`= 'O''Neil \\\\'`)
})

test('a question that a source cannot be asked of a column is told, instead of selecting nobody or everybody', () => {
  const dialect: SqlDialect<SqlValue> = {
    ...dialects.postgres,
    operand: (_, at) => ({ text: at, empty: `${at} = ''` }),
  }
  for (const is of ['equal', 'not-equal'] as const) {
    const query = where({ kind: 'number', column: 'id', is, value: '1' })
    expect(() => compile(query, dialect, writtenValues(dialect))).toThrow(
      'numbers of the column “id” cannot be compared',
    )
  }
  const day = where({ kind: 'day', column: 'seen', is: 'on', day: { kind: 'date', date: '2026-01-02' } })
  expect(() => compile(day, dialect, writtenValues(dialect))).toThrow('dates of the column “seen”')
})

test('groups are indented, and those that say nothing are left out', () => {
  const empty = (column: string): ColumnCondition => ({ kind: 'empty', column, is: true })
  const nothing: ConditionGroup = { kind: 'group', match: 'all', conditions: [] }
  const either: ConditionGroup = { kind: 'group', match: 'any', conditions: [empty('id'), nothing, empty('seen')] }
  const query: Partial<VisualQuery> = { where: { kind: 'group', match: 'all', conditions: [empty('seen'), either] } }
  expect(compile(query, dialects.postgres, writtenValues(dialects.postgres)).sql.split('\n').slice(2)).toEqual([
    'WHERE "seen" IS NULL',
    '  AND (',
    '    "id" IS NULL',
    '    OR "seen" IS NULL',
    '  )',
  ])
})

test.each<[string, Partial<VisualQuery>, string]>([
  ['a column of a condition', where({ kind: 'empty', column: 'city', is: true }), 'the column “city” of “t”'],
  ['a picked column', { columns: ['id', 'city'] }, 'The column “city” of “t” is picked'],
  ['a column to sort by', { sort: [{ column: 'city', descending: true }] }, 'sorted by the column “city”'],
  ['no column', { columns: [] }, 'No column is picked'],
  [
    'another type',
    where({ kind: 'number', column: 'name', is: 'more', value: '1' }),
    '“name” compares numbers, but this column holds text now',
  ],
  ['no value', where({ kind: 'text', column: 'name', is: 'equal', value: '' }), 'needs a value'],
  ['no number', where({ kind: 'number', column: 'id', is: 'more', value: '1e5' }), 'not a number like -12.50'],
  [
    'no such day',
    where({ kind: 'day', column: 'seen', is: 'on', day: { kind: 'date', date: '2026-02-30' } }),
    'not a date',
  ],
  ['an empty list', where({ kind: 'list', column: 'name', is: 'in', values: [] }), 'needs values'],
  ['half a character', where({ kind: 'text', column: 'name', is: 'equal', value: '\ud800' }), 'no text can hold'],
  ['no limit at all', { limit: 0 }, 'whole number from 1 on'],
])('%s is told by name', (_, query, words) => {
  expect(() => compile(query, dialects.postgres, boundValues(dialects.postgres))).toThrow(words)
})
