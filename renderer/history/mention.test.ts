import { expect, test } from 'vitest'
import type { Change, Mention } from '../../preload/api.ts'
import { byRun, outcomeOf, tellingOf } from './mention.ts'

const change = (id: number, more: Partial<Change> = {}): Change => ({
  id,
  op: 'change',
  label: '149',
  state: 'accepted',
  before: { email: 'ada@example.com', city: 'Porto' },
  after: { email: 'ada@example.com', city: 'Lisboa' },
  ...more,
})
const mention = (run: string, id: number): Mention => ({
  run,
  sync: 's',
  syncName: 'Win back',
  at: '2026-03-01T09:30:00.000Z',
  change: change(id),
})

test('mentions stand together by run, newest run first as they came', () => {
  const groups = byRun([mention('b', 9), mention('a', 4), mention('b', 7)])
  expect(groups.map(({ run, changes }) => [run, changes.map(({ id }) => id)])).toEqual([
    ['b', [9, 7]],
    ['a', [4]],
  ])
})

test('a record that was found by a value shows it, in any case', () => {
  expect(tellingOf(change(1), 'ADA@')).toEqual({ field: 'email', value: 'ada@example.com' })
  const removed: Change = { id: 1, op: 'remove', label: '149', state: 'accepted', before: { email: 'ada@example.com' } }
  expect(tellingOf(removed, 'ada@')).toEqual({ field: 'email', value: 'ada@example.com' })
})

test('a record that was found by a changed value, old or new, shows its first field beside it', () => {
  expect(tellingOf(change(1), 'porto')).toEqual({ field: 'email', value: 'ada@example.com' })
  expect(tellingOf(change(1), 'lisboa')).toEqual({ field: 'email', value: 'ada@example.com' })
})

test('a record that was found by its unique id needs no further word', () => {
  expect(tellingOf(change(1, { after: { email: 'p149@example.com' } }), '149')).toBeUndefined()
})

test('only what was accepted is said to have happened', () => {
  expect(outcomeOf({ op: 'add', state: 'accepted' }).label).toBe('Added')
  expect(outcomeOf({ op: 'remove', state: 'accepted' }).label).toBe('Removed')
  expect(outcomeOf({ op: 'add', state: 'refused' }).label).toBe('Refused')
  expect(outcomeOf({ op: 'remove', state: 'unknown' }).label).toBe('Unknown')
  expect(outcomeOf({ op: 'add', state: 'planned' }).label).toBe('Not sent yet')
  expect(outcomeOf({ op: 'excluded', state: 'planned' }).label).toBe('Left alone')
  expect(outcomeOf({ op: 'invalid', state: 'planned' }).label).toBe('Not sent')
})
