import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ProblemError } from '../../connectors/problems.ts'
import type { GuardId, Run, RunStatus } from '../../preload/api.ts'
import { readTally } from '../store/changes.ts'
import type { StoredRun } from '../store/runs.ts'
import { deleteSyncFile } from '../store/sync-file.ts'
import { openRunBook } from './book.ts'
import { type RunsContext, syncFileOf } from './context.ts'
import { type Definition, signatureOf } from './definition.ts'
import { createHistory } from './history.ts'
import { refuseSecondWriter, refuseStale, refuseUnconfirmed, refuseUndo, refuseUnpushable } from './refusals.ts'
import { createWork, cutShort, readyStatus } from './work.ts'
import { noCounts } from './worker-messages.ts'

export type Runs = ReturnType<typeof createRuns>

const underWay: RunStatus[] = ['planning', 'comparing', 'applying']
const resumable: RunStatus[] = ['paused', 'waiting', 'interrupted']

/** Single records of it were sent. */
const hasSent = ({ counts }: Pick<Run, 'counts'>) => counts.accepted + counts.refused + counts.unknown > 0

/**
 * Everything that happens to runs: one at a time per sync, one writer per destination object. A run's own worker does the
 * work; this keeps its status, so that after a crash the next start knows what was going on.
 */
export function createRuns(context: RunsContext) {
  const { store, definitionOf, now } = context
  const book = openRunBook(context)
  const { update, close, shown, find, saveLate } = book
  const work = createWork(context, book)
  const history = createHistory(context, book)
  mkdirSync(join(context.dataFolder, 'syncs'), { recursive: true })

  /** What was sent of a run so far, as its file says. */
  const sentOf = (run: StoredRun) => ({ ...run.counts, ...readTally(syncFileOf(context, run), run.id) })

  /** Whatever was under way when the app ended is told as such. */
  function recover(run: StoredRun): void {
    if (run.status === 'planning') {
      close(run, 'failed', {
        remedy: 'retry',
        message: 'Outflow ended while this plan was made. Plan again; nothing was sent.',
      })
    } else if (run.status === 'comparing') update(run, { status: readyStatus(run) })
    else if (run.status === 'applying') update(run, { status: 'interrupted', counts: sentOf(run), problem: cutShort })
  }

  /** A plan that can still be pushed. Throws when it cannot, or no longer fits. */
  function pushable(id: string): StoredRun {
    const run = find(id)
    refuseUnpushable(shown(run))
    return run
  }

  /** The guards that are not named block; the others are noted as confirmed. */
  function confirmed(run: StoredRun, confirm: GuardId[]): Partial<StoredRun> {
    refuseUnconfirmed(run, confirm)
    if (run.guards.length === 0) return {}
    const guards = [...new Set(run.guards.map(({ id }) => id))]
    return { confirmed: { guards, by: context.who(), at: now().toISOString() } }
  }

  /** Begins to apply; the answer comes at once. */
  function push(run: StoredRun, changed: Partial<StoredRun>, only?: number): Run {
    const definition = definitionOf(run.sync)
    refuseSecondWriter(definition, sendingNow(), work.placeOf)
    // While a single record is sent the plan stays what it is: a plan to be looked at.
    const status = only === undefined ? 'applying' : run.status
    const applying = update(run, { ...changed, status, problem: undefined as never })
    work.start({ ...applying, status: 'applying' }, { command: 'apply', definition, only })
    return shown(applying)
  }

  const sendingNow = (): Definition[] => work.sending().map(({ sync }) => definitionOf(sync))

  /** What was on its way when a run was cut short is unknown once the next plan has looked. */
  function recount(runs: readonly StoredRun[]): void {
    for (const run of runs) {
      const counts = sentOf(run)
      if (JSON.stringify(counts) !== JSON.stringify(run.counts)) update(run, { counts })
    }
  }

  /** Starts a plan of this sync; an earlier one that was not pushed is discarded. */
  function begin(sync: string, startedBy: Run['startedBy'], undoes?: string): Run {
    const definition = definitionOf(sync)
    work.refuseWhileBusy(sync)
    store.forgetDiscarded(sync)
    saveLate()
    for (const older of store.open().filter((run) => run.sync === sync)) {
      close(older, resumable.includes(older.status) || hasSent(older) ? 'canceled' : 'discarded')
    }
    const canceled = store.list({ sync, limit: 20 }).filter(({ status }) => status === 'canceled')
    const run = update(
      {
        id: randomUUID(),
        sync,
        status: 'planning',
        startedBy,
        kind: undoes === undefined ? 'sync' : 'undo',
        ...(definition.rehearsal && { rehearsal: true as const }),
        ...(undoes !== undefined && { undoes }),
        counts: noCounts(),
        read: 0,
        guards: [],
        startedAt: now().toISOString(),
        signature: signatureOf(definition),
      },
      {},
    )
    const command = undoes === undefined ? 'plan' : 'undo'
    work.start(run, { command, definition, afterwards: () => recount(canceled) })
    return shown(run)
  }

  for (const run of store.open()) recover(run)

  return {
    ...history,

    /** Starts a plan and answers at once. Throws `retry` while another run of this sync is under way. */
    make: (sync: string, startedBy: Run['startedBy']): Run => begin(sync, startedBy),

    /** Plans how to take a run back. Throws `retry` where that is not possible (any more). */
    undo(id: string, startedBy: Run['startedBy']): Run {
      const run = find(id)
      refuseUndo(run)
      return begin(run.sync, startedBy, id)
    },

    /** Starts sending and answers at once. Throws `confirm` for guards that are not named, `edit-sync` for a stale plan. */
    push(id: string, confirm: GuardId[]): Run {
      const run = pushable(id)
      return push(run, confirmed(run, confirm))
    },

    /** Sends one change of a plan; resolves when it was answered. Throws as `push` does. */
    async sendOne(id: string, change: number, confirm: GuardId[]): Promise<void> {
      const run = pushable(id)
      push(run, confirmed(run, confirm), change)
      await work.over(id)
    },

    /** Starts to compare a plan with what the destination holds. Throws `retry` where that is not possible. */
    compare(id: string): Run {
      const run = pushable(id)
      if (run.cannotCompare) throw new ProblemError({ remedy: 'retry', message: run.cannotCompare })
      const definition = definitionOf(run.sync)
      const comparing = update(run, { status: 'comparing', problem: undefined as never })
      work.start(comparing, { command: 'compare', definition })
      return shown(comparing)
    },

    /** The sync with its audience as they are now. Throws a ProblemError when either is gone. */
    definition: definitionOf,

    pause(id: string): Run {
      const run = find(id)
      if (run.status === 'applying') work.pause(id, 'paused')
      return shown(run)
    },

    /** Pauses everything that is being sent. False when nothing is, or it is pausing already. */
    pauseAll(): boolean {
      const sending = work.sending().filter(({ id }) => !work.isStopping(id))
      for (const { id } of sending) work.pause(id, 'paused')
      return sending.length > 0
    },

    /** Goes on where it stopped. Throws `edit-sync` when the plan was made for another sync than it is now. */
    resume(id: string): Run {
      const run = find(id)
      if (!resumable.includes(run.status) || work.isBusy(run.sync)) return shown(run)
      refuseStale(shown(run))
      return push(run, {})
    },

    /** A plan stops at once; sending stops after what is in flight. */
    cancel(id: string): Run {
      const run = find(id)
      if (underWay.includes(run.status)) {
        if (run.status === 'applying') work.pause(id, 'canceled')
        else work.abort(id, 'canceled')
        return shown(run)
      }
      if (['planned', 'blocked'].includes(run.status)) return shown(close(run, hasSent(run) ? 'canceled' : 'discarded'))
      return resumable.includes(run.status) ? shown(close(run, 'canceled')) : shown(run)
    },

    /** Calls back with true when anything begins that a run does, and with false when the last of it is over. */
    followBusy: work.followBusy,

    /** Syncs for which anything is being done. */
    busySyncs: work.busySyncs,

    /** Resolves when this run is no longer under way. */
    async settled(id: string): Promise<Run> {
      await work.over(id)
      return shown(find(id))
    },

    /** Resolves when nothing of a sync's files is open any more in a run that has ended. */
    filesClosed: work.filesClosed,

    /** Has a thread ready for a run that is likely to come. */
    warm: work.warm,

    /** Forgets what a sync has sent. Throws `retry` while one of its runs is under way. */
    async forget(sync: string): Promise<void> {
      work.refuseWhileBusy(sync)
      await work.filesClosed(sync)
      work.refuseWhileBusy(sync)
      for (const run of store.open().filter((open) => open.sync === sync)) close(run, 'canceled')
      deleteSyncFile(syncFileOf(context, { sync }))
      deleteSyncFile(syncFileOf(context, { sync, rehearsal: true }))
    },

    /** Stops every run at once; they can be resumed at the next start. */
    async close(): Promise<void> {
      await work.close()
      await history.close()
    },
  }
}
