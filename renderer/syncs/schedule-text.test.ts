import { expect, test } from 'vitest'
import { readInterval, unitOf } from './interval.ts'
import { scheduleText } from './schedule-text.ts'

test('an interval is said in its largest whole unit', () => {
  expect(scheduleText({ kind: 'every', minutes: 60 })).toBe('Every hour.')
  expect(scheduleText({ kind: 'every', minutes: 90 })).toBe('Every 90 minutes.')
  expect(scheduleText({ kind: 'every', minutes: 2_880 })).toBe('Every 2 days.')
  expect(unitOf(45)).toBe('minutes')
})

test('days are said from Monday on', () => {
  expect(scheduleText({ kind: 'weekly', days: [0, 5, 1], time: '09:30' })).toBe('Monday, Friday, Sunday at 09:30.')
  expect(scheduleText({ kind: 'weekly', days: [0, 1, 2, 3, 4, 5, 6], time: '08:00' })).toBe('Every day at 08:00.')
})

test('an interval is a whole number within a month', () => {
  expect(readInterval(' 60 ', 'minutes')).toEqual({ minutes: 60 })
  expect(readInterval('31', 'days')).toEqual({ minutes: 44_640 })
  for (const text of ['', '0', '-1', '1.5', 'soon', '45000']) {
    expect(readInterval(text, 'minutes')).toEqual({ why: 'A whole number from 1 to 44,640.' })
  }
  expect(readInterval('32', 'days')).toHaveProperty('why')
})
