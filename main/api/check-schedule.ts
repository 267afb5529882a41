import { ProblemError, toProblem } from '../../connectors/problems.ts'
import type { Problem, Schedule, Sync } from '../../preload/api.ts'
import { explainCron } from '../scheduler/cron.ts'
import type { Core } from './core.ts'

type Place = Pick<Core, 'store' | 'timeZone'>

/** Throws a ProblemError `edit-sync` where a schedule would never start its sync, or start it for ever. */
export async function checkSchedule({ store, timeZone }: Place, id: string, schedule: Schedule): Promise<void> {
  if (schedule.kind === 'cron') await explainCron(schedule.expression, timeZone())
  if (schedule.kind === 'after') checkChain(store.syncs.list(), id, schedule.sync)
}

/** Why a saved schedule does not start its sync (any more). */
export function whyNever(syncs: readonly Sync[], { id, schedule }: Pick<Sync, 'id' | 'schedule'>): Problem | undefined {
  if (schedule.kind !== 'after') return undefined
  try {
    checkChain(syncs, id, schedule.sync)
    return undefined
  } catch (error) {
    return toProblem(error)
  }
}

/** Follows the chain up to a sync that does not run after another one. */
function checkChain(syncs: readonly Sync[], id: string, after: string): void {
  const names: string[] = []
  for (let next: string | undefined = after; next !== undefined; ) {
    const upstream = syncs.find((sync) => sync.id === next)
    if (!upstream) {
      if (names.length > 0) return
      throw new ProblemError({
        remedy: 'edit-sync',
        message: 'The sync that this one runs after was removed. Choose another one, or another schedule.',
      })
    }
    if (upstream.id === id || names.length > syncs.length) throw circle(names)
    names.push(upstream.name)
    next = upstream.schedule.kind === 'after' ? upstream.schedule.sync : undefined
  }
}

function circle(names: readonly string[]): ProblemError {
  if (names.length === 0) {
    return new ProblemError({ remedy: 'edit-sync', message: 'A sync cannot run after itself. Choose another one.' })
  }
  const others = names.map((name) => `“${name}”`).join(', which runs after ')
  return new ProblemError({
    remedy: 'edit-sync',
    message: `These syncs would run after each other for ever: this one runs after ${others}, which runs after this one. Choose another sync, or another schedule.`,
  })
}
