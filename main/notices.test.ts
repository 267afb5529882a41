import { expect, test } from 'vitest'
import type { Problem, Run } from '../preload/api.ts'
import { createNotices, missedNotice } from './notices.ts'
import { noCounts } from './runs/worker-messages.ts'

let made = 0
function run(change: Partial<Run>): Run {
  made += 1
  const about = { id: `run-${made}`, sync: 'vips', syncName: 'VIPs', kind: 'sync', startedBy: 'schedule' } as const
  const rest = { counts: noCounts(), read: 0, guards: [], stale: false, startedAt: '2026-03-01T11:00:00Z' }
  return { ...about, ...rest, status: 'done', ...change }
}
const done = (counts: Partial<Run['counts']>) => run({ counts: { ...noCounts(), ...counts } })
const offline: Problem = { remedy: 'retry', message: 'The network cannot be reached.' }

test('a scheduled run that went well is told with its rows, and one that sent nothing is not told', () => {
  const noticeOf = createNotices()
  const well = done({ accepted: 1_234 })
  expect(noticeOf(well)).toEqual({
    title: 'VIPs',
    body: '1,234 rows accepted.',
    page: `/runs/${well.id}`,
    problem: false,
  })
  // Taken back: it changes once more.
  expect(noticeOf({ ...well, undoneBy: 'undo' })).toBeUndefined()
  expect(noticeOf(done({}))).toBeUndefined()
})

test('what a person or the terminal started is theirs to look at', () => {
  const noticeOf = createNotices()
  expect(noticeOf(run({ startedBy: 'person', status: 'failed', problem: offline }))).toBeUndefined()
  expect(noticeOf(run({ startedBy: 'terminal' }))).toBeUndefined()
})

test('refused rows, a guard and a sign-in lead to the page where they are mended', () => {
  const noticeOf = createNotices()
  expect(noticeOf(done({ accepted: 1, refused: 2 }))).toMatchObject({
    body: '2 not accepted, 1 row accepted. Click to see why.',
    problem: true,
  })
  const blocked = run({ status: 'blocked', guards: [{ id: 'many-removals', message: '40 % would be removed.' }] })
  expect(noticeOf(blocked)).toMatchObject({
    body: 'Nothing was sent yet: 40 % would be removed.',
    page: `/plan/${blocked.id}`,
  })
  const waiting = run({ status: 'waiting', problem: { remedy: 'reconnect', message: 'HubSpot wants a new sign-in.' } })
  expect(noticeOf(waiting)).toMatchObject({ body: 'HubSpot wants a new sign-in.', page: `/runs/${waiting.id}` })
})

test('the same problem is told once, and again after a run that went well', () => {
  const noticeOf = createNotices()
  const failed = () => run({ status: 'failed', problem: { remedy: 'edit-sync', message: 'The table is gone.' } })
  expect(noticeOf(failed())).toBeDefined()
  expect(noticeOf(failed())).toBeUndefined()
  noticeOf(done({ accepted: 1 }))
  expect(noticeOf(failed())).toBeDefined()
})

test('a network that is away for a moment is not told; one that stays away is, once', () => {
  const noticeOf = createNotices()
  const tries = Array.from({ length: 5 }, () => noticeOf(run({ status: 'failed', problem: offline })))
  expect(tries.map((notice) => notice !== undefined)).toEqual([false, false, true, false, false])
})

test('a push that stays cut short is told once, however often the same run was tried again', () => {
  const noticeOf = createNotices()
  const { id } = run({})
  const tries = Array.from({ length: 20 }, () => {
    noticeOf(run({ id, status: 'applying' }))
    return noticeOf(run({ id, status: 'interrupted', problem: offline }))
  })
  expect(tries.flatMap((notice, at) => (notice ? [at] : []))).toEqual([2])
  expect(tries[2]).toMatchObject({ body: offline.message, page: `/runs/${id}`, problem: true })
})

test('missed times of one sync are asked by its name, of several by their number', () => {
  expect(missedNotice([])).toBeUndefined()
  expect(missedNotice([{ name: 'VIPs' }])).toMatchObject({ title: 'VIPs', page: '/', problem: true })
  expect(missedNotice([{ name: 'A' }, { name: 'B' }])?.body).toMatch(/^Runs of 2 syncs were missed/)
})
