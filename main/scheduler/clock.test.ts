import { describe, expect, test } from 'vitest'
import type { Schedule } from '../../preload/api.ts'
import { DAY, HOUR, laptopWith, MINUTE, passDoing } from '../testing/laptop.ts'

const everyHour: Schedule = { kind: 'every', minutes: 60 }
const nineDaily: Schedule = { kind: 'weekly', days: [0, 1, 2, 3, 4, 5, 6], times: ['09:00'] }

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

  test('a plan of a person that the clock has put into the future does not hold up the schedule', () => {
    const laptop = laptopWith(everyHour)
    laptop.open()
    laptop.starts('a', 'planned', 'person', { plannedAt: '2026-03-02T08:00:00.000Z' })
    laptop.setClock(-DAY)
    laptop.pass(61 * MINUTE + 20_000)
    expect(laptop.done).toEqual(['make a 09:01'])
  })
})
