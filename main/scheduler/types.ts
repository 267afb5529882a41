import type { GuardId, Run, Schedule } from '../../preload/api.ts'
import type { ScheduleState } from '../store/schedules.ts'

/** A sync as the scheduler knows it. */
export type ScheduledSync = {
  id: string
  name: string
  schedule: Schedule
  state: ScheduleState
  /** Where it writes: two with the same wait for each other. */
  place: string
  /** Nothing of it is real; it may follow a sync that rehearses. */
  rehearsal: boolean
}

export type SchedulerContext = {
  syncs: () => ScheduledSync[]
  /** Whether a person has paused all schedules. */
  paused: () => boolean
  /** Whether a connection lets Outflow in, as far as is known. */
  letsIn: (connection: string) => boolean
  /** Writes what a schedule did, before a run starts: a crash never makes it run twice. */
  keep: (sync: string, changed: Partial<ScheduleState>) => void
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
