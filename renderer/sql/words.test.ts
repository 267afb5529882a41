import { expect, test } from 'vitest'
import { schemaOf } from './words.ts'

test('tables without a schema are completed with their columns', () => {
  expect(schemaOf([{ path: ['orders'], columns: ['id', 'total'] }])).toEqual({ schema: { orders: ['id', 'total'] } })
})

test('tables of one schema stand together, and those of public need no schema name', () => {
  const words = [
    { path: ['public', 'orders'], columns: ['id'] },
    { path: ['public', 'people'], columns: [] },
    { path: ['crm', 'orders'], columns: [] },
  ]
  expect(schemaOf(words)).toEqual({
    schema: { public: { orders: ['id'], people: [] }, crm: { orders: [] } },
    defaultSchema: 'public',
  })
})

test('a table called like a property of every object is a table', () => {
  const { schema } = schemaOf([{ path: ['constructor', 'toString'], columns: ['id'] }])
  expect(JSON.stringify(schema)).toBe('{"constructor":{"toString":["id"]}}')
})
