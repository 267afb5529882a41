import { expect, test } from 'vitest'
import { noCounts, runIn } from './testing.ts'
import { takeBackOf } from './undoable.ts'

const undo = { possible: true, note: 'This can be taken back.' }
const counts = { ...noCounts, added: 4, accepted: 2, refused: 1 }
const plannedAt = '2026-01-01T00:00:01.000Z'

test('a run that ended and changed something can be taken back, however it ended', () => {
  for (const status of ['done', 'canceled', 'failed'] as const) {
    expect(takeBackOf(runIn(status, { counts, undo, plannedAt }))).toEqual({
      kind: 'offer',
      note: 'This can be taken back. You review every step before it is sent.',
    })
  }
})

test('a run that stopped in the middle says that the rest will not be sent', () => {
  for (const status of ['paused', 'waiting', 'interrupted'] as const) {
    const state = takeBackOf(runIn(status, { counts, undo }))
    expect(state).toMatchObject({ kind: 'offer', note: expect.stringContaining('What was not sent yet will not be') })
  }
})

test('a run that still sends has to stop first', () => {
  const state = takeBackOf(runIn('applying', { counts, undo }))
  expect(state).toMatchObject({ kind: 'cannot', why: expect.stringContaining('no longer sends') })
})

test('where the destination does not allow it, the reason is the one the core gave', () => {
  const why = 'This cannot be taken back: what is appended stays there.'
  for (const status of ['done', 'applying'] as const) {
    const run = runIn(status, { counts, undo: { possible: false, note: why } })
    expect(takeBackOf(run)).toEqual({ kind: 'cannot', why })
  }
})

test('a run of an older version, of which nothing was noted, can be tried', () => {
  expect(takeBackOf(runIn('done', { counts }))).toMatchObject({ kind: 'offer' })
})

test('a run that was taken back names the run that did it', () => {
  expect(takeBackOf(runIn('done', { counts, undo, undoneBy: 'u' }))).toEqual({ kind: 'done', by: 'u' })
})

test('nothing is said where nothing was changed, of a plan, and of an undo', () => {
  expect(takeBackOf(runIn('done', { undo }))).toEqual({ kind: 'none' })
  expect(takeBackOf(runIn('planned', { counts, undo }))).toEqual({ kind: 'none' })
  expect(takeBackOf(runIn('done', { counts, kind: 'undo', undoes: 'r' }))).toEqual({ kind: 'none' })
})
