import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../connectors/problems.ts'
import type { Run, RunStatus, Schedule } from '../../preload/api.ts'
import { noCounts } from '../worker-messages.ts'
import { nextRun } from './next-run.ts'
import { type ScheduledSync, startScheduler } from './scheduler.ts'

const MINUTE = 60_000
const everyHour: Schedule = { kind: 'every', minutes: 60 }

/** A computer with a clock that stands still until it is told, and runs that do what the test says. */
function computer(schedule: Schedule, from = '2026-03-02T08:00:00.000Z') {
  let now = Date.parse(from)
  let timer: { callback: () => void; at: number } | undefined
  const sync: ScheduledSync = { id: 's', name: 'VIPs', schedule, scheduledFrom: from }
  const syncs = [sync]
  const done: string[] = []
  const log: string[] = []
  let latest: Run | undefined
  const refuse: { make?: ProblemError } = {}

  const run = (status: RunStatus, startedBy: Run['startedBy'], more: Partial<Run> = {}): Run => ({
    id: `run-${done.length}`,
    sync: 's',
    syncName: 'VIPs',
    status,
    startedBy,
    counts: noCounts(),
    read: 0,
    guards: [],
    kind: 'sync',
    startedAt: new Date(now).toISOString(),
    stale: false,
    ...more,
  })
  const scheduler = () =>
    startScheduler({
      syncs: () => syncs,
      fired: (_, at) => {
        sync.scheduledFrom = at
      },
      runs: {
        latest: () => latest,
        make(_, startedBy) {
          if (refuse.make) throw refuse.make
          done.push(`make ${new Date(now).toISOString().slice(11, 16)}`)
          latest = run('planning', startedBy)
          return latest
        },
        push(id) {
          done.push(`push ${id}`)
          return latest as Run
        },
        resume(id) {
          done.push(`resume ${new Date(now).toISOString().slice(11, 16)}`)
          return { ...(latest as Run), id }
        },
      },
      now: () => new Date(now),
      timeZone: () => 'UTC',
      setTimer(callback, afterMs) {
        const mine = { callback, at: now + afterMs }
        timer = mine
        return () => {
          if (timer === mine) timer = undefined
        }
      },
      log: (line) => void log.push(line),
    })

  return {
    done,
    log,
    sync,
    syncs,
    refuse,
    start: scheduler,
    run,
    is: (value: Run | undefined) => {
      latest = value
    },
    finish: (status: RunStatus, more: Partial<Run> = {}) => {
      latest = latest && { ...latest, status, ...more }
      return latest as Run
    },
    /** Time passes and timers fire when they are due. */
    pass(minutes: number) {
      const until = now + minutes * MINUTE
      while (timer && timer.at <= until) {
        const { callback, at } = timer
        timer = undefined
        now = Math.max(now, at)
        callback()
      }
      now = until
    },
    /** Time passes while the computer sleeps: no timer fires. */
    sleep(minutes: number) {
      now += minutes * MINUTE
      if (timer) timer.at = Math.max(timer.at, now)
    },
    hasTimer: () => timer !== undefined,
    get now() {
      return now
    },
  }
}

describe('a sync every hour', () => {
  test('runs when it is due, and again an hour later', () => {
    const laptop = computer(everyHour)
    laptop.start()
    laptop.pass(59)
    expect(laptop.done).toEqual([])
    laptop.pass(1)
    laptop.finish('done')
    laptop.pass(60)
    expect(laptop.done).toEqual(['make 09:00', 'make 10:00'])
  })

  test('catches up once after a long sleep, not once per hour missed', () => {
    const laptop = computer(everyHour)
    laptop.start()
    laptop.sleep(10 * 60)
    laptop.pass(1)
    laptop.finish('done')
    laptop.pass(58)
    expect(laptop.done).toEqual(['make 18:00'])
    laptop.pass(1)
    expect(laptop.done).toEqual(['make 18:00', 'make 19:00'])
  })

  test('catches up once when the app was closed', () => {
    const laptop = computer(everyHour)
    laptop.sleep(300)
    laptop.start()
    expect(laptop.done).toEqual(['make 13:00'])
  })

  test('does not run a second time when the app ends right after it fired', () => {
    const laptop = computer(everyHour)
    laptop.sleep(60)
    laptop.start().stop()
    laptop.finish('done')
    laptop.start()
    expect(laptop.done).toEqual(['make 09:00'])
  })

  test('is not started while a run is under way, and once it is over runs one time', () => {
    const laptop = computer(everyHour)
    laptop.start()
    laptop.is(laptop.run('applying', 'person'))
    laptop.pass(200)
    expect(laptop.done).toEqual([])
    laptop.finish('done')
    laptop.pass(1)
    laptop.finish('done')
    laptop.pass(30)
    expect(laptop.done).toHaveLength(1)
  })

  test('leaves a plan alone that a person is looking at, but not for ever', () => {
    const laptop = computer(everyHour)
    laptop.start()
    laptop.pass(50)
    laptop.is(laptop.run('blocked', 'person'))
    laptop.pass(29)
    expect(laptop.done).toEqual([])
    laptop.pass(2)
    expect(laptop.done).toHaveLength(1)
  })

  test('waits for a person where a new sign-in is needed', () => {
    const laptop = computer(everyHour)
    laptop.start()
    laptop.is(laptop.run('waiting', 'schedule'))
    laptop.pass(600)
    expect(laptop.done).toEqual([])
  })
})

test('a plan that the schedule asked for is pushed; one that a guard stops or a person made is not', () => {
  const laptop = computer(everyHour)
  const scheduler = laptop.start()
  scheduler.runChanged(laptop.run('blocked', 'schedule'))
  scheduler.runChanged(laptop.run('planned', 'person'))
  scheduler.runChanged(laptop.run('planned', 'schedule', { stale: true }))
  expect(laptop.done).toEqual([])
  scheduler.runChanged(laptop.run('planned', 'schedule'))
  expect(laptop.done).toEqual(['push run-0'])
})

test('a scheduled run that was cut short goes on by itself, ever more rarely while it fails', () => {
  const laptop = computer({ kind: 'weekly', days: [0], time: '09:00' })
  laptop.start()
  laptop.is(laptop.run('interrupted', 'schedule'))
  laptop.pass(10)
  expect(laptop.done).toEqual(['resume 08:02', 'resume 08:04', 'resume 08:08'])
  laptop.finish('done')
  laptop.pass(600)
  expect(laptop.done).toHaveLength(3)
})

test('a scheduled plan that failed for want of a network is made again; one that needs a person is not', () => {
  const laptop = computer({ kind: 'weekly', days: [0], time: '09:00' })
  laptop.start()
  const problem = { remedy: 'retry' as const, message: 'The host cannot be reached.' }
  laptop.is(laptop.run('failed', 'schedule', { problem }))
  laptop.pass(5)
  expect(laptop.done).toEqual(['make 08:02'])
  laptop.finish('failed', { problem: { ...problem, remedy: 'edit-sync' } })
  laptop.pass(600)
  expect(laptop.done).toHaveLength(1)
})

test('a scheduled plan that could not be pushed at first is pushed a minute later, and made anew when it has become old', () => {
  const laptop = computer({ kind: 'weekly', days: [0], time: '09:00' })
  laptop.start()
  const plannedAt = new Date(laptop.now).toISOString()
  laptop.is(laptop.run('planned', 'schedule', { plannedAt }))
  laptop.pass(1)
  expect(laptop.done).toEqual(['push run-0'])
  laptop.sleep(60)
  laptop.pass(1)
  expect(laptop.done).toEqual(['push run-0', 'make 09:01'])
})

test('a run that a person started is never resumed for them', () => {
  const laptop = computer(everyHour)
  laptop.start()
  laptop.is(laptop.run('interrupted', 'person'))
  laptop.pass(600)
  expect(laptop.done).toEqual([])
})

test('one sync that cannot start does not keep the next one from starting', () => {
  const laptop = computer(everyHour)
  laptop.refuse.make = new ProblemError({ remedy: 'edit-sync', message: 'This audience is no longer there.' })
  laptop.syncs.push({ ...laptop.sync, id: 't', name: 'Other' })
  laptop.start()
  laptop.pass(61)
  expect(laptop.log.join('\n')).toMatch(/VIPs.*no longer there[\s\S]*Other.*no longer there/)
  expect(laptop.hasTimer()).toBe(true)
})

test('nothing fires after it was stopped', () => {
  const laptop = computer(everyHour)
  const scheduler = laptop.start()
  scheduler.stop()
  scheduler.check()
  scheduler.runChanged(laptop.run('planned', 'schedule'))
  laptop.pass(600)
  expect(laptop.done).toEqual([])
  expect(laptop.hasTimer()).toBe(false)
})

test('whatever mix of sleeping, working and finishing: never two runs at once, never two for one time', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = randomFrom(seed)
    const schedule: Schedule =
      random() < 0.5
        ? { kind: 'every', minutes: 1 + Math.floor(random() * 300) }
        : { kind: 'weekly', days: [Math.floor(random() * 7), 2], time: '09:30' }
    const laptop = computer(schedule)
    let scheduler = laptop.start()
    let dueBefore = nextRun(schedule, new Date(laptop.sync.scheduledFrom), 'UTC')
    for (let step = 0; step < 60; step++) {
      const before = laptop.done.length
      const wasDue = dueBefore
      const dice = random()
      if (dice < 0.4) laptop.pass(Math.floor(random() * 90))
      else if (dice < 0.6) laptop.sleep(Math.floor(random() * 3_000))
      else if (dice < 0.7) scheduler.check()
      else if (dice < 0.8) {
        scheduler.stop()
        scheduler = laptop.start()
      } else laptop.finish(random() < 0.5 ? 'done' : 'canceled')
      const made = laptop.done.length - before
      // The run stays under way until the test finishes it, so there is at most one per step.
      expect(made, `seed ${seed}`).toBeLessThanOrEqual(1)
      if (made === 1) expect(wasDue?.getTime(), `seed ${seed}`).toBeLessThanOrEqual(laptop.now)
      dueBefore = nextRun(schedule, new Date(laptop.sync.scheduledFrom), 'UTC')
    }
  }
})

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
