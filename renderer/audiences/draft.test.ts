import { expect, test } from 'vitest'
import type { Audience } from '../../preload/api.ts'
import { complete, draftOf, queryOf, withConnection, withKind, withTable, withTableInSql } from './draft.ts'

const saved: Audience = {
  id: 'a',
  name: 'VIPs',
  connection: 'shop',
  query: { kind: 'table', table: ['public', 'vips'] },
  uniqueId: ['id'],
  updatedAt: '2026-01-01T00:00:00.000Z',
}
const empty = draftOf(undefined, 'shop')

test('a saved audience that was not touched is saved as it was', () => {
  const { id: _, updatedAt: __, ...same } = saved
  expect(complete(draftOf(saved, 'other'))).toEqual(same)
})

test('an audience needs rows, a name and a unique id', () => {
  const whole = { ...empty, name: 'VIPs', table: ['vips'], uniqueId: ['id'] }
  expect(complete(whole)).toBeDefined()
  expect(complete({ ...whole, name: '  ' })).toBeUndefined()
  expect(complete({ ...whole, uniqueId: [] })).toBeUndefined()
  expect(complete({ ...whole, table: undefined })).toBeUndefined()
  expect(complete({ ...whole, kind: 'sql', sql: ' \n' })).toBeUndefined()
})

test('trying SQL starts from the table and going back finds the table again', () => {
  const sql = withKind(draftOf(saved, ''), 'sql')
  expect(queryOf(sql)).toEqual({ kind: 'sql', sql: 'SELECT *\nFROM public.vips' })
  const edited = { ...sql, sql: 'SELECT 1 AS id' }
  expect(queryOf(withKind(edited, 'table'))).toEqual(saved.query)
  expect(queryOf(withKind(withKind(edited, 'table'), 'sql'))).toEqual({ kind: 'sql', sql: 'SELECT 1 AS id' })
})

test('the unique id belongs to the table: another one asks for it anew', () => {
  const draft = draftOf(saved, '')
  expect(withTable(draft, ['public', 'vips']).uniqueId).toEqual(['id'])
  expect(withTable(draft, ['public', 'orders']).uniqueId).toEqual([])
  expect(withConnection(draft, 'shop')).toBe(draft)
  expect(withConnection(draft, 'crm')).toMatchObject({ table: undefined, uniqueId: [], name: 'VIPs' })
})

test('an audience without a name is called like its table', () => {
  expect(withTable(empty, ['public', 'orders']).name).toBe('orders')
  expect(withTable({ ...empty, name: 'Mine' }, ['orders']).name).toBe('Mine')
})

test('names that SQL would read differently are quoted', () => {
  expect(withTableInSql('', ['My "Table"'])).toBe('SELECT *\nFROM "My ""Table"""')
  expect(withTableInSql('SELECT * FROM a JOIN ', ['s', 'b'])).toBe('SELECT * FROM a JOIN s.b')
})
