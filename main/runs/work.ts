import { type Problem, toProblem } from '../../connectors/problems.ts'
import type { Access } from '../../connectors/types.ts'
import type { Run, RunStatus } from '../../preload/api.ts'
import { blamed, blaming } from '../engine/blame.ts'
import { readTally } from '../store/changes.ts'
import type { StoredRun } from '../store/runs.ts'
import type { RunBook } from './book.ts'
import { createBusy } from './busy.ts'
import { type RunsContext, syncFileOf } from './context.ts'
import { type Definition, specOf } from './definition.ts'
import { refuseOtherWorld, refuseSecondWriter } from './refusals.ts'
import { createRunThreads, type RunThread } from './thread.ts'
import { endOf, noCounts, type Side, type WorkerEnd, type WorkerJob } from './worker-messages.ts'

/** How a run that was closed in the middle is told. */
export const cutShort: Problem = {
  remedy: 'retry',
  message: 'Outflow was closed in the middle of this run. Resume to send the rest.',
}

const statusDuring = { plan: 'planning', undo: 'planning', compare: 'comparing', apply: 'applying' } as const

/** A plan that is there: can be pushed, or is held back by its guards. */
export const readyStatus = ({ guards }: Pick<Run, 'guards'>): RunStatus => (guards.length > 0 ? 'blocked' : 'planned')

export type Task = {
  command: WorkerJob['command']
  definition: Definition
  /** For `apply`: the one change to send. */
  only?: number | undefined
  /** Done before the run counts as over. */
  afterwards?: () => void
}

const connectionsOf = ({ sync, audience }: Definition): Record<Side, string> => ({
  source: audience.connection,
  destination: sync.destination,
})

/** The work of runs: each has a thread while something is done for it, and the thread's end decides its status. */
export function createWork(context: RunsContext, { update, close }: Pick<RunBook, 'update' | 'close'>) {
  const { store, use, emit, now, log } = context
  const pool = createRunThreads()
  const threads = new Map<string, RunThread>()
  /** Files of a sync that its last run still has open. */
  const closing = new Map<string, Promise<void>>()
  const busy = createBusy()
  /** What to call the run when its worker stopped as asked. */
  const stopAs = new Map<string, 'paused' | 'canceled' | 'interrupted'>()
  /** Where connections write, as of their last use. */
  const places = new Map<string, string>()
  const placeOf = (connection: string) => places.get(connection) ?? connection
  /** The runs that send now and know their place. */
  const writing = new Map<string, Definition>()

  async function perform(run: StoredRun, { command, definition, only }: Task): Promise<void> {
    let end: WorkerEnd
    let last: Partial<StoredRun> = {}
    let party: string | undefined
    const tooOld = command === 'plan' ? runsToForget(run) : []
    try {
      const destination = await used(definition.sync.destination)
      refuseOtherWorld(run, destination)
      const source = command === 'plan' ? await used(definition.audience.connection) : { connector: '', values: {} }
      const pace = await context.paceOf(destination)
      places.set(definition.sync.destination, await context.placeOf(destination))
      if (command === 'apply') {
        // Only now is it certain where this goes: another connection may lead there as well.
        refuseSecondWriter(definition, [...writing.values()], placeOf)
        writing.set(run.id, definition)
      }
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
          syncFile: syncFileOf(context, run),
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
          ...(context.proxyFor && { proxyFor: context.proxyFor }),
          ...(context.sessions && { sessions: context.sessions }),
          report: ({ counts, read, rowsPerSecond, waiting }) => {
            const status = statusDuring[command]
            emit('run.progress', { run: run.id, status, counts, read, rowsPerSecond, ...(waiting && { waiting }) })
          },
        },
      )
      const result = await follow(run, thread)
      end = result.end
      if ('side' in end && end.side) party = connectionsOf(definition)[end.side]
      // What half a plan counted would be taken for what is going to happen.
      const kept = command === 'apply' || command === 'compare' || end.status === 'done'
      if (end.status === 'done') store.remove(tooOld)
      if (result.counts) last = { counts: kept ? result.counts : noCounts(), read: result.read ?? run.read }
      else if (command === 'apply') last = { counts: { ...run.counts, ...readTally(syncFileOf(context, run), run.id) } }
    } catch (error) {
      end = endOf(command, toProblem(error))
      party = blamed(error)
    }
    writing.delete(run.id)
    threads.delete(run.id)
    const needsSignIn = 'problem' in end && end.problem.remedy === 'reconnect' ? party : undefined
    settle({ ...run, ...last, ...(needsSignIn && { needsSignIn }) }, command, end, only !== undefined)
    noteAccess(definition, command, end, needsSignIn)
  }

  const used = (connection: string) => blaming(connection, () => use(connection))

  /** What became of a run says of its connections whether they let Outflow in: a plan has read one, sending wrote to the other. */
  function noteAccess(definition: Definition, command: Task['command'], end: WorkerEnd, closed?: string): void {
    const { source, destination } = connectionsOf(definition)
    try {
      if (closed !== undefined) context.noteAccess(closed, 'needs-sign-in')
      else if (end.status === 'done' && command === 'plan') context.noteAccess(source, 'ok')
      else if (end.status === 'done' && command === 'apply') context.noteAccess(destination, 'ok')
    } catch (error) {
      log(`whether a connection lets Outflow in could not be written: ${error}`)
    }
  }

  /** Those that the history no longer keeps. Those of the other world lie in another file. */
  function runsToForget(run: StoredRun): string[] {
    const oldest = context.oldestRun()
    const ended = oldest === null ? [] : store.endedBefore(run.sync, oldest.toISOString())
    return ended.filter((id) => store.get(id)?.rehearsal === run.rehearsal)
  }

  /** A thread until it ends; whoever asked to stop before there was one is heard now. */
  function follow(run: StoredRun, thread: RunThread): RunThread['ended'] {
    threads.set(run.id, thread)
    const closed = thread.closed.then(() => {
      if (closing.get(run.sync) === closed) closing.delete(run.sync)
    })
    closing.set(run.sync, closed)
    if (stopAs.has(run.id)) thread.abort()
    return thread.ended
  }

  function accessTo(definition: Definition) {
    const { access } = context
    if (!access) return {}
    const connections = connectionsOf(definition)
    return { access: (side: Side, refused: Access | undefined) => access(connections[side], refused) }
  }

  function settle(run: StoredRun, command: Task['command'], end: WorkerEnd, single: boolean): void {
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
      else if (asked === 'interrupted') update(run, { status: 'interrupted', problem: cutShort })
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

  /** Ends a run's work at once. */
  function abort(run: string, as: 'canceled' | 'interrupted'): void {
    stopAs.set(run, as)
    threads.get(run)?.abort()
  }

  return {
    /** Does a task of a run, which is busy from now until its end is written. */
    start: (run: StoredRun, task: Task): void => busy.begin(run, perform(run, task).then(task.afterwards)),

    isBusy: busy.has,
    refuseWhileBusy: busy.refuse,
    busySyncs: busy.syncs,
    followBusy: busy.follow,

    /** The runs that send now. */
    sending: (): StoredRun[] => busy.runs().filter(({ status }) => status === 'applying'),

    /** The same for connections that lead to the same place, as far as that is known. */
    placeOf,

    /** Whether somebody asked this run to stop already. */
    isStopping: (run: string): boolean => stopAs.has(run),

    /** Ends a run's sending after what is in flight. */
    pause(run: string, as: 'paused' | 'canceled'): void {
      stopAs.set(run, as)
      threads.get(run)?.pause()
    },

    abort,

    over: busy.over,

    /** Resolves when nothing of a sync's files is open any more in a run that has ended. */
    filesClosed: async (sync: string): Promise<void> => closing.get(sync),

    /** Has a thread ready for a run that is likely to come. */
    warm: () => pool.warm(),

    /** Stops everything at once; it can be resumed at the next start. */
    async close(): Promise<void> {
      for (const { id } of busy.runs()) abort(id, 'interrupted')
      await busy.allOver()
      await Promise.all(closing.values())
      await pool.close()
    },
  }
}
