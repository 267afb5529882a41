import { expect, test } from 'vitest'
import type { Change } from '../../preload/api.ts'
import { atAGlance } from './differences.ts'

const change = (more: Partial<Change>): Change => ({ id: 1, op: 'change', label: '1', state: 'planned', ...more })
const told = (more: Partial<Change>) => atAGlance(change(more)).map(({ field, old, value }) => [field, old, value])

test('what was sent last is the old value where nobody looked', () => {
  expect(told({ before: { id: 1, city: 'London' }, after: { id: 1, city: 'Paris' } })).toEqual([
    ['city', 'London', 'Paris'],
  ])
})

test('a record that was found there on the first run shows what it holds', () => {
  expect(told({ live: { id: 1, city: null, name: 'Ada' }, after: { id: 1, city: 'Paris', name: 'Ada' } })).toEqual([
    ['city', null, 'Paris'],
  ])
})

test('what someone changed there counts, not what was sent last', () => {
  const sent = { before: { city: 'London' }, after: { city: 'London' } }
  expect(told({ ...sent, live: { city: 'Bath' } })).toEqual([['city', 'Bath', 'London']])
})

test('a field that is never shown there is told by what was sent last', () => {
  const live = { id: 1 }
  expect(told({ live, before: { id: 1, pin: 'a' }, after: { id: 1, pin: 'a' } })).toEqual([])
  expect(told({ live, after: { id: 1, pin: 'b' } })).toEqual([['pin', undefined, 'b']])
})

test('what is sent comes before what is left as it is', () => {
  const told = atAGlance(
    change({
      before: { city: 'London', name: 'Ada' },
      after: { city: 'Paris', name: 'A.' },
      live: { city: 'Bath', name: 'Ada' },
      kept: [{ field: 'city', why: 'edited' }],
    }),
  )
  expect(told).toMatchObject([{ field: 'name' }, { field: 'city', old: 'Bath', kept: 'edited' }])
})

test('of other rows every field is told', () => {
  expect(told({ op: 'add', after: { id: 1, name: 'Ada' } })).toHaveLength(2)
  expect(told({ op: 'remove', before: { id: 1, name: 'Ada' } })).toHaveLength(2)
})
