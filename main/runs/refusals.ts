import { ProblemError } from '../../connectors/problems.ts'
import type { GuardId, Run, RunStatus } from '../../preload/api.ts'
import type { StoredRun } from '../store/runs.ts'
import type { Definition } from './definition.ts'
import type { ConnectorUse } from './worker-messages.ts'

const over: RunStatus[] = ['done', 'failed', 'canceled', 'paused', 'waiting', 'interrupted']

/** Throws `retry` for a run that cannot be taken back (any more). */
export function refuseUndo({ kind, undo, undoneBy, counts, status }: StoredRun): void {
  const refuse = (message: string) => {
    throw new ProblemError({ remedy: 'retry', message })
  }
  if (kind === 'undo') refuse('This run took another one back. Run the sync again to send what it says now.')
  if (undoneBy) refuse('This run has been taken back already.')
  if (!over.includes(status) || counts.accepted === 0)
    refuse('Nothing was sent in this run, so there is nothing to take back.')
  if (undo && !undo.possible) refuse(undo.note)
}

/** Throws `retry` for a run that is not a plan to be pushed, `edit-sync` for a plan that no longer fits. */
export function refuseUnpushable(run: Run): void {
  if (run.status !== 'planned' && run.status !== 'blocked') {
    throw new ProblemError({
      remedy: 'retry',
      message: 'This plan cannot be pushed any more. Plan again to see what would change now.',
    })
  }
  refuseStale(run)
}

/** Throws `edit-sync` for a plan that was made for another sync or audience than they are now. */
export function refuseStale({ stale }: Run): void {
  if (!stale) return
  throw new ProblemError({
    remedy: 'edit-sync',
    message: 'The sync or its audience changed after this plan was made. Plan again before pushing.',
  })
}

/** Throws `confirm` with the sentences of all guards that are not named. */
export function refuseUnconfirmed({ guards }: Pick<Run, 'guards'>, confirm: readonly GuardId[]): void {
  const unseen = guards.filter((guard) => !confirm.includes(guard.id))
  if (unseen.length === 0) return
  throw new ProblemError({ remedy: 'confirm', message: unseen.map((guard) => guard.message).join(' ') })
}

/** Whoever switched the rehearsal meanwhile does not turn a rehearsed plan into a real push. Throws `edit-sync`. */
export function refuseOtherWorld({ rehearsal }: StoredRun, destination: ConnectorUse): void {
  if ((destination.rehearsal !== undefined) === (rehearsal === true)) return
  throw new ProblemError({
    remedy: 'edit-sync',
    message: 'The destination was switched between rehearsal and real after this plan was made. Plan again.',
  })
}

/**
 * Throws `retry` when another of these syncs, which are sending, writes the same object at the same place. `placeOf` is the
 * same for connections that lead there.
 */
export function refuseSecondWriter(
  { sync }: Definition,
  sending: readonly Definition[],
  placeOf: (connection: string) => string,
): void {
  const place = placeOf(sync.destination)
  const other = sending.find(
    (one) => one.sync.id !== sync.id && one.sync.object === sync.object && placeOf(one.sync.destination) === place,
  )
  if (!other) return
  throw new ProblemError({
    remedy: 'retry',
    message: `“${other.sync.name}” is being sent to the same place right now. Push again when it is done.`,
  })
}
