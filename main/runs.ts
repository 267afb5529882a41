import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Problem, ProblemError, toProblem } from '../connectors/problems.ts'
import type { Change, ChangeFilter, Events, GuardId, Run, RunStatus } from '../preload/api.ts'
import { openRunBook } from './run-book.ts'
import { type Definition, signatureOf, specOf } from './run-definition.ts'
import { type RunThread, startRunThread } from './run-thread.ts'
import { readChanges, readTally } from './store/changes.ts'
import type { RunStore, StoredRun } from './store/runs.ts'
import { deleteSyncFile } from './store/sync-file.ts'
import { type ConnectorUse, noCounts, type WorkerEnd } from './worker-messages.ts'

export type RunsContext = {
  dataFolder: string
  store: RunStore
  /** The sync with its audience as they are now. Throws a ProblemError when either is gone. */
  definitionOf: (sync: string) => Definition
  /** A connection's connector and values with the secrets filled in. Throws a ProblemError `reconnect`. */
  use: (connection: string) => Promise<ConnectorUse>
  emit: <E extends 'run.progress' | 'run.changed'>(event: E, payload: Events[E]) => void
  now: () => Date
  log: (line: string) => void
}

export type Runs = ReturnType<typeof createRuns>

const ended: Problem = {
  remedy: 'retry',
  message: 'Outflow was closed in the middle of this run. Resume to send the rest.',
}
const underWay: RunStatus[] = ['planning', 'applying']
const resumable: RunStatus[] = ['paused', 'waiting', 'interrupted']

/**
 * Everything that happens to runs: one at a time per sync, one writer per destination object. A run's own worker does the
 * work; this keeps its status, so that after a crash the next start knows what was going on.
 */
export function createRuns(context: RunsContext) {
  const { store, definitionOf, use, emit, now, log } = context
  const { update, close, shown, find, saveLate } = openRunBook(context)
  const threads = new Map<string, RunThread>()
  /** What is under way, by sync. */
  const busy = new Map<string, { run: StoredRun; over: Promise<void> }>()
  /** What to call the run when its worker stopped as asked. */
  const stopAs = new Map<string, 'paused' | 'canceled' | 'interrupted'>()
  mkdirSync(join(context.dataFolder, 'syncs'), { recursive: true })
  const fileOf = (sync: string) => join(context.dataFolder, 'syncs', `${sync}.db`)
  for (const run of store.open()) recover(run)

  /** Whatever was under way when the app ended is told as such. */
  function recover(run: StoredRun): void {
    if (run.status === 'planning') {
      close(run, 'failed', {
        remedy: 'retry',
        message: 'Outflow ended while this plan was made. Plan again; nothing was sent.',
      })
    } else if (run.status === 'applying') {
      update(run, {
        status: 'interrupted',
        counts: { ...run.counts, ...readTally(fileOf(run.sync), run.id) },
        problem: ended,
      })
    }
  }

  /** Starts a worker; its end decides the run's status. */
  async function start(run: StoredRun, command: 'plan' | 'apply', definition: Definition): Promise<void> {
    let end: WorkerEnd
    let last: Partial<StoredRun> = {}
    try {
      const thread = startRunThread(
        {
          command,
          run: run.id,
          syncFile: fileOf(run.sync),
          spec: specOf(definition),
          counts: run.counts,
          read: run.read,
          source: command === 'plan' ? await use(definition.audience.connection) : { connector: '', values: {} },
          destination: await use(definition.sync.destination),
        },
        {
          log,
          report: ({ counts, read, rowsPerSecond, waiting }) => {
            const status = command === 'plan' ? 'planning' : 'applying'
            emit('run.progress', { run: run.id, status, counts, read, rowsPerSecond, ...(waiting && { waiting }) })
          },
        },
      )
      threads.set(run.id, thread)
      if (stopAs.has(run.id)) thread.abort()
      const result = await thread.ended
      end = result.end
      // What half a plan counted would be taken for what is going to happen.
      const kept = command === 'apply' || end.status === 'done'
      if (result.counts) last = { counts: kept ? result.counts : noCounts(), read: result.read ?? run.read }
      else if (command === 'apply') last = { counts: { ...run.counts, ...readTally(fileOf(run.sync), run.id) } }
    } catch (error) {
      const problem = toProblem(error)
      end = { status: command === 'apply' ? 'waiting' : 'failed', problem }
    }
    threads.delete(run.id)
    settle({ ...run, ...last }, command, end)
  }

  function settle(run: StoredRun, command: 'plan' | 'apply', end: WorkerEnd): void {
    const asked = stopAs.get(run.id)
    stopAs.delete(run.id)
    if (end.status === 'stopped') {
      if (command === 'plan' || asked === 'canceled') close(run, 'canceled')
      else if (asked === 'interrupted') update(run, { status: 'interrupted', problem: ended })
      else update(run, { status: 'paused' })
    } else if (end.status !== 'done') {
      log(`run ${run.id} ${command} ${end.status}: ${end.problem.message} ${end.problem.detail ?? ''}`)
      if (end.status === 'failed') close(run, 'failed', end.problem)
      else update(run, { status: end.status, problem: end.problem })
    } else if (command === 'plan') {
      const status = end.guards.length > 0 ? 'blocked' : 'planned'
      update(run, { status, guards: end.guards, plannedAt: now().toISOString() })
    } else close(run, 'done')
  }

  /** Begins to apply; the answer comes at once. */
  function push(run: StoredRun, changed: Partial<StoredRun>): Run {
    const definition = definitionOf(run.sync)
    refuseSecondWriter(definition)
    const applying = update(run, { ...changed, status: 'applying', problem: undefined as never })
    track(applying, start(applying, 'apply', definition))
    return shown(applying)
  }

  function refuseStale(run: StoredRun): void {
    if (!shown(run).stale) return
    throw new ProblemError({
      remedy: 'edit-sync',
      message: 'The sync or its audience changed after this plan was made. Plan again before pushing.',
    })
  }

  function refuseSecondWriter({ sync }: Definition): void {
    for (const { run } of busy.values()) {
      if (run.status !== 'applying') continue
      const other = definitionOf(run.sync).sync
      if (other.id !== sync.id && other.destination === sync.destination && other.object === sync.object) {
        throw new ProblemError({
          remedy: 'retry',
          message: `“${other.name}” is being sent to the same place right now. Push again when it is done.`,
        })
      }
    }
  }

  /** Counts as busy from the moment that it is asked for until its end is written. */
  function track(run: StoredRun, work: Promise<void>): void {
    const over = work.finally(() => {
      // Whoever heard that a plan is ready may have pushed it already: then its sync is busy again.
      if (busy.get(run.sync)?.over === over) busy.delete(run.sync)
    })
    busy.set(run.sync, { run, over })
  }

  return {
    /** Starts a plan and answers at once. Throws `retry` while another run of this sync is under way. */
    make(sync: string, startedBy: Run['startedBy']): Run {
      const definition = definitionOf(sync)
      if (busy.has(sync)) {
        throw new ProblemError({
          remedy: 'retry',
          message: 'A run of this sync is under way. Wait for it or cancel it first.',
        })
      }
      store.forgetDiscarded(sync)
      saveLate()
      for (const older of store.open().filter((run) => run.sync === sync)) {
        close(older, resumable.includes(older.status) ? 'canceled' : 'discarded')
      }
      const run = update(
        {
          id: randomUUID(),
          sync,
          status: 'planning',
          startedBy,
          counts: noCounts(),
          read: 0,
          guards: [],
          startedAt: now().toISOString(),
          signature: signatureOf(definition),
        },
        {},
      )
      track(run, start(run, 'plan', definition))
      return shown(run)
    },

    /** Starts sending and answers at once. Throws `confirm` for guards that are not named, `edit-sync` for a stale plan. */
    push(id: string, confirm: GuardId[]): Run {
      const run = find(id)
      if (run.status !== 'planned' && run.status !== 'blocked') {
        throw new ProblemError({
          remedy: 'retry',
          message: 'This plan cannot be pushed any more. Plan again to see what would change now.',
        })
      }
      refuseStale(run)
      const unseen = run.guards.filter((guard) => !confirm.includes(guard.id))
      if (unseen.length > 0) {
        throw new ProblemError({ remedy: 'confirm', message: unseen.map((guard) => guard.message).join(' ') })
      }
      return push(run, run.guards.length > 0 ? { confirmedAt: now().toISOString() } : {})
    },

    get: (id: string): Run => shown(find(id)),
    list: (page: { sync?: string | undefined; before?: string | undefined; limit: number }): Run[] =>
      store.list(page).map(({ id }) => shown(find(id))),
    latest(sync: string): Run | undefined {
      const run = store.latest(sync)
      return run && shown(find(run.id))
    },

    changes(
      id: string,
      page: { filter: ChangeFilter; after?: number | undefined; limit: number },
    ): { changes: Change[]; next?: number } {
      const run = find(id)
      return readChanges(fileOf(run.sync), { run: id, ...page })
    },

    pause(id: string): Run {
      const run = find(id)
      if (run.status === 'applying') {
        stopAs.set(id, 'paused')
        threads.get(id)?.pause()
      }
      return shown(run)
    },

    /** Goes on where it stopped. Throws `edit-sync` when the plan was made for another sync than it is now. */
    resume(id: string): Run {
      const run = find(id)
      if (!resumable.includes(run.status) || busy.has(run.sync)) return shown(run)
      refuseStale(run)
      return push(run, {})
    },

    /** A plan stops at once; sending stops after what is in flight. */
    cancel(id: string): Run {
      const run = find(id)
      if (underWay.includes(run.status)) {
        stopAs.set(id, 'canceled')
        const thread = threads.get(id)
        if (run.status === 'planning') thread?.abort()
        else thread?.pause()
        return shown(run)
      }
      if (['planned', 'blocked'].includes(run.status)) return shown(close(run, 'discarded'))
      return resumable.includes(run.status) ? shown(close(run, 'canceled')) : shown(run)
    },

    /** Resolves when this run is no longer under way. */
    async settled(id: string): Promise<Run> {
      await [...busy.values()].find(({ run }) => run.id === id)?.over
      return shown(find(id))
    },

    /** Forgets what a sync has sent. Throws `retry` while one of its runs is under way. */
    forget(sync: string): void {
      if (busy.has(sync)) {
        throw new ProblemError({ remedy: 'retry', message: 'A run of this sync is under way. Cancel it first.' })
      }
      for (const run of store.open().filter((open) => open.sync === sync)) close(run, 'canceled')
      deleteSyncFile(fileOf(sync))
    },

    /** Stops every run at once; they can be resumed at the next start. */
    async close(): Promise<void> {
      for (const { run } of busy.values()) {
        stopAs.set(run.id, 'interrupted')
        threads.get(run.id)?.abort()
      }
      await Promise.all([...busy.values()].map(({ over }) => over))
    },
  }
}
