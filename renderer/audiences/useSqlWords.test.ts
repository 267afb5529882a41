import { expect, test } from 'vitest'
import { namedTables } from './useSqlWords.ts'

const tables = [
  ['public', 'orders'],
  ['public', 'order_lines'],
  ['crm', 'Kunden'],
  ['public', 'two words'],
]

test('a table counts as named when its whole name stands in the SQL, in any case', () => {
  expect(namedTables('SELECT * FROM Orders o JOIN crm."Kunden" k', tables)).toEqual([
    ['public', 'orders'],
    ['crm', 'Kunden'],
  ])
  expect(namedTables('SELECT order FROM lines', tables)).toEqual([])
})

test('a quoted name with a space is found by its words', () => {
  expect(namedTables('SELECT * FROM "two words"', tables)).toEqual([['public', 'two words']])
  expect(namedTables('SELECT two FROM others', tables)).toEqual([])
})

test('at most eight tables are asked for their columns', () => {
  const many = Array.from({ length: 20 }, (_, index) => [`t${index}`])
  expect(namedTables(many.flat().join(' '), many)).toHaveLength(8)
})
