import { toProblem } from '../../connectors/problems.ts'
import type { GuardId, Instant, Run, Schedule } from '../../preload/api.ts'
import { nextRun } from './next-run.ts'

export type ScheduledSync = { id: string; name: string; schedule: Schedule; scheduledFrom: Instant }

export type SchedulerContext = {
  syncs: () => ScheduledSync[]
  /** Keeps when a schedule fired. Called before the run starts, so that a crash never makes it run twice. */
  fired: (sync: string, at: Instant) => void
  runs: {
    latest(sync: string): Run | undefined
    make(sync: string, startedBy: 'schedule'): Run
    push(run: string, confirm: GuardId[]): Run
    resume(run: string): Run
  }
  now: () => Date
  timeZone: () => string
  /** Calls back once, after this many milliseconds; answers a function that calls it off. */
  setTimer: (callback: () => void, afterMs: number) => () => void
  log: (line: string) => void
}

export type Scheduler = {
  /** Looks at the clock and the schedules again: after a sync was saved, and after the computer woke. */
  check(): void
  /** Hears of every run that changed: a plan that the schedule asked for is pushed when no guard stops it. */
  runChanged(run: Run): void
  stop(): void
}

const MINUTE_MS = 60_000
/** Longest sleep of the timer. Timers stand still while a computer sleeps and know nothing of a clock that was set. */
const LONGEST_WAIT_MS = MINUTE_MS
/** How long a plan is good for: after it, one that a person looks at may be replaced, and one that was not pushed is made anew. */
const REVIEW_MS = 30 * MINUTE_MS
/** Between two tries to go on with a scheduled run that was cut short: 1, 2, 4 … up to this. */
const LONGEST_RETRY_MS = 60 * MINUTE_MS

/**
 * Starts syncs when they are due, with one timer. What was missed while the app was closed or the computer slept is caught up
 * once, not once per time missed. A sync that is under way is never started a second time: it stays due until it is free.
 * A scheduled run that ended for want of a network or because the app was closed is tried again by itself.
 */
export function startScheduler(context: SchedulerContext): Scheduler {
  const { runs, now, log } = context
  /** By sync: when to go on with its unfinished run, and how often that was tried in vain. */
  const retries = new Map<string, { at: number; tries: number }>()
  let cancelTimer: (() => void) | undefined
  let stopped = false

  function check(): void {
    if (stopped) return
    cancelTimer?.()
    const syncs = attempt('reading the schedules', context.syncs) ?? []
    const waits = syncs.map((sync) => attempt(`the schedule of “${sync.name}”`, () => look(sync)))
    cancelTimer = context.setTimer(check, Math.min(LONGEST_WAIT_MS, ...waits.map((wait) => wait ?? LONGEST_WAIT_MS)))
  }

  /** Starts what is due of one sync; answers in how many milliseconds to look again. */
  function look(sync: ScheduledSync): number {
    const due = nextRun(sync.schedule, new Date(sync.scheduledFrom), context.timeZone())
    if (!due) return LONGEST_WAIT_MS
    const latest = runs.latest(sync.id)
    if (latest && isUnpushed(latest) && due.getTime() > now().getTime()) {
      // Another sync was writing to the same place, or the app ended right after planning.
      if (isFresh(latest, now())) runs.push(latest.id, [])
      else start(sync)
      return LONGEST_WAIT_MS
    }
    const cutShort = latest !== undefined && wasCutShort(latest)
    if (!cutShort) retries.delete(sync.id)
    const interrupted = cutShort && latest.status === 'interrupted'
    const at = cutShort
      ? Math.min(retryOf(sync.id).at, interrupted ? Number.POSITIVE_INFINITY : due.getTime())
      : due.getTime()
    const left = at - now().getTime()
    if (left > 0) return left
    if (cutShort) noteRetry(sync.id)
    if (interrupted && !latest.stale) runs.resume(latest.id)
    else if (interrupted || !latest || !isBusy(latest, now())) start(sync)
    return LONGEST_WAIT_MS
  }

  function start(sync: ScheduledSync): void {
    context.fired(sync.id, now().toISOString())
    runs.make(sync.id, 'schedule')
  }

  function retryOf(sync: string): { at: number; tries: number } {
    const retry = retries.get(sync) ?? { at: now().getTime() + MINUTE_MS, tries: 0 }
    retries.set(sync, retry)
    return retry
  }

  function noteRetry(sync: string): void {
    const tries = retryOf(sync).tries + 1
    retries.set(sync, { tries, at: now().getTime() + Math.min(LONGEST_RETRY_MS, MINUTE_MS * 2 ** tries) })
  }

  function attempt<T>(what: string, work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      const { message, detail } = toProblem(error)
      log(`${what}: ${message} ${detail ?? ''}`)
      return undefined
    }
  }

  check()
  return {
    check,
    runChanged(run) {
      if (stopped || run.startedBy !== 'schedule' || run.status !== 'planned' || run.stale) return
      attempt(`pushing “${run.syncName}”`, () => runs.push(run.id, []))
    },
    stop() {
      stopped = true
      cancelTimer?.()
    },
  }
}

function isUnpushed(run: Run): boolean {
  return run.startedBy === 'schedule' && run.status === 'planned'
}

function isFresh(run: Run, now: Date): boolean {
  return !run.stale && now.getTime() - Date.parse(run.plannedAt ?? run.startedAt) < REVIEW_MS
}

/** A scheduled run goes on by itself where nobody has to do anything about it; a person's run waits for the person. */
function wasCutShort(run: Run): boolean {
  if (run.startedBy !== 'schedule') return false
  return run.status === 'interrupted' || (run.status === 'failed' && run.problem?.remedy === 'retry')
}

/** Whether starting a sync now would disturb a run under way, or a person who is looking at a plan. */
function isBusy(run: Run, now: Date): boolean {
  switch (run.status) {
    case 'planning':
    case 'comparing':
    case 'applying':
    case 'paused':
    case 'waiting':
    case 'interrupted':
      return true
    case 'planned':
    case 'blocked':
      return run.startedBy !== 'schedule' && isFresh(run, now)
    case 'done':
    case 'failed':
    case 'canceled':
    case 'discarded':
      return false
  }
}
