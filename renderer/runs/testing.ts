import type { Run, RunCounts, RunStatus } from '../../preload/api.ts'

/** Counts of a run in which nothing happened; for tests. */
export const noCounts: RunCounts = {
  added: 0,
  changed: 0,
  removed: 0,
  unchanged: 0,
  invalid: 0,
  excluded: 0,
  adopted: 0,
  accepted: 0,
  skipped: 0,
  refused: 0,
  unknown: 0,
}

/** A run in this status; for tests. */
export const runIn = (status: RunStatus, more: Partial<Run> = {}): Run => ({
  id: 'r',
  sync: 's',
  syncName: 'S',
  status,
  startedBy: 'person',
  counts: noCounts,
  read: 0,
  guards: [],
  kind: 'sync',
  startedAt: '2026-01-01T00:00:00.000Z',
  stale: false,
  ...more,
})
