import { expect, test } from 'vitest'
import type { Run, RunCounts } from '../../preload/api.ts'
import { noCounts, runIn } from '../runs/testing.ts'
import { barsOf, barText, MOST_BARS } from './bars.ts'

const run = (counts: Partial<RunCounts>, more: Partial<Run> = {}) =>
  runIn('done', { counts: { ...noCounts, ...counts }, plannedAt: '2026-03-02T09:30:00.000Z', ...more })
const heights = (...runs: Run[]) =>
  barsOf(runs, 50).map(({ accepted, refused, unknown }) => [accepted, refused, unknown])

test('the oldest run stands first, and the one with most rows is highest', () => {
  expect(heights(run({ accepted: 100 }), run({ accepted: 10_000 }))).toEqual([
    [50, 0, 0],
    [5, 0, 0],
  ])
})

test('a few refused rows among many are still seen', () => {
  expect(heights(run({ accepted: 9_990, refused: 9, unknown: 1 }))).toEqual([[46, 2, 2]])
  expect(heights(run({ accepted: 1, refused: 9_999 }))).toEqual([[2, 50, 0]])
})

test('a run that had nothing to send is there without a height; one that failed is there, a plan is not', () => {
  expect(heights(run({ unchanged: 40 }))).toEqual([[0, 0, 0]])
  const failed = runIn('failed')
  const plans = [run({ added: 4 }, { status: 'planned' }), run({ added: 4 }, { status: 'blocked' })]
  const canceled = run({ added: 4 }, { status: 'canceled' })
  expect(barsOf([...plans, failed, canceled], 50).map((bar) => bar.run)).toEqual([failed])
})

test('only the newest runs are drawn', () => {
  const many = Array.from({ length: MOST_BARS + 5 }, (_, index) => run({ accepted: index }, { id: `run ${index}` }))
  const bars = barsOf(many, 50)
  expect([bars.length, bars.at(-1)?.run.id]).toEqual([MOST_BARS, 'run 0'])
})

test('a bar says when, how many, and how it ended', () => {
  expect(barText(run({ accepted: 1_187, refused: 4 }))).toMatch(/2026.*: 1,187 accepted, 4 refused\. Done$/)
  expect(barText(run({}, { status: 'failed', kind: 'undo' }))).toMatch(/: nothing was sent\. Failed \(Undo\)$/)
})
