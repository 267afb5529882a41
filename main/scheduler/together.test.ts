import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../connectors/problems.ts'
import type { Schedule } from '../../preload/api.ts'
import { createLaptop, DAY, HOUR, laptopWith, MINUTE, newSync, passDoing } from '../testing/laptop.ts'
import { MOST_AT_ONCE } from './scheduler.ts'

const everyHour: Schedule = { kind: 'every', minutes: 60 }
const nineDaily: Schedule = { kind: 'weekly', days: [0, 1, 2, 3, 4, 5, 6], times: ['09:00'] }

describe('several syncs', () => {
  const many = (count: number, place = (index: number) => `place ${index}`) => {
    const laptop = createLaptop('2026-03-02T08:00:00.000Z')
    for (let index = 0; index < count; index++) {
      laptop.syncs.push({ ...newSync(`s${index}`, nineDaily, '2026-03-02T08:00:00.000Z'), place: place(index) })
    }
    return laptop
  }

  test('that are due together run a few at a time, and each gets its turn', () => {
    const laptop = many(10)
    laptop.open()
    laptop.sleep(2 * DAY)
    laptop.pass(2 * MINUTE)
    expect(laptop.done).toHaveLength(MOST_AT_ONCE)
    laptop.tell('s0', 'failed', { problem: { remedy: 'edit-sync', message: 'No.' } })
    laptop.pass(0)
    expect(laptop.done).toHaveLength(MOST_AT_ONCE + 1)
    passDoing(laptop, MINUTE)
    for (const id of ['s1', 's2', 's3']) laptop.tell(id, 'done')
    laptop.pass(MINUTE)
    expect(laptop.done.map((line) => line.split(' ')[1]).sort()).toEqual(laptop.syncs.map(({ id }) => id).sort())
  })

  test('that write to one place wait for each other, also for a person’s run', () => {
    const laptop = many(2, () => 'one place')
    laptop.open()
    laptop.pass(HOUR)
    expect(laptop.done).toEqual(['make s0 09:00'])
    laptop.pass(10 * MINUTE)
    laptop.tell('s0', 'planned')
    laptop.tell('s0', 'done')
    laptop.pass(0)
    expect(laptop.done).toEqual(['make s0 09:00', 'push s0 09:10', 'make s1 09:10'])
    laptop.tell('s1', 'done')
    laptop.starts('s1', 'applying', 'person')
    laptop.pass(DAY)
    expect(laptop.done).toHaveLength(3)
  })

  test('one that cannot start says why and does not keep the next one from starting', () => {
    const laptop = many(2)
    laptop.refuses = new ProblemError({ remedy: 'edit-sync', message: 'This audience is no longer there.' })
    laptop.open()
    laptop.pass(61 * MINUTE)
    expect(laptop.log.join('\n')).toMatch(/s0.*no longer there[\s\S]*s1.*no longer there/)
    expect(laptop.syncs[0]?.state.note).toMatchObject({
      what: 'not-started',
      problem: { message: 'This audience is no longer there.' },
    })
    expect(laptop.hasTimer()).toBe(true)
  })
})

describe('a sync after another one', () => {
  const chained = () => {
    const laptop = laptopWith(everyHour)
    laptop.syncs.push(newSync('b', { kind: 'after', sync: 'a' }, '2026-03-02T08:00:00.000Z'))
    laptop.open()
    return laptop
  }

  test('runs when that one is done, whoever started it, once', () => {
    const laptop = chained()
    laptop.starts('a', 'applying', 'person')
    laptop.tell('a', 'done', { counts: { ...laptop.make('x', 'person').counts, refused: 3 } })
    laptop.pass(0)
    expect(laptop.done).toContain('make b 08:00')
    laptop.tell('b', 'done')
    // The run before changes once more: it was taken back.
    laptop.tell('a', 'done', { undoneBy: 'undo' })
    laptop.pass(30 * MINUTE)
    expect(laptop.done.filter((line) => line.startsWith('make b'))).toHaveLength(1)
  })

  test('does not run after one that failed, was canceled, or took another one back', () => {
    const laptop = chained()
    for (const [status, more] of [
      ['failed', {}],
      ['canceled', {}],
      ['done', { kind: 'undo' as const }],
      ['done', { rehearsal: true as const }],
    ] as const) {
      laptop.starts('a', 'applying', 'person')
      laptop.tell('a', status, more)
      laptop.pass(MINUTE)
    }
    expect(laptop.done).toEqual([])
  })

  test('waits for its own run to end, and then runs once for all that happened meanwhile', () => {
    const laptop = chained()
    laptop.starts('b', 'applying', 'person')
    for (let round = 0; round < 3; round++) {
      laptop.starts('a', 'applying', 'person')
      laptop.tell('a', 'done')
      laptop.pass(MINUTE)
    }
    expect(laptop.done).toEqual([])
    laptop.tell('b', 'done')
    laptop.pass(0)
    laptop.tell('b', 'done')
    laptop.pass(10 * MINUTE)
    expect(laptop.done).toEqual(['make b 08:03'])
  })

  test('follows a run that was done while the app was closed, or right before it ended, once', () => {
    const laptop = chained()
    laptop.close()
    laptop.starts('a', 'done', 'terminal')
    laptop.open()
    expect(laptop.done).toEqual(['make b 08:00'])
    laptop.tell('b', 'done')
    laptop.close()
    laptop.open()
    expect(laptop.done).toHaveLength(1)
  })
})

describe('paused', () => {
  test('nothing starts and no plan is pushed by itself, while all schedules are paused', () => {
    const laptop = laptopWith(everyHour)
    laptop.paused = true
    laptop.open()
    laptop.pass(DAY)
    laptop.starts('a', 'planned', 'schedule')
    laptop.pass(10 * MINUTE)
    expect(laptop.done).toEqual([])
  })

  test('one sync is paused, the others go on', () => {
    const laptop = laptopWith(everyHour)
    laptop.syncs.push(newSync('b', everyHour, '2026-03-02T08:00:00.000Z'))
    const [a] = laptop.syncs
    if (a) a.state = { ...a.state, paused: true }
    laptop.open()
    laptop.pass(HOUR)
    laptop.starts('a', 'planned', 'schedule')
    expect(laptop.done).toEqual(['make b 09:00'])
  })

  test('a person who says run now is obeyed all the same', () => {
    const laptop = laptopWith({ ...nineDaily, missed: 'ask' })
    laptop.open()
    laptop.sleep(DAY)
    laptop.pass(2 * MINUTE)
    laptop.paused = true
    laptop.scheduler().answer('a', true)
    laptop.tell('a', 'planned')
    expect(laptop.done).toEqual(['make a 08:02', 'push a 08:02'])
  })
})
