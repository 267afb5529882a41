import { expect, test } from 'vitest'
import { confirmationOf } from './confirmation.ts'

const at = '2026-03-01T09:30:00.000Z'
const guards = [
  { id: 'many-removals' as const, message: '12 rows would be removed.' },
  { id: 'column-emptied' as const, message: 'Phone is empty now in 40 rows.' },
  { id: 'column-emptied' as const, message: 'City is empty now in 41 rows.' },
]

test('a confirmation names who, when, and everything that was found', () => {
  const said = confirmationOf({
    confirmed: { guards: ['column-emptied', 'many-removals'], by: 'anna on laptop-7', at },
    guards,
  })
  expect(said).toMatch(/^Confirmed by anna on laptop-7, Mar 1, 2026, /)
  expect(said).toMatch(/: Phone is empty now in 40 rows\. City is empty now in 41 rows\. 12 rows would be removed\.$/)
})

test('a guard whose sentence is not known any more is still named', () => {
  expect(confirmationOf({ confirmed: { guards: ['over-cap'], by: 'anna', at }, guards: [] })).toMatch(
    /: The audience was larger than its limit\.$/,
  )
})

test('a run that nothing stopped has no confirmation', () => {
  expect(confirmationOf({ guards: [] })).toBeUndefined()
  expect(confirmationOf({ confirmed: { guards: [], by: 'anna', at }, guards: [] })).toBeUndefined()
})
