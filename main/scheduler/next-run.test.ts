import { expect, test } from 'vitest'
import type { Schedule } from '../../preload/api.ts'
import { nextRun } from './next-run.ts'

const next = (schedule: Schedule, after: string, zone = 'Europe/Berlin') =>
  nextRun(schedule, new Date(after), zone)?.toISOString() ?? null
const daily = (time: string): Schedule => ({ kind: 'weekly', days: [0, 1, 2, 3, 4, 5, 6], times: [time] })

test('a sync that is started by hand has no next run', () => {
  expect(next({ kind: 'manual' }, '2026-03-01T00:00:00Z')).toBeNull()
})

test('an interval counts from the time it last fired, whatever the clocks do', () => {
  expect(next({ kind: 'every', minutes: 90 }, '2026-03-29T00:30:00Z')).toBe('2026-03-29T02:00:00.000Z')
})

test('a weekly time is the wall clock of the zone, in winter and in summer', () => {
  const mondays: Schedule = { kind: 'weekly', days: [1], times: ['09:00'] }
  expect(next(mondays, '2026-01-01T00:00:00Z')).toBe('2026-01-05T08:00:00.000Z')
  expect(next(mondays, '2026-07-01T00:00:00Z')).toBe('2026-07-06T07:00:00.000Z')
  expect(next(mondays, '2026-07-01T00:00:00Z', 'America/New_York')).toBe('2026-07-06T13:00:00.000Z')
  expect(next(mondays, '2026-07-01T00:00:00Z', 'Asia/Kathmandu')).toBe('2026-07-06T03:15:00.000Z')
})

test('the next run is never the moment it is counted from', () => {
  expect(next(daily('09:00'), '2026-01-05T08:00:00.000Z')).toBe('2026-01-06T08:00:00.000Z')
})

test('Sunday is 0, and several days are taken in turn', () => {
  const schedule: Schedule = { kind: 'weekly', days: [3, 0, 3], times: ['00:00'] }
  expect(next(schedule, '2026-01-06T00:00:00Z')).toBe('2026-01-06T23:00:00.000Z')
  expect(next(schedule, '2026-01-07T00:00:00Z')).toBe('2026-01-10T23:00:00.000Z')
})

test('a time that the clocks skip fires once, right after the gap', () => {
  // Berlin, 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC.
  const skipped = next(daily('02:30'), '2026-03-28T12:00:00Z')
  expect(skipped).toMatch(/^2026-03-29T01:(00|30):00/)
  expect(next(daily('02:30'), skipped as string)).toBe('2026-03-30T00:30:00.000Z')
})

test('a time that the clocks repeat fires once', () => {
  // Berlin, 25 October 2026: 03:00 becomes 02:00 at 01:00 UTC, so 02:30 comes twice.
  const first = next(daily('02:30'), '2026-10-24T12:00:00Z') as string
  expect(first).toMatch(/^2026-10-25T0[01]:30/)
  expect(next(daily('02:30'), first)).toBe('2026-10-26T01:30:00.000Z')
})

test('through every minute around both changes the next run is later, at the right wall time, and once a day', () => {
  for (const zone of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'Pacific/Apia']) {
    const clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    for (const time of ['00:00', '00:30', '01:45', '02:30', '23:59']) {
      let at = new Date('2026-01-01T00:00:00Z')
      let odd = 0
      let fired = 0
      while (at.getUTCFullYear() === 2026) {
        const following = nextRun(daily(time), at, zone) as Date
        expect(following.getTime()).toBeGreaterThan(at.getTime())
        const hours = (following.getTime() - at.getTime()) / 3_600_000
        if (fired > 0) expect(hours, `${zone} ${time} ${at.toISOString()}`).toBeGreaterThan(21)
        if (clock.format(following) !== time) odd++
        at = following
        fired++
      }
      expect(fired, `${zone} ${time}`).toBeGreaterThanOrEqual(364)
      // At most the day on which this time does not exist.
      expect(odd, `${zone} ${time}`).toBeLessThanOrEqual(1)
    }
  }
})
