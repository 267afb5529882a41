import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../connectors/problems.ts'
import type { Schedule } from '../../preload/api.ts'
import { HOUR, laptopWith, MINUTE, passDoing } from '../testing/laptop.ts'

const everyHour: Schedule = { kind: 'every', minutes: 60 }
const sundays: Schedule = { kind: 'weekly', days: [0], times: ['09:00'] }

describe('a sync every hour', () => {
  test('runs when it is due, and again an hour later, without drifting', () => {
    const laptop = laptopWith(everyHour)
    laptop.open()
    laptop.pass(59 * MINUTE)
    expect(laptop.done).toEqual([])
    passDoing(laptop, 10 * HOUR)
    expect(laptop.done.slice(0, 3)).toEqual(['make a 09:00', 'make a 10:00', 'make a 11:00'])
    expect(laptop.syncs[0]?.state.from).toBe('2026-03-02T18:00:00.000Z')
  })

  test('catches up once after a long sleep, not once per hour missed, and says so', () => {
    const laptop = laptopWith(everyHour)
    laptop.open()
    laptop.sleep(10 * HOUR)
    passDoing(laptop, 59 * MINUTE)
    expect(laptop.done).toEqual(['make a 18:01'])
    expect(laptop.syncs[0]?.state.note).toEqual({
      what: 'caught-up',
      at: '2026-03-02T18:01:20.000Z',
      missed: { at: '2026-03-02T09:00:00.000Z', times: 10 },
    })
    laptop.pass(3 * MINUTE)
    expect(laptop.done).toEqual(['make a 18:01', 'make a 19:01'])
    expect(laptop.syncs[0]?.state.note).toBeNull()
  })

  test('catches up once when the app was closed', () => {
    const laptop = laptopWith(everyHour)
    laptop.sleep(300 * MINUTE)
    laptop.open()
    expect(laptop.done).toEqual(['make a 13:00'])
  })

  test('does not run a second time when the app ends right after it fired', () => {
    const laptop = laptopWith(everyHour)
    laptop.sleep(HOUR)
    laptop.open()
    laptop.scheduler().stop()
    laptop.tell('a', 'done')
    laptop.open()
    expect(laptop.done).toEqual(['make a 09:00'])
  })

  test('is not started while a run is under way; that is noted, and once it is over it runs one time', () => {
    const laptop = laptopWith(everyHour)
    laptop.open()
    laptop.starts('a', 'applying', 'person')
    laptop.pass(200 * MINUTE)
    expect(laptop.done).toEqual([])
    expect(laptop.syncs[0]?.state.note).toEqual({ what: 'still-running', at: '2026-03-02T09:00:00.000Z' })
    laptop.tell('a', 'done')
    passDoing(laptop, 30 * MINUTE)
    expect(laptop.done).toEqual(['make a 11:20'])
  })

  test('leaves a plan alone that a person is looking at, but not for ever', () => {
    const laptop = laptopWith(everyHour)
    laptop.open()
    laptop.pass(50 * MINUTE)
    laptop.starts('a', 'blocked', 'person')
    laptop.pass(29 * MINUTE)
    expect(laptop.done).toEqual([])
    laptop.pass(2 * MINUTE)
    expect(laptop.done).toEqual(['make a 09:20'])
  })

  test('stays due when a person was quicker to start it', () => {
    const laptop = laptopWith(everyHour)
    laptop.open()
    laptop.refuses = new ProblemError({ remedy: 'retry', message: 'A run of this sync is under way.' })
    laptop.pass(62 * MINUTE)
    laptop.refuses = undefined
    laptop.pass(MINUTE)
    expect(laptop.done).toEqual(['make a 09:03'])
  })
})

test('a plan that the schedule asked for is pushed; one that a guard stops or a person made is not', () => {
  const laptop = laptopWith(everyHour)
  laptop.open()
  laptop.starts('a', 'blocked', 'schedule')
  laptop.starts('a', 'planned', 'person')
  laptop.starts('a', 'planned', 'schedule', { stale: true })
  expect(laptop.done).toEqual([])
  laptop.starts('a', 'planned', 'schedule')
  expect(laptop.done).toEqual(['push a 08:00'])
})

test('a plan that a guard stopped stays to be looked at, and is made anew at a later time', () => {
  const laptop = laptopWith({ kind: 'every', minutes: 10 })
  laptop.open()
  laptop.starts('a', 'blocked', 'schedule')
  laptop.pass(29 * MINUTE)
  expect(laptop.done).toEqual([])
  laptop.pass(2 * MINUTE)
  expect(laptop.done).toEqual(['make a 08:30'])
})

test('a scheduled run that was cut short goes on by itself, ever more rarely while it fails', () => {
  const laptop = laptopWith(sundays)
  laptop.open()
  laptop.onPush = ({ sync }) => void laptop.tell(sync, 'interrupted')
  laptop.starts('a', 'interrupted', 'schedule')
  laptop.scheduler().check()
  laptop.pass(10 * MINUTE)
  expect(laptop.done).toEqual(['resume a 08:01', 'resume a 08:03', 'resume a 08:07'])
  laptop.tell('a', 'done')
  laptop.pass(10 * HOUR)
  expect(laptop.done).toHaveLength(3)
})

test('a scheduled plan that failed for want of a network is made again; one that needs a person is not', () => {
  const laptop = laptopWith(sundays)
  laptop.open()
  const problem = { remedy: 'retry' as const, message: 'The host cannot be reached.' }
  laptop.starts('a', 'failed', 'schedule', { problem })
  laptop.pass(5 * MINUTE)
  expect(laptop.done).toEqual(['make a 08:02'])
  laptop.tell('a', 'failed', { problem: { ...problem, remedy: 'edit-sync' } })
  laptop.pass(10 * HOUR)
  expect(laptop.done).toHaveLength(1)
})

test('a scheduled plan that could not be pushed at first is pushed a minute later, and made anew when it has become old', () => {
  const laptop = laptopWith(sundays)
  laptop.starts('a', 'planned', 'schedule', { plannedAt: '2026-03-02T08:00:00.000Z' })
  laptop.open()
  expect(laptop.done).toEqual(['push a 08:00'])
  laptop.tell('a', 'planned', { startedBy: 'person' })
  laptop.close()
  laptop.starts('a', 'planned', 'schedule', { plannedAt: '2026-03-02T08:00:00.000Z' })
  laptop.sleep(HOUR)
  laptop.open()
  expect(laptop.done).toEqual(['push a 08:00', 'make a 09:00'])
})

test('a run that a person started is never resumed for them', () => {
  const laptop = laptopWith(everyHour)
  laptop.open()
  laptop.starts('a', 'interrupted', 'person')
  laptop.pass(10 * HOUR)
  expect(laptop.done).toEqual([])
})

test('nothing fires after it was stopped', () => {
  const laptop = laptopWith(everyHour)
  const scheduler = laptop.open()
  scheduler.stop()
  scheduler.check()
  laptop.starts('a', 'planned', 'schedule')
  laptop.pass(10 * HOUR)
  expect(laptop.done).toEqual([])
  expect(laptop.hasTimer()).toBe(false)
})
