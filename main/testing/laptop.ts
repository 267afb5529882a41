/** A laptop for tests of schedules: its clock stands still until it is told, and its runs do what the test says. */
import { ProblemError } from '../../connectors/problems.ts'
import type { Run, RunStatus, Schedule } from '../../preload/api.ts'
import { noCounts } from '../runs/worker-messages.ts'
import { type Scheduler, startScheduler } from '../scheduler/scheduler.ts'
import type { ScheduledSync } from '../scheduler/types.ts'
import { wallClock } from '../scheduler/wall-clock.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

type Timer = { at: number; callback: () => void }

/** A sync as it is right after it was saved. */
export function newSync(id: string, schedule: Schedule, from: string, zone = 'UTC'): ScheduledSync {
  const state = { from, zone, paused: false, missed: null, note: null, heard: null, follows: null }
  return { id, name: id, schedule, state, place: id, rehearsal: false }
}

export type Laptop = ReturnType<typeof createLaptop>

/** Starts at an instant in a zone, with its lid open and the app closed. */
export function createLaptop(from: string, zone = 'UTC') {
  let clock = Date.parse(from)
  /** How long it has been awake; timers stand still while it sleeps. */
  let awake = 0
  let timers: Timer[] = []
  let scheduler: Scheduler | undefined
  const newest = new Map<string, Run>()
  const done: string[] = []
  const log: string[] = []
  let made = 0

  const laptop = {
    syncs: [] as ScheduledSync[],
    paused: false,
    /** Connections that do not let Outflow in. */
    lockedOut: new Set<string>(),
    zone,
    /** What was asked of the runs, each with the time on the wall: "make a 09:00". */
    done,
    log,
    /** What `make` throws from now on. */
    refuses: undefined as ProblemError | undefined,
    /** Hears of each request, before it is noted; a test that plays the runs' part hooks in here. */
    onMake: (_run: Run): void => undefined,
    onPush: (_run: Run): void => undefined,
    /** Hears of what a schedule writes down, before it is there. */
    onKeep: (_sync: ScheduledSync, _changed: Partial<ScheduledSync['state']>): void => undefined,
    now: () => clock,
    wall: () => new Date(wallClock(clock, laptop.zone)).toISOString().slice(11, 16),
    scheduler: () => {
      if (!scheduler) throw new Error('the app is closed')
      return scheduler
    },

    open(): Scheduler {
      scheduler = startScheduler({
        syncs: () => laptop.syncs,
        paused: () => laptop.paused,
        letsIn: (connection) => !laptop.lockedOut.has(connection),
        keep(id, changed) {
          const sync = laptop.syncs.find((sync) => sync.id === id)
          if (!sync) return
          laptop.onKeep(sync, changed)
          sync.state = { ...sync.state, ...changed }
        },
        runs: { latest: (sync) => newest.get(sync), make: laptop.make, push, resume },
        now: () => new Date(clock),
        timeZone: () => laptop.zone,
        setTimer: laptop.setTimer,
        log: (line) => void log.push(line),
      })
      return scheduler
    },
    /** The app ends; what is under way is cut short, as the next start will find it. */
    close(): void {
      scheduler?.stop()
      scheduler = undefined
      timers = []
      for (const [sync, run] of newest) {
        if (run.status === 'applying') newest.set(sync, { ...run, status: 'interrupted' })
        if (run.status === 'planning') {
          newest.set(sync, { ...run, status: 'failed', problem: { remedy: 'retry', message: 'Ended.' } })
        }
      }
    },

    setTimer(callback: () => void, afterMs: number): () => void {
      const timer = { callback, at: awake + Math.max(0, Math.ceil(afterMs)) }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    /** Time passes and timers fire when they are due. */
    pass(ms: number): void {
      const until = awake + ms
      for (;;) {
        const next = timers.reduce<Timer | undefined>(
          (first, timer) => (first && first.at <= timer.at ? first : timer),
          undefined,
        )
        if (!next || next.at > until) break
        timers = timers.filter((timer) => timer !== next)
        clock += Math.max(0, next.at - awake)
        awake = Math.max(awake, next.at)
        next.callback()
      }
      clock += until - awake
      awake = until
    },
    /** Time passes while it sleeps: no timer fires. */
    sleep(ms: number): void {
      clock += ms
    },
    /** Someone sets the clock. */
    setClock(byMs: number): void {
      clock += byMs
    },
    hasTimer: () => timers.length > 0,

    /** A person connects again. */
    signIn(connection: string): void {
      laptop.lockedOut.delete(connection)
      scheduler?.connectionsChanged()
    },

    latest: (sync: string) => newest.get(sync),
    /** The newest run of a sync is this, and everyone hears of it. */
    tell(sync: string, status: RunStatus, more: Partial<Run> = {}): Run {
      const run = { ...(newest.get(sync) ?? runOf(sync, 'person')), status, ...more }
      newest.set(sync, run)
      scheduler?.runChanged(run)
      return run
    },
    /** A new run that a person or the terminal started. */
    starts(sync: string, status: RunStatus, startedBy: Run['startedBy'], more: Partial<Run> = {}): Run {
      newest.set(sync, runOf(sync, startedBy))
      return laptop.tell(sync, status, more)
    },
    make(sync: string, startedBy: Run['startedBy']): Run {
      if (laptop.refuses) throw laptop.refuses
      const before = newest.get(sync)
      if (before && ['planning', 'comparing', 'applying'].includes(before.status)) {
        done.push(`overlap ${sync}`)
        throw new ProblemError({ remedy: 'retry', message: 'A run of this sync is under way.' })
      }
      done.push(`make ${sync} ${laptop.wall()}`)
      const run = laptop.starts(sync, 'planning', startedBy)
      laptop.onMake(run)
      return run
    },
  }

  function push(id: string): Run {
    const run = find(id)
    done.push(`push ${run.sync} ${laptop.wall()}`)
    laptop.onPush(laptop.tell(run.sync, 'applying'))
    return run
  }

  function resume(id: string): Run {
    const run = find(id)
    done.push(`resume ${run.sync} ${laptop.wall()}`)
    laptop.onPush(laptop.tell(run.sync, 'applying'))
    return run
  }

  function find(id: string): Run {
    const run = [...newest.values()].find((run) => run.id === id)
    if (!run) throw new Error(`no run ${id}`)
    return run
  }

  function runOf(sync: string, startedBy: Run['startedBy']): Run {
    made += 1
    const startedAt = new Date(clock).toISOString()
    const about = { id: `run-${made}`, sync, syncName: sync, kind: 'sync', startedBy, startedAt } as const
    return { ...about, status: 'planning', counts: noCounts(), read: 0, guards: [], stale: false }
  }

  return laptop
}

/** A Monday, 08:00, in UTC if not said otherwise, with one sync `a` that is saved just now. */
export function laptopWith(schedule: Schedule, zone = 'UTC', from = '2026-03-02T08:00:00.000Z') {
  const laptop = createLaptop(from, zone)
  laptop.syncs.push(newSync('a', schedule, from, zone))
  return laptop
}

/** Passes time and lets every run be done at once. */
export function passDoing(laptop: Laptop, ms: number): void {
  laptop.onMake = (run) => void laptop.setTimer(() => laptop.tell(run.sync, 'done'), 0)
  laptop.pass(ms)
}
