import type { EventHub } from '../events.ts'
import { isRehearsing } from '../runs/rehearsal.ts'
import type { Runs } from '../runs/runs.ts'
import type { Store } from '../store/store.ts'
import { type Scheduler, startScheduler } from './scheduler.ts'
import type { ScheduledSync, SchedulerContext } from './types.ts'

type Scheduling = Pick<SchedulerContext, 'now' | 'timeZone' | 'setTimer' | 'log'> & {
  store: Store
  runs: Runs
  events: EventHub
}

/** The scheduler on the store, the runs and the clock of this computer. */
export function startScheduling({ store, runs, events, ...clock }: Scheduling): Scheduler {
  const scheduler = startScheduler({
    syncs: () => scheduledSyncs(store),
    paused: () => store.settings.automation().pausedAt !== null,
    letsIn: (connection) => store.connections.find(connection)?.status !== 'needs-sign-in',
    keep(sync, changed) {
      store.schedules.change(sync, changed)
      events.emit('data.changed', { noun: 'schedules' })
    },
    runs,
    ...clock,
  })
  events.on(({ event, payload }) => {
    if (event === 'run.changed') scheduler.runChanged(payload)
    if (event === 'data.changed' && payload.noun === 'connections') scheduler.connectionsChanged()
  })
  return scheduler
}

function scheduledSyncs(store: Store): ScheduledSync[] {
  const states = store.schedules.all()
  const rehearsing = new Set(store.connections.list().flatMap(({ id, values }) => (isRehearsing(values) ? [id] : [])))
  return store.syncs.list().flatMap(({ id, name, schedule, destination, object }) => {
    const state = states.get(id)
    const place = JSON.stringify([destination, object])
    return state ? [{ id, name, schedule, state, place, rehearsal: rehearsing.has(destination) }] : []
  })
}

/** Looking for the zone drops what the runtime knows of dates, so it is done this often at most. In milliseconds. */
const ZONE_HOLDS_MS = 10_000
let known: { timeZone: string; at: number } | undefined

/**
 * The computer's time zone (an IANA name) as it is now, give or take some seconds. Node keeps the zone that it started with
 * until the variable TZ is touched; a laptop travels.
 */
export function computersTimeZone(): string {
  const at = performance.now()
  if (known && at - known.at < ZONE_HOLDS_MS) return known.timeZone
  if (process.env.TZ === undefined) delete process.env.TZ
  known = { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, at }
  return known.timeZone
}
