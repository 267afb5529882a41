import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../connectors/problems.ts'
import type { Schedule } from '../../preload/api.ts'
import { createLaptop, DAY, HOUR, MINUTE, newSync } from '../testing/laptop.ts'
import { MOST_AT_ONCE } from './scheduler.ts'

const everyHour: Schedule = { kind: 'every', minutes: 60 }
const nineDaily: Schedule = { kind: 'weekly', days: [0, 1, 2, 3, 4, 5, 6], times: ['09:00'] }
const sundays: Schedule = { kind: 'weekly', days: [0], times: ['09:00'] }

/** A Monday, 08:00, in UTC if not said otherwise, with one sync `a` that is saved just now. */
function laptopWith(schedule: Schedule, zone = 'UTC', from = '2026-03-02T08:00:00.000Z') {
  const laptop = createLaptop(from, zone)
  laptop.syncs.push(newSync('a', schedule, from, zone))
  return laptop
}

/** Passes time and lets every run be done at once. */
function passDoing(laptop: ReturnType<typeof laptopWith>, ms: number): void {
  laptop.onMake = (run) => void laptop.setTimer(() => laptop.tell(run.sync, 'done'), 0)
  laptop.pass(ms)
}

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

  test('waits for a person where a new sign-in is needed', () => {
    const laptop = laptopWith(everyHour)
    laptop.open()
    laptop.starts('a', 'waiting', 'schedule')
    laptop.pass(10 * HOUR)
    expect(laptop.done).toEqual([])
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

describe('times that were missed', () => {
  const asleepOver = (schedule: Schedule) => {
    const laptop = laptopWith(schedule)
    laptop.open()
    laptop.sleep(3 * DAY)
    laptop.pass(2 * MINUTE)
    return laptop
  }
  const missed = { at: '2026-03-02T09:00:00.000Z', times: 2 }

  test('are skipped where the schedule says so, which is noted, and the next time comes as usual', () => {
    const laptop = asleepOver({ ...nineDaily, days: [1, 3, 5], missed: 'skip' } as Schedule)
    expect(laptop.done).toEqual([])
    expect(laptop.syncs[0]?.state.note).toMatchObject({ what: 'skipped', missed })
    passDoing(laptop, DAY)
    expect(laptop.done).toEqual([])
    laptop.pass(DAY)
    expect(laptop.done).toEqual(['make a 09:00'])
  })

  test('are asked where the schedule says so: run now starts it once and pushes', () => {
    const laptop = asleepOver({ ...nineDaily, missed: 'ask' })
    expect(laptop.done).toEqual([])
    expect(laptop.syncs[0]?.state.missed).toEqual({ at: missed.at, times: 3 })
    laptop.scheduler().answer('a', true)
    laptop.scheduler().answer('a', true)
    expect(laptop.done).toEqual(['make a 08:02'])
    laptop.tell('a', 'planned')
    expect(laptop.done).toEqual(['make a 08:02', 'push a 08:02'])
    expect(laptop.syncs[0]?.state).toMatchObject({ missed: null, note: { what: 'caught-up' } })
  })

  test('are asked: skip forgets them', () => {
    const laptop = asleepOver({ ...nineDaily, missed: 'ask' })
    laptop.scheduler().answer('a', false)
    expect(laptop.done).toEqual([])
    expect(laptop.syncs[0]?.state).toMatchObject({ missed: null, note: { what: 'skipped', missed: { times: 3 } } })
  })

  test('a question that nobody answered is over when the next time runs, and grows when more are missed', () => {
    const laptop = asleepOver({ ...nineDaily, missed: 'ask' })
    laptop.sleep(DAY)
    laptop.pass(2 * MINUTE)
    expect(laptop.syncs[0]?.state.missed).toEqual({ at: missed.at, times: 4 })
    laptop.pass(DAY)
    expect(laptop.done).toEqual(['make a 09:00'])
    expect(laptop.syncs[0]?.state.missed).toBeNull()
  })

  test('an answer is refused while a run is under way, and the question stays', () => {
    const laptop = asleepOver({ ...nineDaily, missed: 'ask' })
    laptop.starts('a', 'applying', 'person')
    expect(() => laptop.scheduler().answer('a', true)).toThrow('under way')
    expect(laptop.syncs[0]?.state.missed).not.toBeNull()
  })

  test('nothing starts before the network had a moment to come back', () => {
    const laptop = laptopWith(nineDaily)
    laptop.open()
    laptop.scheduler().asleep()
    laptop.sleep(5 * HOUR)
    laptop.scheduler().woke()
    expect(laptop.done).toEqual([])
    laptop.pass(20_000)
    expect(laptop.done).toEqual(['make a 13:00'])
  })

  test('a computer that wakes for a moment only starts nothing, one that never says that it woke starts it later', () => {
    const laptop = laptopWith(nineDaily)
    laptop.open()
    laptop.pass(HOUR - MINUTE)
    laptop.scheduler().asleep()
    laptop.pass(2 * MINUTE)
    expect(laptop.done).toEqual([])
    laptop.pass(5 * MINUTE)
    expect(laptop.done).toHaveLength(1)
  })
})

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

describe('when the zone or the clock changes', () => {
  test('a time that was run is not run again after a journey west, and the next day comes at its time there', () => {
    const laptop = laptopWith(nineDaily, 'Europe/Berlin', '2026-03-02T07:00:00.000Z')
    laptop.open()
    passDoing(laptop, 2 * HOUR)
    expect(laptop.done).toEqual(['make a 09:00'])
    laptop.zone = 'America/New_York'
    laptop.pass(20 * HOUR)
    expect(laptop.done).toEqual(['make a 09:00'])
    laptop.pass(9 * HOUR)
    expect(laptop.done).toEqual(['make a 09:00', 'make a 09:00'])
  })

  test('a time that a journey east jumps over is caught up once', () => {
    const laptop = laptopWith(nineDaily, 'Europe/Berlin', '2026-03-02T07:00:00.000Z')
    laptop.open()
    laptop.zone = 'Asia/Kolkata'
    passDoing(laptop, 2 * MINUTE)
    expect(laptop.done).toEqual(['make a 12:31'])
    laptop.zone = 'Europe/Berlin'
    laptop.pass(4 * HOUR)
    expect(laptop.done).toHaveLength(1)
  })

  test('an interval counts what passes, whatever the zone and the clock say', () => {
    const laptop = laptopWith(everyHour, 'Europe/Berlin')
    laptop.open()
    laptop.pass(30 * MINUTE)
    laptop.zone = 'Pacific/Apia'
    passDoing(laptop, 31 * MINUTE)
    expect(laptop.done).toHaveLength(1)
    laptop.setClock(-10 * DAY)
    laptop.pass(59 * MINUTE)
    expect(laptop.done).toHaveLength(1)
    laptop.pass(3 * MINUTE)
    expect(laptop.done).toHaveLength(2)
  })

  test('a clock that is set back an hour does not run a time twice; one that was days ahead does not stop the schedule', () => {
    const laptop = laptopWith(nineDaily)
    laptop.open()
    passDoing(laptop, 70 * MINUTE)
    laptop.setClock(-HOUR)
    laptop.pass(2 * HOUR)
    expect(laptop.done).toEqual(['make a 09:00'])
    laptop.setClock(5 * DAY)
    laptop.pass(5 * MINUTE)
    expect(laptop.done).toHaveLength(2)
    laptop.setClock(-5 * DAY)
    laptop.pass(DAY)
    expect(laptop.done).toEqual(['make a 09:00', expect.any(String), 'make a 09:00'])
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
