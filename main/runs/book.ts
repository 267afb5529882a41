import { ProblemError } from '../../connectors/problems.ts'
import type { Run, RunStatus } from '../../preload/api.ts'
import type { StoredRun } from '../store/runs.ts'
import type { RunsContext } from './context.ts'
import { signatureOf } from './definition.ts'

/** Something of its plan may still be sent. */
const unsent: RunStatus[] = ['planned', 'blocked', 'paused', 'waiting', 'interrupted']

export type RunBook = ReturnType<typeof openRunBook>

/** Keeps what is known of each run, and tells everyone when it changes. */
export function openRunBook({ store, definitionOf, nameOf, emit, now, log }: RunsContext) {
  const unsaved = new Map<string, StoredRun>()

  /**
   * A full disk may refuse to write how a run ended. It is then known until the app is closed; the next start finds the run
   * as one that was interrupted, which loses nothing.
   */
  function keep(run: StoredRun): void {
    try {
      store.save(run)
      unsaved.delete(run.id)
    } catch (error) {
      unsaved.set(run.id, run)
      log(`run ${run.id} ${run.status} could not be written: ${error}`)
    }
  }

  /** As the screens see it: with the sync's name, and whether its plan still fits. */
  function shown({ signature, ...run }: StoredRun): Run {
    try {
      // Lists show many runs that are over: what a plan depends on may be large, and is looked at only for the others.
      const stale = unsent.includes(run.status) && signatureOf(definitionOf(run.sync)) !== signature
      return { ...run, syncName: nameOf(run.sync), stale }
    } catch {
      return { ...run, syncName: 'Removed sync', stale: true }
    }
  }

  /** Changes a run and tells it. A problem that is named and undefined is over, and so is the sign-in that it asked for. */
  function update(run: StoredRun, changed: Partial<StoredRun>): StoredRun {
    const next = { ...run, ...changed }
    if ('problem' in changed && changed.problem === undefined) {
      delete next.problem
      delete next.needsSignIn
    }
    keep(next)
    emit('run.changed', shown(next))
    return next
  }

  return {
    shown,
    update,
    /** The run is over. */
    close: (run: StoredRun, status: RunStatus, problem?: StoredRun['problem']): StoredRun =>
      update(run, { status, finishedAt: now().toISOString(), ...(problem && { problem }) }),
    /** Throws a ProblemError when there is none with this id. */
    find(id: string): StoredRun {
      const run = unsaved.get(id) ?? store.get(id)
      if (run) return run
      throw new ProblemError({
        remedy: 'retry',
        message: 'This run is no longer there. Its sync may have been removed.',
      })
    },
    /** Tries again what the disk did not take. */
    saveLate(): void {
      for (const run of unsaved.values()) keep(run)
    },
  }
}
