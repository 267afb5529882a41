import { expect, test } from 'vitest'
import type { Run, RunStatus } from '../../preload/api.ts'
import { unsentOf, wasPushed } from './settled.ts'

const none = {
  added: 0,
  changed: 0,
  removed: 0,
  unchanged: 0,
  invalid: 0,
  accepted: 0,
  skipped: 0,
  refused: 0,
  unknown: 0,
}
const run = (status: RunStatus, more: Partial<Run> = {}): Run => ({
  id: 'r',
  sync: 's',
  syncName: 'S',
  status,
  startedBy: 'person',
  counts: none,
  read: 0,
  guards: [],
  startedAt: '2026-01-01T00:00:00.000Z',
  stale: false,
  ...more,
})

test('a plan that was never pushed is reviewed on its own page', () => {
  for (const status of ['planning', 'planned', 'blocked', 'discarded', 'canceled'] as const) {
    expect(wasPushed(run(status))).toBe(false)
  }
})

test('whatever was pushed belongs to the run page, even when it was stopped', () => {
  for (const status of ['applying', 'paused', 'waiting', 'interrupted', 'done'] as const) {
    expect(wasPushed(run(status))).toBe(true)
  }
  expect(wasPushed(run('canceled', { counts: { ...none, added: 9, accepted: 4 } }))).toBe(true)
})

test('a run that failed while planning has no results, one that failed while sending has', () => {
  expect(wasPushed(run('failed'))).toBe(false)
  expect(wasPushed(run('failed', { plannedAt: '2026-01-01T00:00:01.000Z' }))).toBe(true)
})

test('what has no result yet was not sent; invalid and unchanged rows never are', () => {
  const counts = {
    ...none,
    added: 5,
    changed: 3,
    removed: 2,
    unchanged: 90,
    invalid: 7,
    accepted: 4,
    skipped: 1,
    refused: 1,
    unknown: 1,
  }
  expect(unsentOf({ counts })).toBe(3)
})
