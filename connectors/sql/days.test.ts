import { expect, test } from 'vitest'
import type { Period } from '../conditions.ts'
import { beginOfDay, dayAt, isDay, spanOf } from './days.ts'

const spanIn = (period: Period, today: string) => {
  const { from, until } = spanOf({ kind: 'period', column: 'c', is: 'in', period }, today)
  return `${from} ${until}`
}

test('the last days end with today', () => {
  expect(spanIn({ kind: 'last', amount: 1, unit: 'day' }, '2026-03-01')).toBe('2026-03-01 2026-03-02')
  expect(spanIn({ kind: 'last', amount: 7, unit: 'day' }, '2026-03-01')).toBe('2026-02-23 2026-03-02')
  expect(spanIn({ kind: 'last', amount: 2, unit: 'month' }, '2026-05-15')).toBe('2026-03-16 2026-05-16')
  expect(spanIn({ kind: 'next', amount: 1, unit: 'week' }, '2025-12-29')).toBe('2025-12-29 2026-01-05')
})

test('whole ones of the calendar: weeks begin on Monday, quarters in January', () => {
  expect(spanIn({ kind: 'this', unit: 'week' }, '2026-03-01')).toBe('2026-02-23 2026-03-02')
  expect(spanIn({ kind: 'previous', unit: 'quarter' }, '2026-02-15')).toBe('2025-10-01 2026-01-01')
  expect(spanIn({ kind: 'following', unit: 'month' }, '2025-12-31')).toBe('2026-01-01 2026-02-01')
  expect(spanIn({ kind: 'previous', unit: 'day' }, '2024-03-01')).toBe('2024-02-29 2024-03-01')
})

test('a month before the 31st is the last day of a shorter one', () => {
  const condition = {
    kind: 'day',
    column: 'c',
    is: 'from',
    day: { kind: 'relative', amount: -1, unit: 'month' },
  } as const
  expect(spanOf(condition, '2026-03-31')).toEqual({ from: '2026-02-28' })
  expect(spanOf({ ...condition, day: { kind: 'relative', amount: -100_000, unit: 'year' } }, '2026-03-31')).toEqual({
    from: '0001-01-02',
  })
})

test.each([
  ['2024-02-29', true],
  ['2023-02-29', false],
  ['0050-01-01', true],
  ['2024-1-1', false],
  ['9999-12-31', false],
])('%s is a day: %s', (text, is) => {
  expect(isDay(text)).toBe(is)
})

test.each([
  ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00Z'],
  ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00Z'],
  // At midnight clocks went forward: the day began at one.
  ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00Z'],
  // This day was left out: it begins where the next one does.
  ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00Z'],
  ['2026-01-01', 'Asia/Kolkata', '2025-12-31T18:30:00Z'],
])('%s begins in %s at %s', (day, timeZone, moment) => {
  expect(beginOfDay(day, { timeZone })).toBe(moment)
})

test('the day of a moment depends on the time zone', () => {
  const moment = new Date('2026-03-28T23:30:00Z')
  expect([dayAt(moment, 'UTC'), dayAt(moment, 'Europe/Berlin')]).toEqual(['2026-03-28', '2026-03-29'])
})
