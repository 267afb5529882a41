import { toProblem } from '../../connectors/problems.ts'
import type { Problem, Sync, SyncSummary } from '../../preload/api.ts'
import { isRehearsing } from '../runs/rehearsal.ts'
import { reckon } from '../scheduler/due.ts'
import type { ScheduleState } from '../store/schedules.ts'
import { whyNever } from './check-schedule.ts'
import type { Core } from './core.ts'

/** Every sync with what a list shows beside it, by name. Throws a ProblemError when an audience or destination is gone. */
export function syncSummaries(core: Core): SyncSummary[] {
  const syncs = core.store.syncs.list()
  return syncs.map((sync) => summaryOf(core, sync, syncs))
}

/** One sync with what a list shows beside it. Throws a ProblemError when it, its audience or destination is gone. */
export function syncSummary(core: Core, id: string): SyncSummary {
  return summaryOf(core, core.store.syncs.get(id), core.store.syncs.list())
}

function summaryOf(core: Core, sync: Sync, syncs: readonly Sync[]): SyncSummary {
  const { store, runs } = core
  const lastRun = runs.latest(sync.id)
  const destination = store.connections.get(sync.destination)
  return {
    ...sync,
    audienceName: store.audiences.get(sync.audience).name,
    destinationName: destination.name,
    objectLabel: store.syncs.objectLabel(sync.id) ?? sync.object,
    ...(isRehearsing(destination.values) && { rehearsal: true as const }),
    ...(lastRun && { lastRun }),
    ...(sync.schedule.kind !== 'manual' && ofSchedule(core, sync, syncs)),
  }
}

function ofSchedule(core: Core, sync: Sync, syncs: readonly Sync[]): Partial<SyncSummary> {
  const { missed, note, paused, ...state } = core.store.schedules.get(sync.id)
  const next = nextOf(core, sync, state)
  const pausedAll = core.store.settings.automation().pausedAt !== null
  const problem = whyNever(syncs, sync) ?? next.problem
  return {
    ...(next.at !== undefined && !paused && !pausedAll && { nextRunAt: next.at }),
    ...(paused && { paused }),
    ...(missed && { missed }),
    ...(note && { scheduleNote: note }),
    ...(problem && { scheduleProblem: problem }),
  }
}

type Next = { at?: string; problem?: Problem }

function nextOf(core: Core, { schedule }: Sync, state: Pick<ScheduleState, 'from' | 'zone' | 'follows'>): Next {
  if (state.follows !== null) return { at: core.now().toISOString() }
  try {
    const { due } = reckon(schedule, state, core.timeZone())
    return due === null ? {} : { at: new Date(due).toISOString() }
  } catch (error) {
    return { problem: toProblem(error) }
  }
}
