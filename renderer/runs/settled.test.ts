import { expect, test } from 'vitest'
import { unsentOf, wasPushed } from './settled.ts'
import { noCounts, runIn } from './testing.ts'

test('a plan that was never pushed is reviewed on its own page', () => {
  for (const status of ['planning', 'planned', 'blocked', 'comparing', 'discarded', 'canceled'] as const) {
    expect(wasPushed(runIn(status))).toBe(false)
  }
})

test('whatever was pushed belongs to the run page, even when it was stopped', () => {
  for (const status of ['applying', 'paused', 'waiting', 'interrupted', 'done'] as const) {
    expect(wasPushed(runIn(status))).toBe(true)
  }
  expect(wasPushed(runIn('canceled', { counts: { ...noCounts, added: 9, accepted: 4 } }))).toBe(true)
})

test('a run that someone confirmed was pushed, even when it was canceled before the first answer', () => {
  const confirmed = { guards: ['many-removals' as const], by: 'anna', at: '2026-01-01T00:00:00.000Z' }
  expect(wasPushed(runIn('canceled', { confirmed }))).toBe(true)
})

test('a run that failed while planning has no results, one that failed while sending has', () => {
  expect(wasPushed(runIn('failed'))).toBe(false)
  expect(wasPushed(runIn('failed', { plannedAt: '2026-01-01T00:00:01.000Z' }))).toBe(true)
})

test('what has no result yet was not sent; invalid, excluded and unchanged rows never are', () => {
  const counts = {
    ...noCounts,
    added: 5,
    changed: 3,
    removed: 2,
    unchanged: 90,
    invalid: 7,
    excluded: 6,
    adopted: 8,
    accepted: 4,
    skipped: 1,
    refused: 1,
    unknown: 1,
  }
  expect(unsentOf({ counts })).toBe(3)
})
