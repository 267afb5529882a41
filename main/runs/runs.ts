import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Problem, ProblemError, toProblem } from '../../connectors/problems.ts'
import type { Access, Query } from '../../connectors/types.ts'
import type { Change, Events, GuardId, KeptExchange, Mention, Run, RunStatus } from '../../preload/api.ts'
import { openReader } from '../reader/thread.ts'
import { type ChangesPage, readChange, readTally } from '../store/changes.ts'
import { exchangesFile, readExchanges } from '../store/exchanges.ts'
import type { RunStore, StoredRun } from '../store/runs.ts'
import type { Search } from '../store/search.ts'
import { deleteSyncFile } from '../store/sync-file.ts'
import { openRunBook } from './book.ts'
import { type Definition, signatureOf, specOf } from './definition.ts'
import { createPaces } from './paces.ts'
import { createRunThreads, type RunThread } from './thread.ts'
import { type ConnectorUse, noCounts, type WorkerEnd } from './worker-messages.ts'

export type RunsContext = {
  dataFolder: string
  store: RunStore
  /** The sync with its audience as they are now. Throws a ProblemError when either is gone. */
  definitionOf: (sync: string) => Definition
  /** An audience's query as it can be run now. Throws a ProblemError when what it looks into is gone. */
  rowsOf?: (audience: Definition['audience']) => Promise<Query>
  /** A connection's connector and values with the secrets filled in. Throws a ProblemError `reconnect`. */
  use: (connection: string) => Promise<ConnectorUse>
  /** What a signed-in connection may use now; see `Context.access`. */
  access?: (connection: string, refused: Access | undefined) => Promise<Access>
  /** Who holds the quota of a destination: all with the same answer share one pace. */
  quotaHolder: (use: ConnectorUse) => Promise<string>
  /** Megabytes of raw requests kept per sync. */
  exchangesMb: () => number
  /** Runs that ended before this moment are forgotten; null keeps them all. */
  oldestRun: () => Date | null
  /** Who is at this computer: "anna on laptop-7". */
  who: () => string
  emit: <E extends 'run.progress' | 'run.changed'>(event: E, payload: Events[E]) => void
  now: () => Date
  log: (line: string) => void
}

export type Runs = ReturnType<typeof createRuns>

const ended: Problem = {
  remedy: 'retry',
  message: 'Outflow was closed in the middle of this run. Resume to send the rest.',
}
const underWay: RunStatus[] = ['planning', 'comparing', 'applying']
const resumable: RunStatus[] = ['paused', 'waiting', 'interrupted']

type Command = 'plan' | 'undo' | 'compare' | 'apply'
const statusDuring = { plan: 'planning', undo: 'planning', compare: 'comparing', apply: 'applying' } as const

const readyStatus = ({ guards }: Pick<Run, 'guards'>): RunStatus => (guards.length > 0 ? 'blocked' : 'planned')

/** Single records of it were sent. */
const hasSent = ({ counts }: Pick<Run, 'counts'>) => counts.accepted + counts.refused + counts.unknown > 0

function whyNotUndone({ kind, undo, undoneBy, counts, status }: StoredRun): string | undefined {
  if (kind === 'undo') return 'This run took another one back. Run the sync again to send what it says now.'
  if (undoneBy) return 'This run has been taken back already.'
  if (!['done', 'failed', 'canceled', 'paused', 'waiting', 'interrupted'].includes(status) || counts.accepted === 0)
    return 'Nothing was sent in this run, so there is nothing to take back.'
  return undo && !undo.possible ? undo.note : undefined
}

/**
 * Everything that happens to runs: one at a time per sync, one writer per destination object. A run's own worker does the
 * work; this keeps its status, so that after a crash the next start knows what was going on.
 */
export function createRuns(context: RunsContext) {
  const { store, definitionOf, use, emit, now, log } = context
  const { update, close, shown, find, saveLate } = openRunBook(context)
  const pool = createRunThreads()
  const threads = new Map<string, RunThread>()
  /** Files of a sync that its last run still has open. */
  const closing = new Map<string, Promise<void>>()
  /** What is under way, by sync. */
  const busy = new Map<string, { run: StoredRun; over: Promise<void> }>()
  /** What to call the run when its worker stopped as asked. */
  const stopAs = new Map<string, 'paused' | 'canceled' | 'interrupted'>()
  const paceOf = createPaces()
  const reader = openReader()
  mkdirSync(join(context.dataFolder, 'syncs'), { recursive: true })
  /** Rehearsals have a file of their own: what was really sent knows nothing of them, and they nothing of it. */
  const fileOf = ({ sync, rehearsal }: Pick<StoredRun, 'sync' | 'rehearsal'>) =>
    join(context.dataFolder, 'syncs', `${sync}${rehearsal ? '.rehearsal' : ''}.db`)
  for (const run of store.open()) recover(run)

  /** Whatever was under way when the app ended is told as such. */
  function recover(run: StoredRun): void {
    if (run.status === 'planning') {
      close(run, 'failed', {
        remedy: 'retry',
        message: 'Outflow ended while this plan was made. Plan again; nothing was sent.',
      })
    } else if (run.status === 'comparing') update(run, { status: readyStatus(run) })
    else if (run.status === 'applying') {
      update(run, {
        status: 'interrupted',
        counts: { ...run.counts, ...readTally(fileOf(run), run.id) },
        problem: ended,
      })
    }
  }

  /** Starts a worker; its end decides the run's status. */
  async function start(run: StoredRun, command: Command, definition: Definition, only?: number): Promise<void> {
    let end: WorkerEnd
    let last: Partial<StoredRun> = {}
    const oldest = command === 'plan' ? context.oldestRun() : null
    // Those of the other world lie in another file.
    const tooOld = (oldest === null ? [] : store.endedBefore(run.sync, oldest.toISOString())).filter(
      (id) => store.get(id)?.rehearsal === run.rehearsal,
    )
    try {
      const destination = await use(definition.sync.destination)
      refuseOtherWorld(run, destination)
      const source = command === 'plan' ? await use(definition.audience.connection) : { connector: '', values: {} }
      const pace = paceOf(await context.quotaHolder(destination))
      const { query } = definition.audience
      const rows = command === 'plan' ? await (context.rowsOf?.(definition.audience) ?? query) : query
      await closing.get(run.sync)
      const thread = pool.start(
        {
          command,
          kind: run.kind,
          ...(run.undoes !== undefined && { undoes: run.undoes }),
          ...(only !== undefined && { only }),
          exchangesMb: context.exchangesMb(),
          forget: tooOld,
          run: run.id,
          syncFile: fileOf(run),
          spec: { ...specOf(definition), query: rows },
          counts: run.counts,
          read: run.read,
          source,
          destination,
        },
        {
          log,
          pace,
          ...accessTo(definition),
          report: ({ counts, read, rowsPerSecond, waiting }) => {
            const status = statusDuring[command]
            emit('run.progress', { run: run.id, status, counts, read, rowsPerSecond, ...(waiting && { waiting }) })
          },
        },
      )
      threads.set(run.id, thread)
      const closed = thread.closed.then(() => {
        if (closing.get(run.sync) === closed) closing.delete(run.sync)
      })
      closing.set(run.sync, closed)
      if (stopAs.has(run.id)) thread.abort()
      const result = await thread.ended
      end = result.end
      // What half a plan counted would be taken for what is going to happen.
      const kept = command === 'apply' || command === 'compare' || end.status === 'done'
      if (end.status === 'done') store.remove(tooOld)
      if (result.counts) last = { counts: kept ? result.counts : noCounts(), read: result.read ?? run.read }
      else if (command === 'apply') last = { counts: { ...run.counts, ...readTally(fileOf(run), run.id) } }
    } catch (error) {
      const problem = toProblem(error)
      end = { status: command === 'apply' ? 'waiting' : 'failed', problem }
    }
    threads.delete(run.id)
    settle({ ...run, ...last }, command, end, only !== undefined)
  }

  /** Whoever switched the rehearsal meanwhile does not turn a rehearsed plan into a real push. */
  function refuseOtherWorld({ rehearsal }: StoredRun, destination: ConnectorUse): void {
    if ((destination.rehearsal !== undefined) === (rehearsal === true)) return
    throw new ProblemError({
      remedy: 'edit-sync',
      message: 'The destination was switched between rehearsal and real after this plan was made. Plan again.',
    })
  }

  function accessTo({ sync, audience }: Definition) {
    const { access } = context
    if (!access) return {}
    const connections = { source: audience.connection, destination: sync.destination }
    return {
      access: (side: keyof typeof connections, refused: Access | undefined) => access(connections[side], refused),
    }
  }

  function settle(run: StoredRun, command: Command, end: WorkerEnd, single: boolean): void {
    const asked = stopAs.get(run.id)
    stopAs.delete(run.id)
    const planning = command === 'plan' || command === 'undo'
    if (end.status !== 'done' && end.status !== 'stopped') {
      log(`run ${run.id} ${command} ${end.status}: ${end.problem.message} ${end.problem.detail ?? ''}`)
    }
    if (!planning && (command === 'compare' || single)) {
      // The plan stays a plan, whatever became of this.
      const problem = end.status === 'done' || end.status === 'stopped' ? undefined : end.problem
      const compared = command === 'compare' && end.status === 'done' ? { comparedAt: now().toISOString() } : {}
      update(run, { status: readyStatus(run), ...compared, problem: problem as never })
    } else if (end.status === 'stopped') {
      if (planning || asked === 'canceled') close(run, 'canceled')
      else if (asked === 'interrupted') update(run, { status: 'interrupted', problem: ended })
      else update(run, { status: 'paused' })
    } else if (end.status !== 'done') {
      if (end.status === 'failed') close(run, 'failed', end.problem)
      else update(run, { status: end.status, problem: end.problem })
    } else if (end.plan) {
      const { guards, undo, cannotCompare, compared } = end.plan
      const at = now().toISOString()
      const known = {
        guards,
        undo,
        plannedAt: at,
        ...(compared && { comparedAt: at }),
        ...(cannotCompare && { cannotCompare }),
      }
      update(run, { ...known, status: readyStatus({ guards }) })
    } else {
      close(run, 'done')
      // What was refused can be tried again by another undo.
      const complete = run.counts.refused + run.counts.unknown === 0
      const undone = run.undoes === undefined ? undefined : store.get(run.undoes)
      if (undone && complete) update(undone, { undoneBy: run.id })
    }
  }

  /** The guards that are not named block; the others are noted as confirmed. */
  function confirmed(run: StoredRun, confirm: GuardId[]): Partial<StoredRun> {
    const unseen = run.guards.filter((guard) => !confirm.includes(guard.id))
    if (unseen.length > 0) {
      throw new ProblemError({ remedy: 'confirm', message: unseen.map((guard) => guard.message).join(' ') })
    }
    if (run.guards.length === 0) return {}
    const guards = [...new Set(run.guards.map(({ id }) => id))]
    return { confirmed: { guards, by: context.who(), at: now().toISOString() } }
  }

  /** A plan that can still be pushed. Throws when it cannot, or no longer fits. */
  function pushable(id: string): StoredRun {
    const run = find(id)
    if (run.status !== 'planned' && run.status !== 'blocked') {
      throw new ProblemError({
        remedy: 'retry',
        message: 'This plan cannot be pushed any more. Plan again to see what would change now.',
      })
    }
    refuseStale(run)
    return run
  }

  /** Begins to apply; the answer comes at once. */
  function push(run: StoredRun, changed: Partial<StoredRun>, only?: number): Run {
    const definition = definitionOf(run.sync)
    refuseSecondWriter(definition)
    // While a single record is sent the plan stays what it is: a plan to be looked at.
    const status = only === undefined ? 'applying' : run.status
    const applying = update(run, { ...changed, status, problem: undefined as never })
    track({ ...applying, status: 'applying' }, start(applying, 'apply', definition, only))
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

  /** What was on its way when a run was cut short is unknown once the next plan has looked. */
  function recount(runs: readonly StoredRun[]): void {
    for (const run of runs) {
      const counts = { ...run.counts, ...readTally(fileOf(run), run.id) }
      if (JSON.stringify(counts) !== JSON.stringify(run.counts)) update(run, { counts })
    }
  }

  function refuseWhileBusy(sync: string): void {
    if (!busy.has(sync)) return
    throw new ProblemError({ remedy: 'retry', message: 'A run of this sync is under way. Cancel it first.' })
  }

  /** Starts a plan of this sync; an earlier one that was not pushed is discarded. */
  function begin(sync: string, startedBy: Run['startedBy'], undoes?: string): Run {
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
      close(older, resumable.includes(older.status) || hasSent(older) ? 'canceled' : 'discarded')
    }
    const cutShort = store.list({ sync, limit: 20 }).filter(({ status }) => status === 'canceled')
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
    const planning = start(run, undoes === undefined ? 'plan' : 'undo', definition)
    track(
      run,
      planning.then(() => recount(cutShort)),
    )
    return shown(run)
  }

  return {
    /** Starts a plan and answers at once. Throws `retry` while another run of this sync is under way. */
    make: (sync: string, startedBy: Run['startedBy']): Run => begin(sync, startedBy),

    /** Plans how to take a run back. Throws `retry` where that is not possible (any more). */
    undo(id: string, startedBy: Run['startedBy']): Run {
      const run = find(id)
      const why = whyNotUndone(run)
      if (why) throw new ProblemError({ remedy: 'retry', message: why })
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
      await busy.get(run.sync)?.over
    },

    /** Starts to compare a plan with what the destination holds. Throws `retry` where that is not possible. */
    compare(id: string): Run {
      const run = pushable(id)
      if (run.cannotCompare) throw new ProblemError({ remedy: 'retry', message: run.cannotCompare })
      const definition = definitionOf(run.sync)
      const comparing = update(run, { status: 'comparing', problem: undefined as never })
      track(comparing, start(comparing, 'compare', definition))
      return shown(comparing)
    },

    /** One change with what is kept of the requests about it. Throws `retry` when it is not there. */
    change(id: string, change: number): { change: Change; exchanges: KeptExchange[] } {
      const file = fileOf(find(id))
      const found = readChange(file, id, change)
      if (found) return { change: found, exchanges: readExchanges(exchangesFile(file), change) }
      throw new ProblemError({ remedy: 'retry', message: 'This change is no longer there. Look at the newest plan.' })
    },

    /** The sync with its audience as they are now. Throws a ProblemError when either is gone. */
    definition: definitionOf,

    get: (id: string): Run => shown(find(id)),
    list: (page: { sync?: string | undefined; before?: string | undefined; limit: number }): Run[] =>
      store.list(page).map(({ id }) => shown(find(id))),
    latest(sync: string): Run | undefined {
      const run = store.latest(sync)
      return run && shown(find(run.id))
    },

    /** A page of a run's changes; see readChanges. */
    changes(id: string, page: Omit<ChangesPage, 'run'>): Promise<{ changes: Change[]; next?: number }> {
      const run = find(id)
      return reader.changes(fileOf(run), { run: id, ...page })
    },

    /** What was sent about a record, of these syncs, newest first. */
    async search(
      syncs: { id: string; name: string }[],
      search: Search,
    ): Promise<{ mentions: Mention[]; more: boolean; unread: string[] }> {
      const files = Object.fromEntries(syncs.map(({ id }) => [id, fileOf({ sync: id })]))
      const { found, more, unread } = await reader.search(files, search)
      const nameOf = (sync: string) => syncs.find(({ id }) => id === sync)?.name ?? ''
      const mentions = found.flatMap(({ sync, run, change }) => {
        const known = store.get(run)
        const at = known?.finishedAt ?? known?.startedAt
        return at ? [{ run, sync, syncName: nameOf(sync), at, change }] : []
      })
      mentions.sort((a, b) => (a.at < b.at ? 1 : -1))
      return {
        mentions: mentions.slice(0, search.limit),
        more: more || mentions.length > search.limit,
        unread: unread.map(nameOf),
      }
    },

    pause(id: string): Run {
      const run = find(id)
      if (run.status === 'applying') {
        stopAs.set(id, 'paused')
        threads.get(id)?.pause()
      }
      return shown(run)
    },

    /** Pauses everything that is being sent. False when nothing is, or it is pausing already. */
    pauseAll(): boolean {
      const sending = [...busy.values()].filter(({ run }) => run.status === 'applying' && !stopAs.has(run.id))
      for (const { run } of sending) {
        stopAs.set(run.id, 'paused')
        threads.get(run.id)?.pause()
      }
      return sending.length > 0
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
        if (run.status === 'applying') thread?.pause()
        else thread?.abort()
        return shown(run)
      }
      if (['planned', 'blocked'].includes(run.status)) return shown(close(run, hasSent(run) ? 'canceled' : 'discarded'))
      return resumable.includes(run.status) ? shown(close(run, 'canceled')) : shown(run)
    },

    /** Resolves when this run is no longer under way. */
    async settled(id: string): Promise<Run> {
      await [...busy.values()].find(({ run }) => run.id === id)?.over
      return shown(find(id))
    },

    /** Resolves when nothing of a sync's files is open any more in a run that has ended. */
    filesClosed: async (sync: string): Promise<void> => closing.get(sync),

    /** Has a thread ready for a run that is likely to come. */
    warm: () => pool.warm(),

    /** Forgets what a sync has sent. Throws `retry` while one of its runs is under way. */
    async forget(sync: string): Promise<void> {
      refuseWhileBusy(sync)
      await closing.get(sync)
      refuseWhileBusy(sync)
      for (const run of store.open().filter((open) => open.sync === sync)) close(run, 'canceled')
      deleteSyncFile(fileOf({ sync }))
      deleteSyncFile(fileOf({ sync, rehearsal: true }))
    },

    /** Stops every run at once; they can be resumed at the next start. */
    async close(): Promise<void> {
      for (const { run } of busy.values()) {
        stopAs.set(run.id, 'interrupted')
        threads.get(run.id)?.abort()
      }
      await Promise.all([...busy.values()].map(({ over }) => over))
      await Promise.all(closing.values())
      await Promise.all([pool.close(), reader.close()])
    },
  }
}
