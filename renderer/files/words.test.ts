import { expect, test } from 'vitest'
import type { FileLook } from '../../preload/api.ts'
import { missing, readings } from './words.ts'

test('a date is told in both of its readings, by names of months', () => {
  expect(readings('03/04/2026')).toEqual({ day: '3 April 2026', month: '4 March 2026' })
  expect(readings('3.4.2026 14:30')).toEqual({ day: '3 April 2026', month: '4 March 2026' })
  expect(readings('2026-04-03')).toBeUndefined()
})

const look: FileLook = {
  path: '/a.csv',
  name: 'a.csv',
  size: 1,
  kind: 'text',
  copied: false,
  tables: [{ name: 'a' }],
  table: 'a',
  found: {},
  columns: [],
  rows: [],
  suggested: { name: 'a', uniqueId: [] },
  known: [],
}

test('what is missing is said one thing at a time, what decides most first', () => {
  const problem = { remedy: 'reconnect', message: '' } as const
  expect(missing({ ...look, problem }, 'A', ['id'])).toMatch(/how to read/)
  expect(missing({ ...look, ambiguous: { column: 'd', example: '' } }, 'A', ['id'])).toMatch(/dates/)
  expect(missing(look, 'A', [])).toMatch(/unique id/)
  expect(missing(look, ' ', ['id'])).toMatch(/name/)
  expect(missing(look, 'A', ['id'])).toBeUndefined()
})
