import { describe, expect, test } from 'vitest'
import type { Problem, Run, RunStatus, Schedule } from '../../preload/api.ts'
import { HOUR, type Laptop, laptopWith, MINUTE, newSync, passDoing } from '../testing/laptop.ts'

const everyHour: Schedule = { kind: 'every', minutes: 60 }
const sundays: Schedule = { kind: 'weekly', days: [0], times: ['09:00'] }
const problem: Problem = { remedy: 'reconnect', message: 'HubSpot wants a new sign-in.' }

/** The newest run of `a` stops at a connection that does not let Outflow in. */
function lockOut(laptop: Laptop, status: RunStatus, startedBy: Run['startedBy'], more: Partial<Run> = {}): void {
  laptop.lockedOut.add('crm')
  laptop.starts('a', 'applying', startedBy)
  laptop.tell('a', status, { problem, needsSignIn: 'crm', ...more })
  laptop.pass(0)
}

function lockedOut(schedule: Schedule, ...how: [RunStatus, Run['startedBy'], Partial<Run>?]): Laptop {
  const laptop = laptopWith(schedule)
  laptop.open()
  lockOut(laptop, ...how)
  return laptop
}
const note = (laptop: Laptop) => laptop.syncs[0]?.state.note

describe('a run that waits for a sign-in', () => {
  test('goes on by itself when someone has connected again, and the schedule goes on after it', () => {
    const laptop = lockedOut(everyHour, 'waiting', 'schedule')
    laptop.pass(150 * MINUTE)
    expect(laptop.done).toEqual([])
    laptop.signIn('crm')
    laptop.pass(0)
    expect(laptop.done).toEqual(['resume a 10:30'])
    laptop.tell('a', 'done')
    passDoing(laptop, 90 * MINUTE)
    expect(laptop.done).toEqual(['resume a 10:30', 'make a 10:30', 'make a 11:30'])
  })

  test('is told on its schedule for as long as it waits, also after the app was closed', () => {
    const laptop = lockedOut(sundays, 'waiting', 'schedule')
    const told = { what: 'needs-sign-in', at: '2026-03-02T08:00:00.000Z', problem }
    expect(note(laptop)).toEqual(told)
    laptop.pass(90 * MINUTE)
    laptop.close()
    laptop.open()
    laptop.pass(10 * MINUTE)
    expect(note(laptop)).toEqual(told)
    laptop.signIn('crm')
    laptop.pass(0)
    laptop.tell('a', 'done')
    laptop.pass(0)
    expect(note(laptop)).toBeNull()
  })

  test('is planned anew when its sync was changed meanwhile', () => {
    const laptop = lockedOut(sundays, 'waiting', 'schedule', { stale: true })
    expect(laptop.done).toEqual([])
    laptop.signIn('crm')
    laptop.pass(0)
    expect(laptop.done).toEqual(['make a 08:00'])
  })

  test('goes on also where a person has pushed it, whatever its schedule', () => {
    const laptop = lockedOut({ kind: 'manual' }, 'waiting', 'person')
    laptop.paused = true
    laptop.signIn('crm')
    laptop.pass(0)
    expect(laptop.done).toEqual(['resume a 08:00'])
  })

  test('of a person is not planned anew for them; it does not keep the schedule from going on', () => {
    const laptop = lockedOut(everyHour, 'waiting', 'person', { stale: true })
    laptop.signIn('crm')
    laptop.pass(30 * MINUTE)
    expect(laptop.done).toEqual([])
    laptop.pass(30 * MINUTE)
    expect(laptop.done).toEqual(['make a 09:00'])
  })

  test('of a schedule waits for a pause to be over', () => {
    const laptop = lockedOut(everyHour, 'waiting', 'schedule')
    laptop.paused = true
    laptop.signIn('crm')
    laptop.pass(30 * MINUTE)
    expect(laptop.done).toEqual([])
    laptop.paused = false
    laptop.pass(MINUTE)
    expect(laptop.done).toEqual(['resume a 08:31'])
  })

  test('waits while another sync writes to its place', () => {
    const laptop = lockedOut(everyHour, 'waiting', 'schedule')
    laptop.syncs.push({ ...newSync('b', { kind: 'manual' }, '2026-03-02T08:00:00.000Z'), place: 'a' })
    laptop.starts('b', 'applying', 'person')
    laptop.signIn('crm')
    laptop.pass(MINUTE)
    expect(laptop.done).toEqual([])
    laptop.tell('b', 'done')
    laptop.pass(0)
    expect(laptop.done).toEqual(['resume a 08:01'])
  })

  test('is not tried again and again where the new sign-in does not suffice', () => {
    const laptop = lockedOut(everyHour, 'waiting', 'schedule')
    // The connection is well as far as anyone else can tell.
    laptop.onPush = ({ sync }) => void laptop.tell(sync, 'waiting')
    laptop.signIn('crm')
    laptop.pass(10 * MINUTE)
    expect(laptop.done).toEqual(['resume a 08:00', 'resume a 08:02', 'resume a 08:06'])
  })
})

describe('a plan that could not be made for want of a sign-in', () => {
  test('is made once more after it, if a schedule had asked for it', () => {
    const laptop = lockedOut(sundays, 'failed', 'schedule')
    laptop.pass(HOUR)
    laptop.signIn('crm')
    passDoing(laptop, 10 * HOUR)
    expect(laptop.done).toEqual(['make a 09:00'])
  })

  test('is left to the person who had asked for it', () => {
    const laptop = lockedOut(sundays, 'failed', 'person')
    laptop.signIn('crm')
    laptop.pass(HOUR)
    expect(laptop.done).toEqual([])
  })
})
