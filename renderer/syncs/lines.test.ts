import { expect, test } from 'vitest'
import type { Field, MappingLine } from '../../preload/api.ts'
import { filledMapping, linesOf, unfilledLines, withLine } from './lines.ts'

const field = (id: string, more: Partial<Field> = {}): Field => ({
  id,
  label: id.toUpperCase(),
  type: 'text',
  required: false,
  readOnly: false,
  ...more,
})
const fields = [
  field('city'),
  field('email'),
  field('name', { required: true }),
  field('made', { readOnly: true, required: true }),
]
const column = (id: string, name = id): MappingLine => ({ field: id, from: { kind: 'column', column: name } })
const sync = (mapping: MappingLine[], mode: 'upsert' | 'update' = 'upsert') => ({ key: 'email', mode, mapping })
const ids = (lines: { id: string }[]) => lines.map(({ id }) => id)

test('what is needed stands first, and stays in its place when it is mapped', () => {
  const before = linesOf(sync([column('city')]), fields)
  expect(ids(before)).toEqual(['email', 'name', 'city'])
  expect(ids(linesOf(sync([column('city'), column('name')]), fields))).toEqual(ids(before))
})

test('a field that can only be read is never needed', () => {
  expect(ids(linesOf(sync([]), fields))).not.toContain('made')
})

test('an update needs the key and nothing else', () => {
  expect(ids(unfilledLines(sync([], 'update'), fields))).toEqual(['email'])
})

test('a field that the destination does not list keeps its line', () => {
  const [line] = linesOf(sync([column('nick')]), [])
  expect(line).toEqual({
    id: 'nick',
    field: undefined,
    from: { kind: 'column', column: 'nick' },
    needed: false,
    rule: 'always',
    skipEmpty: false,
  })
})

test('a line whose column is not chosen yet is unfilled and is not tried out', () => {
  const mapping = [column('email'), column('name'), column('city', '')]
  expect(ids(unfilledLines(sync(mapping), fields))).toEqual(['city'])
  expect(filledMapping(mapping)).toEqual([column('email'), column('name')])
})

test('an empty fixed value clears a field but cannot stand for a needed one', () => {
  const empty = (id: string): MappingLine => ({ field: id, from: { kind: 'constant', value: '' } })
  expect(ids(unfilledLines(sync([column('email'), empty('name'), empty('city')]), fields))).toEqual(['name'])
})

test('setting a line keeps the order of the others', () => {
  const mapping = [column('a'), column('b')]
  expect(withLine(mapping, 'a', { kind: 'constant', value: '1' }).map((line) => line.field)).toEqual(['a', 'b'])
  expect(withLine(mapping, 'c', { kind: 'constant', value: '1' }).map((line) => line.field)).toEqual(['a', 'b', 'c'])
})
