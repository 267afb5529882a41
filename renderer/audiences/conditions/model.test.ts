import { expect, test } from 'vitest'
import type { Column, ColumnCondition, ConditionGroup } from '../../../preload/api.ts'
import { emptyGroup, faultOf, groupFrom, groupOf, isGroup, newLine, pastedValues, withPart } from './model.ts'
import { firstCondition, operatorOf, operatorsFor } from './operators.ts'

const columns: Column[] = [
  { name: 'city', type: 'text', sourceType: 'TEXT' },
  { name: 'age', type: 'integer', sourceType: 'INTEGER' },
  { name: 'seen', type: 'date', sourceType: 'DATE' },
]
const city: ColumnCondition = { kind: 'text', column: 'city', is: 'equal', value: 'London' }
const saved: ConditionGroup = {
  kind: 'group',
  match: 'all',
  conditions: [city, { kind: 'group', match: 'any', conditions: [{ kind: 'empty', column: 'age', is: true }] }],
}

test('what is saved and not touched is saved as it was', () => {
  expect(groupOf(groupFrom(saved), columns)).toEqual(saved)
})

test('lines that are not complete, and groups of nothing else, are left out', () => {
  const group = groupFrom(saved)
  const more = { ...group, parts: [...group.parts, newLine(), { ...emptyGroup(), parts: [newLine()] }] }
  expect(groupOf(more, columns)).toEqual(saved)
})

test('a part is changed or taken out wherever it stands', () => {
  const group = groupFrom(saved)
  const inner = group.parts[1]
  const line = inner && isGroup(inner) ? inner.parts[0] : undefined
  expect(groupOf(withPart(group, line?.key ?? '', undefined), columns)).toEqual({ ...saved, conditions: [city] })
})

test.each<[string, ColumnCondition, string]>([
  ['a column that is gone', { ...city, column: 'town' }, '“town” is not in this table'],
  ['another type than before', { kind: 'number', column: 'city', is: 'more', value: '1' }, 'another kind of values'],
  ['no value', { ...city, value: '' }, 'Enter a value.'],
  ['no number', { kind: 'number', column: 'age', is: 'more', value: '1,5' }, 'like -12.50'],
  ['half a range', { kind: 'number', column: 'age', is: 'between', value: '1' }, 'Enter a number.'],
  ['no date', { kind: 'day', column: 'seen', is: 'on', day: { kind: 'date', date: '' } }, 'Choose a date.'],
  ['no list', { kind: 'list', column: 'city', is: 'in', values: [] }, 'Add values.'],
  [
    'nowhere to look',
    { kind: 'member', column: 'city', is: 'in', of: { kind: 'audience', audience: '' }, match: '' },
    'Choose where to look.',
  ],
])('%s is told at its line', (_, condition, words) => {
  expect(faultOf(condition, columns)?.text).toContain(words)
  expect(faultOf(city, columns)).toBeUndefined()
})

test('while the columns are not known nothing is said about them', () => {
  expect(faultOf({ ...city, column: 'town' }, undefined)).toBeUndefined()
})

test('every operator makes a condition that is recognised as its own', () => {
  for (const { type } of [
    ...columns,
    { type: 'boolean' as const },
    { type: 'json' as const },
    { type: 'bytes' as const },
  ]) {
    for (const operator of operatorsFor(type))
      expect(operatorOf(operator.make('c', undefined), type)?.id).toBe(operator.id)
    expect(operatorOf(firstCondition('c', type), type)).toBeDefined()
  }
})

test('another operator takes the value along', () => {
  const contains = operatorsFor('text').find(({ label }) => label === 'contains')
  expect(contains?.make('city', city)).toEqual({ ...city, is: 'contains' })
  const oneOf = operatorsFor('text').find(({ label }) => label === 'is one of')
  expect(oneOf?.make('city', city)).toMatchObject({ values: ['London'] })
})

test('a pasted list is one value a line, each once, without what surrounds it', () => {
  expect(pastedValues(' a \r\nb\n\na\rO’Neil, Inc.\n')).toEqual(['a', 'b', 'O’Neil, Inc.'])
})
