import { expect, test } from 'vitest'
import type { ColumnProfile, Profile } from '../../preload/api.ts'
import { factsOf, factsText } from './facts.ts'

const profile = (own: Partial<ColumnProfile>, more: Partial<Profile> = {}): Profile => ({
  rows: 1_000,
  whole: true,
  columns: [{ name: 'city', filled: 1_000, distinct: 4, least: null, most: null, samples: [], ...own }],
  ...more,
})
const text = (own: Partial<ColumnProfile>, more?: Partial<Profile>) => {
  const facts = factsOf(profile(own, more), 'city')
  return facts && factsText(facts)
}

test('a column is said to be full or empty only when it is', () => {
  expect(text({})).toBe('100% filled, 4 different')
  expect(text({ filled: 999 })).toBe('99% filled, 4 different')
  expect(text({ filled: 1 })).toBe('1% filled, 4 different')
  expect(text({ filled: 0, distinct: 0 })).toBe('0% filled, 0 different')
})

test('what is not known is not said: no rows, no such column, no answer yet', () => {
  expect(text({ filled: 0, distinct: 0 }, { rows: 0 })).toBe('')
  expect(factsOf(profile({}), 'town')).toBeUndefined()
  expect(factsOf(undefined, 'city')).toBeUndefined()
})

test('where only the first rows were looked at, that is said', () => {
  const more = { rows: 50_000, whole: false }
  expect(text({ filled: 49_000, distinct: 1_191 }, more)).toBe('98% filled, 1,191+ different')
  expect(factsOf(profile({}, more), 'city')?.about).toBe('Of the first 50,000 rows')
  expect(factsOf(profile({}), 'city')).not.toHaveProperty('about')
})

test('values are a range, or the most frequent ones', () => {
  expect(factsOf(profile({ least: 3, most: 99 }), 'city')?.values).toBe('3 to 99')
  const samples = ['Rome', 'Oslo', 'Lima', 'Kyiv'].map((value, index) => ({ value, rows: 9 - index }))
  expect(factsOf(profile({ samples }), 'city')?.values).toBe('Rome, Oslo, Lima')
})
