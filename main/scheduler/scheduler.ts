import { toProblem } from '../../connectors/problems.ts'
import type { MissedTimes, Run } from '../../preload/api.ts'
import type { ScheduleState } from '../store/schedules.ts'
import { createAttempts } from './attempts.ts'
import { createChain } from './chain.ts'
import { missedSince, startsAnew } from './due.ts'
import { createReckonings } from './reckonings.ts'
import { createRetries } from './retries.ts'
import { isBusy, isFresh, isUnderWay, isUnpushed, stoppedForSignIn, wasCutShort } from './run-states.ts'
import type { ScheduledSync, SchedulerContext } from './types.ts'
import { createUnderWay } from './under-way.ts'

export type Scheduler = ReturnType<typeof startScheduler>

const MINUTE_MS = 60_000
/** Longest sleep of the timer. Timers stand still while a computer sleeps and know nothing of a clock that was set. */
const LONGEST_WAIT_MS = MINUTE_MS
/** A time that is seen later than this was missed. */
const GRACE_MS = 2 * MINUTE_MS
/** After waking the network needs a moment. */
const NETWORK_MS = 20_000
/** While the computer is about to sleep, or wakes for a moment only, nothing starts: for this many looks at most. */
const HELD_LOOKS = 3
/** Scheduled runs at the same time. Who is due beyond waits in line, the longest first. */
export const MOST_AT_ONCE = 3

/**
 * One that is to be started; `due` is absent for a run that is tried again before its next time. `resume`: the run that goes
 * on where it stopped.
 */
type Turn = { sync: ScheduledSync; since: number; due?: number; retry?: true; signedIn?: true; resume?: string }

/**
 * Starts syncs when they are due, with one timer. What was missed while the app was closed or the computer slept is caught
 * up once, skipped, or asked, as the schedule says. A sync that is under way is never started a second time: it stays due
 * until it is free, and so does one whose place is being written. A scheduled run that ended for want of a network or because
 * the app was closed is tried again by itself; whatever waits for a sign-in goes on after it, also what a person had pushed.
 */
export function startScheduler(context: SchedulerContext) {
  const { runs, keep, log } = context
  const { attempt, tell } = createAttempts(log)
  const retries = createRetries()
  /** A sign-in that does not last, or does not suffice, is not tried again and again. */
  const signIns = createRetries()
  const underWay = createUnderWay()
  const chain = createChain(context)
  const reckoningOf = createReckonings(({ name }, error) => tell(`the schedule of “${name}”`, error))
  const latest = new Map<string, Run | undefined>()
  /** Due times that were seen when they came, or will be caught up, and wait for their turn; and what was missed of them. */
  const seen = new Map<string, { due: number; missed?: MissedTimes; noted?: true }>()
  /** Runs that a person asked for in spite of a pause. */
  const asked = new Set<string>()
  let cancelTimer: (() => void) | undefined
  let stopped = false
  let checking = false
  let soon = false
  let held = 0
  let lastLook: number | undefined
  let quietUntil = 0

  function check(): void {
    if (stopped || checking) return
    cancelTimer?.()
    checking = true
    soon = false
    const wait = held > 0 ? undefined : attempt('reading the schedules', lookAtAll)
    held = Math.max(0, held - 1)
    checking = false
    if (!stopped) cancelTimer = context.setTimer(check, soon ? 0 : (wait ?? LONGEST_WAIT_MS))
  }

  /** Looks again when what is going on is over: whoever tells of a run may not be done with it. */
  function checkSoon(): void {
    if (stopped || soon) return
    soon = true
    if (checking) return
    cancelTimer?.()
    cancelTimer = context.setTimer(check, 0)
  }

  /** Starts what is due; answers in how many milliseconds to look again. */
  function lookAtAll(): number {
    const now = context.now().getTime()
    if (lastLook !== undefined && Math.abs(now - lastLook) > GRACE_MS) quietUntil = now + NETWORK_MS
    quietUntil = Math.min(quietUntil, now + NETWORK_MS)
    lastLook = now
    const timeZone = context.timeZone()
    const syncs = context.syncs()
    const line: Turn[] = []
    let wait = LONGEST_WAIT_MS
    for (const sync of syncs) {
      const again = attempt(`the schedule of “${sync.name}”`, () => look(sync, now, timeZone, line))
      wait = Math.min(wait, again ?? LONGEST_WAIT_MS)
    }
    if (now < quietUntil) return Math.min(wait, quietUntil - now)
    serve(line, syncs, timeZone)
    return wait
  }

  /** Puts a sync into the line when it is due; answers in how many milliseconds to look again. */
  function look(sync: ScheduledSync, now: number, timeZone: string, line: Turn[]): number {
    const { id, schedule, state } = sync
    const last = latestOf(id)
    const isHeld = state.paused || context.paused()
    if (last?.status === 'done') signIns.forget(id)
    const goesOn = last && mayGoOn(last) && signIns.isFree(id, now)
    if (goesOn && last.status === 'waiting' && !last.stale && !(isHeld && last.startedBy === 'schedule')) {
      line.push({ sync, since: now, signedIn: true, resume: last.id })
      return LONGEST_WAIT_MS
    }
    if (isHeld || schedule.kind === 'manual') return LONGEST_WAIT_MS
    noteSignIn(sync, last, now)
    const due = dueOf(sync, now, timeZone)
    // The clock went back over a time that was waiting: it comes again.
    if (due === undefined || due > now) seen.delete(id)
    const isDue = due !== undefined && due <= now && !settles(sync, due, now, timeZone)
    if (last && isUnpushed(last) && !isDue) {
      // Another sync was writing to the same place, or the app ended right after planning.
      if (now < quietUntil) return quietUntil - now
      if (isFresh(last, now)) runs.push(last.id, [])
      else line.push({ sync, since: now })
      return LONGEST_WAIT_MS
    }
    const again = last && wasCutShort(last) ? Math.max(retries.at(id, now), quietUntil) : undefined
    if (again === undefined) retries.forget(id)
    if (goesOn && last.startedBy === 'schedule') {
      line.push({ sync, since: isDue ? due : now, signedIn: true, ...(isDue && { due }) })
      return LONGEST_WAIT_MS
    }
    if (again !== undefined && again <= now) {
      if (last?.status === 'interrupted' && !last.stale) {
        retries.tried(id, now)
        runs.resume(last.id)
      } else line.push({ sync, since: again, retry: true, ...(isDue && { due }) })
      return LONGEST_WAIT_MS
    }
    if (isDue && last && isBusy(last, now)) noteBusy(sync, last, now)
    else if (isDue) line.push({ sync, since: due, due })
    const times = [isDue ? undefined : due, again].filter((time) => time !== undefined)
    return Math.max(0, Math.min(LONGEST_WAIT_MS, ...times.map((time) => time - now)))
  }

  /** Undefined where no time comes. */
  function dueOf(sync: ScheduledSync, now: number, timeZone: string): number | undefined {
    const { id, schedule, state } = sync
    if (schedule.kind === 'after') {
      if (state.follows === null) return undefined
      // Since when it waits; a clock that went back does not make it wait for longer.
      const due = Math.min(seen.get(id)?.due ?? now, now)
      seen.set(id, { ...seen.get(id), due })
      return due
    }
    const reckoning = reckoningOf(sync, timeZone)
    if (startsAnew(reckoning, now)) {
      log(`the schedule of “${sync.name}”: the clock went back; it is counted from now`)
      settle(sync, now, timeZone)
      return undefined
    }
    return reckoning.due ?? undefined
  }

  /** Everything up to now is settled. */
  function settle({ id }: ScheduledSync, now: number, zone: string, more: Partial<ScheduleState> = {}): void {
    seen.delete(id)
    keep(id, { from: new Date(now).toISOString(), zone, ...more })
  }

  /** Whether a due time is dealt with although nothing starts: it was missed, and is skipped or asked. */
  function settles(sync: ScheduledSync, due: number, now: number, timeZone: string): boolean {
    const { id, name, schedule, state } = sync
    if (seen.get(id)?.due === due) return false
    if (now - due <= GRACE_MS || schedule.kind === 'manual' || schedule.kind === 'after') {
      seen.set(id, { due })
      return false
    }
    const missed = missedSince(schedule, due, now, timeZone)
    const policy = schedule.missed ?? 'run'
    log(`the schedule of “${name}”: ${missed.times} missed since ${missed.at}: ${policy}`)
    if (policy === 'run') {
      seen.set(id, { due, missed })
      return false
    }
    const at = new Date(now).toISOString()
    if (policy === 'skip') settle(sync, now, timeZone, { note: { what: 'skipped', at, missed } })
    else settle(sync, now, timeZone, { missed: together(state.missed, missed), note: null })
    return true
  }

  /** Whether it stopped at a connection that lets Outflow in now. */
  function mayGoOn(run: Run): boolean {
    return stoppedForSignIn(run) && run.needsSignIn !== undefined && context.letsIn(run.needsSignIn)
  }

  /** A schedule that waits for a sign-in says so for as long as it does. */
  function noteSignIn({ id, state: { note } }: ScheduledSync, last: Run | undefined, now: number): void {
    const waits = last?.status === 'waiting' && isBusy(last, now)
    if (waits === (note?.what === 'needs-sign-in')) return
    const { problem } = last ?? {}
    const at = new Date(now).toISOString()
    keep(id, { note: waits ? { what: 'needs-sign-in', at, ...(problem && { problem }) } : null })
  }

  /** A time that comes while the run before is under way is said, once. */
  function noteBusy({ id, name }: ScheduledSync, last: Run, now: number): void {
    const turn = seen.get(id)
    if (!turn || turn.noted || !isUnderWay(last)) return
    turn.noted = true
    log(`the schedule of “${name}”: due while a run is under way; it runs when that is over`)
    keep(id, { note: { what: 'still-running', at: new Date(now).toISOString() } })
  }

  /** Starts the first in line, as many as may run at once, and one at each place. */
  function serve(line: Turn[], syncs: ScheduledSync[], timeZone: string): void {
    if (line.length === 0) return
    const places = new Map(syncs.map(({ id, place }) => [id, place]))
    const written = new Set(underWay.syncs().map((sync) => places.get(sync)))
    for (const turn of line.sort((a, b) => a.since - b.since)) {
      if (underWay.scheduled() >= MOST_AT_ONCE) return
      if (written.has(turn.sync.place)) continue
      const started = attempt(`the schedule of “${turn.sync.name}”`, () => start(turn, timeZone))
      if (started) written.add(turn.sync.place)
    }
  }

  function start({ sync, due, retry, signedIn, resume }: Turn, timeZone: string): true {
    const { id, state } = sync
    const now = context.now().getTime()
    const turn = seen.get(id)
    if (retry) retries.tried(id, now)
    if (signedIn) signIns.tried(id, now)
    if (resume !== undefined) {
      runs.resume(resume)
      return true
    }
    if (due !== undefined) {
      const missed = turn?.missed
      // An interval that is on time does not drift by the milliseconds that a start takes.
      const from = now - due > GRACE_MS || sync.schedule.kind === 'after' ? now : due
      const at = new Date(now).toISOString()
      settle(sync, from, timeZone, {
        missed: null,
        follows: null,
        note: missed ? { what: 'caught-up', at, missed } : null,
      })
    }
    try {
      hear(runs.make(id, 'schedule'))
      return true
    } catch (error) {
      const problem = toProblem(error)
      if (due === undefined) throw error
      if (problem.remedy === 'retry') {
        // Someone was quicker. It stays due.
        keep(id, state)
        if (turn) seen.set(id, turn)
      } else keep(id, { note: { what: 'not-started', at: new Date(now).toISOString(), problem } })
      throw error
    }
  }

  function latestOf(sync: string): Run | undefined {
    if (!latest.has(sync)) latest.set(sync, runs.latest(sync))
    return latest.get(sync)
  }

  function hear(run: Run): boolean {
    latest.delete(run.sync)
    return underWay.hear(run)
  }

  function mayPush(run: Run): boolean {
    if (asked.delete(run.id)) return true
    return !context.paused() && !context.syncs().find(({ id }) => id === run.sync)?.state.paused
  }

  attempt('reading the schedules', chain.catchUp)
  check()
  return {
    /** Looks at the clock and the schedules again: after a sync was saved, or schedules go on. */
    check(): void {
      latest.clear()
      check()
    },
    /** A connection may let Outflow in again: what waited for that goes on. */
    connectionsChanged(): void {
      checkSoon()
    },
    /** The computer is about to sleep: nothing starts until it woke. */
    asleep(): void {
      held = HELD_LOOKS
    },
    /** The computer woke: what was missed is dealt with now rather than within a minute. */
    woke(): void {
      held = 0
      quietUntil = context.now().getTime() + NETWORK_MS
      check()
    },
    /** Hears of every run that changed: a plan that the schedule asked for is pushed when no guard stops it. */
    runChanged(run: Run): void {
      if (stopped) return
      const over = hear(run)
      if (over) attempt('the schedules that follow', () => chain.ended(run))
      if (isUnpushed(run) && !run.stale) {
        attempt(`pushing “${run.syncName}”`, () => {
          if (mayPush(run)) runs.push(run.id, [])
        })
      }
      if (over && !underWay.has(run.id)) checkSoon()
    },
    /**
     * A person's answer to the question about missed times: runs once now, also while schedules are paused, or skips them.
     * Throws ProblemError `retry` while a run of this sync is under way.
     */
    answer(sync: string, run: boolean): void {
      const missed = context.syncs().find(({ id }) => id === sync)?.state.missed
      if (!missed) return
      if (run) {
        const made = runs.make(sync, 'schedule')
        asked.add(made.id)
        hear(made)
      }
      const at = context.now().toISOString()
      keep(sync, { missed: null, note: { what: run ? 'caught-up' : 'skipped', at, missed } })
    },
    stop(): void {
      stopped = true
      cancelTimer?.()
    },
  }
}

function together(before: MissedTimes | null, missed: MissedTimes): MissedTimes {
  return before ? { at: before.at, times: Math.min(100, before.times + missed.times) } : missed
}
