import { describe, expect, test } from 'vitest'
import type { Schedule } from '../../preload/api.ts'
import { DAY, HOUR, laptopWith, MINUTE, passDoing } from '../testing/laptop.ts'

const nineDaily: Schedule = { kind: 'weekly', days: [0, 1, 2, 3, 4, 5, 6], times: ['09:00'] }

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

  test('do not include one that was seen to come and waits for its turn', () => {
    const laptop = laptopWith({ ...nineDaily, missed: 'skip' } as Schedule)
    laptop.open()
    laptop.starts('a', 'applying', 'person')
    laptop.pass(2 * HOUR)
    laptop.tell('a', 'done')
    laptop.pass(0)
    expect(laptop.done).toEqual(['make a 10:00'])
    expect(laptop.syncs[0]?.state.note).toBeNull()
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

  test('a run that sleep cut short waits for the network, too', () => {
    const laptop = laptopWith({ ...nineDaily, days: [0] } as Schedule)
    laptop.starts('a', 'interrupted', 'schedule')
    laptop.open()
    laptop.sleep(5 * HOUR)
    laptop.scheduler().woke()
    laptop.pass(19_000)
    expect(laptop.done).toEqual([])
    laptop.pass(1_000)
    expect(laptop.done).toEqual(['resume a 13:00'])
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
