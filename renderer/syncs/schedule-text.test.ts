import { expect, test } from 'vitest'
import type { ScheduleNote } from '../../preload/api.ts'
import { readInterval, unitOf } from './interval.ts'
import { noteText, scheduleText } from './schedule-text.ts'

test('an interval is said in its largest whole unit', () => {
  expect(scheduleText({ kind: 'every', minutes: 60 })).toBe('Every hour.')
  expect(scheduleText({ kind: 'every', minutes: 90 })).toBe('Every 90 minutes.')
  expect(scheduleText({ kind: 'every', minutes: 2_880 })).toBe('Every 2 days.')
  expect(unitOf(45)).toBe('minutes')
})

test('days are said from Monday on, times from the morning on', () => {
  const said = (days: number[], ...times: string[]) => scheduleText({ kind: 'weekly', days, times })
  expect(said([0, 5, 1], '09:30')).toBe('Monday, Friday and Sunday at 09:30.')
  expect(said([0, 1, 2, 3, 4, 5, 6], '13:00', '08:00', '17:30')).toBe('Every day at 08:00, 13:00 and 17:30.')
  expect(said([5, 4, 3, 2, 1], '07:00')).toBe('Monday to Friday at 07:00.')
})

test('a sync that runs after another one says its name, or that it is gone', () => {
  const schedule = { kind: 'after', sync: 'vips' } as const
  expect(scheduleText(schedule, new Map([['vips', 'VIPs → CRM']]))).toBe('After each run of “VIPs → CRM”.')
  expect(scheduleText(schedule)).toBe('After a sync that was removed.')
})

test('what a schedule did on its own is said with its times', () => {
  const when = (instant: string) => instant.slice(11, 16)
  const said = (note: Partial<ScheduleNote>) =>
    noteText({ what: 'skipped', at: '2026-03-02T08:00:00.000Z', ...note }, when)
  const missed = { at: '2026-03-01T21:00:00.000Z', times: 1 }
  expect(said({ what: 'caught-up', missed })).toBe(
    'Ran once (08:00) for 1 time missed while the computer slept or Outflow was closed.',
  )
  expect(said({ missed: { ...missed, times: 100 } })).toBe(
    'Skipped 100 times or more missed while the computer slept or Outflow was closed, the first 21:00.',
  )
  expect(
    said({ what: 'needs-sign-in', problem: { remedy: 'reconnect', message: 'HubSpot wants a new sign-in.' } }),
  ).toBe('Waits for a new sign-in (since 08:00): HubSpot wants a new sign-in. It goes on by itself after that.')
  expect(said({ what: 'not-started', problem: { remedy: 'edit-sync', message: 'The audience is gone.' } })).toBe(
    'Could not be started (08:00): The audience is gone.',
  )
})

test('an interval is a whole number within a month', () => {
  expect(readInterval(' 60 ', 'minutes')).toEqual({ minutes: 60 })
  expect(readInterval('31', 'days')).toEqual({ minutes: 44_640 })
  for (const text of ['', '0', '-1', '1.5', 'soon', '45000']) {
    expect(readInterval(text, 'minutes')).toEqual({ why: 'A whole number from 1 to 44,640.' })
  }
  expect(readInterval('32', 'days')).toHaveProperty('why')
})
