import { expect, test } from 'vitest'
import { instantOf, wallClock } from './wall-clock.ts'

const shown = (instant: string, zone: string) =>
  new Date(wallClock(Date.parse(instant), zone)).toISOString().slice(0, 16)
const instant = (wall: string, zone: string) => new Date(instantOf(Date.parse(`${wall}Z`), zone)).toISOString()

test('the wall clock is the one of the zone, with its half hours and its summer time', () => {
  expect(shown('2026-01-15T12:00:00Z', 'Europe/Berlin')).toBe('2026-01-15T13:00')
  expect(shown('2026-07-15T12:00:00Z', 'Europe/Berlin')).toBe('2026-07-15T14:00')
  expect(shown('2026-07-15T12:00:00Z', 'Asia/Kolkata')).toBe('2026-07-15T17:30')
  expect(shown('2026-07-15T12:00:00Z', 'Australia/Lord_Howe')).toBe('2026-07-15T22:30')
  expect(wallClock(Date.parse('1969-12-31T23:59:59.250Z'), 'UTC')).toBe(-750)
})

test('a time that comes twice is its first one, a time that does not come is after the gap', () => {
  expect(instant('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z')
  expect(instant('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z')
  expect(instant('2026-11-01T01:30', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z')
})

test('there and back is the same instant all through a year, everywhere', () => {
  for (const zone of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia', 'Asia/Kathmandu']) {
    for (
      let at = Date.parse('2026-01-01T00:10:00Z');
      at < Date.parse('2027-01-01T00:00:00Z');
      at += 5 * 3_600_000 + 600_000
    ) {
      const back = instantOf(wallClock(at, zone), zone)
      // In the repeated hour: the first time round.
      expect([at, at - 3_600_000, at - 1_800_000], `${zone} ${new Date(at).toISOString()}`).toContain(back)
      expect(wallClock(back, zone)).toBe(wallClock(at, zone))
    }
  }
})
