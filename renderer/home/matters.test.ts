import { expect, test } from 'vitest'
import type { Connection, Run, SyncSummary } from '../../preload/api.ts'
import { mattersOf } from './matters.ts'

const now = Date.parse('2026-03-01T12:00:00Z')

const none = {
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

function run(change: Partial<Run>): Run {
  const id = {
    id: 'run',
    sync: 'vips',
    syncName: 'VIPs',
    startedBy: 'person',
    startedAt: '2026-03-01T11:00:00Z',
  } as const
  return { ...id, status: 'done', kind: 'sync', counts: none, read: 0, guards: [], stale: false, ...change }
}

function sync(change: Partial<SyncSummary> = {}): SyncSummary {
  const names = { name: 'VIPs', audienceName: 'VIPs', destinationName: 'CRM', objectLabel: 'Contacts' }
  const what = {
    audience: 'a',
    destination: 'crm',
    object: 'contacts',
    mode: 'upsert',
    key: 'email',
    mapping: [],
  } as const
  const rest = {
    removal: 'nothing',
    firstRun: 'send-all',
    edits: 'keep',
    guards: {},
    schedule: { kind: 'manual' },
    updatedAt: '2026-03-01T10:00:00Z',
  } as const
  return { id: 'vips', ...names, ...what, ...rest, mapping: [], ...change }
}

function connection(status: Connection['status']): Connection {
  const noun = { id: 'crm', name: 'CRM', connector: 'practice-crm', kind: 'destination' } as const
  return { ...noun, values: {}, savedSecrets: [], sample: false, status }
}

const matters = (change: Partial<SyncSummary>, status: Connection['status'] = 'ok') =>
  mattersOf([sync(change)], [connection(status)], now).map(({ text, next }) => ({ text, next }))

test('a sync that never ran and one whose rows were all accepted want nothing', () => {
  expect(matters({})).toEqual([])
  expect(matters({ lastRun: run({ counts: { ...none, accepted: 3 } }) })).toEqual([])
})

test('refused rows and rows of unknown outcome lead to the run that has them', () => {
  const counts = { ...none, refused: 1200, unknown: 1 }
  expect(matters({ lastRun: run({ counts }) })).toEqual([
    {
      text: '1,200 rows refused, 1 row with unknown outcome in the last run.',
      next: { label: 'See which', to: '/runs/run' },
    },
  ])
})

test('an interrupted or paused run is resumed from here', () => {
  for (const status of ['interrupted', 'paused'] as const) {
    expect(matters({ lastRun: run({ status }) })[0]?.next).toEqual({ label: 'Resume', resume: 'run' })
  }
})

test('a run that waits for a sign-in leads to the connection, once, and is resumed when that is mended', () => {
  const waiting = { lastRun: run({ status: 'waiting' }) }
  expect(matters(waiting, 'needs-sign-in').map(({ next }) => next)).toEqual([
    { label: 'Sign in', to: '/connections/crm' },
  ])
  expect(matters(waiting, 'ok').map(({ next }) => next)).toEqual([{ label: 'Resume', resume: 'run' }])
})

test('a connection that needs a sign-in is named even if no run has met it yet', () => {
  expect(matters({}, 'needs-sign-in')).toEqual([
    {
      text: 'This connection needs a new sign-in.',
      next: { label: 'Open the connection', to: '/connections/crm' },
    },
  ])
})

test('a plan that changes nothing does not ask for a review', () => {
  expect(matters({ lastRun: run({ status: 'planned' }) })).toEqual([])
  expect(matters({ lastRun: run({ status: 'planned', counts: { ...none, removed: 2 } }) })[0]?.text).toBe(
    '2 changes planned and not sent yet.',
  )
})

test('a sync is late when its time passed more than five minutes ago and it is not under way', () => {
  const due = { nextRunAt: '2026-03-01T10:00:00Z' }
  expect(matters(due)).toEqual([
    { text: 'Was due 2 hours ago and has not run.', next: { label: 'Open the sync', to: '/syncs/vips' } },
  ])
  expect(matters({ ...due, lastRun: run({ status: 'applying' }) })).toEqual([])
  expect(matters({ nextRunAt: '2026-03-01T11:56:00Z' })).toEqual([])
})

test('missed times are asked beside whatever else the sync wants', () => {
  const missed = { at: '2026-03-01T09:00:00Z', times: 3 }
  expect(matters({ missed, lastRun: run({ status: 'paused' }) })).toEqual([
    {
      text: 'Missed 3 times while the computer slept or Outflow was closed, the first 3 hours ago. Run it now, once?',
      next: { missed: 'vips' },
    },
    {
      text: 'The last run is paused. What is left is still planned.',
      next: { label: 'Resume', resume: 'run' },
    },
  ])
})

test('a schedule that never starts its sync, or could not, says why and leads to the sync', () => {
  const problem = { remedy: 'edit-sync' as const, message: 'The sync that this one runs after was removed.' }
  const next = { label: 'Open the sync', to: '/syncs/vips' }
  expect(matters({ scheduleProblem: problem })).toEqual([{ text: problem.message, next }])
  const note = { what: 'not-started' as const, at: '2026-03-01T09:00:00Z', problem }
  expect(matters({ scheduleNote: note })).toEqual([{ text: `Could not be started: ${problem.message}`, next }])
  expect(matters({ scheduleNote: { ...note, what: 'caught-up' } })).toEqual([])
})
