import { expect, test } from 'vitest'
import { whenInSentence, whenText, zoneText } from './when.ts'

const now = new Date('2026-11-23T21:30:00Z')
const said = (instant: string, zone = 'Europe/Berlin') => whenText(instant, zone, now)

test('near days have their word, others their date alone', () => {
  expect(said('2026-11-23T22:15:00Z')).toBe('Today, Mon 23 Nov, 23:15')
  expect(said('2026-11-24T06:00:00Z')).toBe('Tomorrow, Tue 24 Nov, 07:00')
  expect(said('2026-11-22T06:00:00Z')).toBe('Yesterday, Sun 22 Nov, 07:00')
  expect(said('2026-11-27T06:00:00Z')).toBe('Fri 27 Nov, 07:00')
  expect(said('2027-01-01T06:00:00Z')).toBe('Fri 1 Jan 2027, 07:00')
  expect(said('2026-09-01T06:00:00Z')).toBe('Tue 1 Sep, 08:00')
})

test('within a sentence a near day starts small, a weekday does not', () => {
  expect(whenInSentence('2026-11-23T22:15:00Z', 'Europe/Berlin', now)).toBe('today, Mon 23 Nov, 23:15')
  expect(whenInSentence('2026-11-27T06:00:00Z', 'Europe/Berlin', now)).toBe('Fri 27 Nov, 07:00')
})

test('the day is the one of the zone, also across midnight and when clocks change', () => {
  expect(said('2026-11-23T23:15:00Z')).toBe('Tomorrow, Tue 24 Nov, 00:15')
  expect(said('2026-11-23T23:15:00Z', 'America/New_York')).toBe('Today, Mon 23 Nov, 18:15')
  const beforeSummer = new Date('2026-03-28T22:30:00Z')
  expect(whenText('2026-03-29T22:30:00Z', 'Europe/Berlin', beforeSummer)).toBe('Mon 30 Mar, 00:30')
})

test('a zone is said by its city', () => {
  expect(zoneText('America/New_York')).toBe('New York time')
  expect(zoneText('UTC')).toBe('UTC')
})
