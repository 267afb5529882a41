import { ProblemError } from '../../connectors/problems.ts'
import type {
  Access,
  Context,
  Destination,
  DestinationSession,
  HttpClient,
  JobNotes,
  KeptSessions,
  Limits,
  RowBatch,
  SettingValues,
  Source,
  SourceSession,
} from '../../connectors/types.ts'
import type { Run } from '../../preload/api.ts'
import { type Attribute, apply } from './apply.ts'
import { blaming } from './blame.ts'
import { changeOfKey } from './outgoing.ts'
import { compare, plan, targetFields, undo } from './plan.ts'
import { placed } from './target.ts'
import type { ApplyEnd, PlanResult, Stage } from './types.ts'
import { undoSpec } from './undo.ts'
import { pausable } from './wait.ts'

/** A connector with its settings, secrets filled in. */
export type Opened<C> = { connector: C; values: SettingValues }

export type RunTools = {
  /** The destination's way out. */
  http: HttpClient
  /** The source's, where it is another one. */
  sourceHttp?: HttpClient
  log: (line: string) => void
  noteExchange: Context['noteExchange']
  attribute: Attribute
  /** What to wait for before each request: shared by all runs that use the same quota. */
  takeTurn: () => Promise<void>
  setRate: (rate: Limits['rate']) => void
  /** For signed-in connections; see `Context.access`. */
  access?: (side: 'source' | 'destination', refused?: Access) => Promise<Access>
  /** See `Context.sessions`. */
  sessions?: KeptSessions
  /** How long nobody who shares the quota may send, in milliseconds; see `Stage.hold`. */
  heldMs: () => number
}

/**
 * Plans: extract → diff → transform → plan. Nothing is sent. Throws as `plan` does, the source's errors blamed on `source`;
 * both sides are closed in any case.
 */
export function planRun(
  asked: Stage,
  from: Opened<Source>,
  to: Opened<Destination>,
  tools: RunTools,
): Promise<PlanResult> {
  return withDestination(asked, to, tools, async (destination, stage) => {
    const context = contextFor(stage, tools, 'source')
    const source = await blaming('source', () => from.connector.open(from.values, context))
    try {
      return await plan(stage, blamedSource(source), destination)
    } finally {
      await source.close()
    }
  })
}

/** A source whose errors can be told from those of the destination. */
function blamedSource(source: SourceSession): Pick<SourceSession, 'read'> {
  return {
    read: async (request) => {
      const { columns, batches } = await blaming('source', () => source.read(request))
      return { columns, batches: blamedBatches(batches) }
    },
  }
}

async function* blamedBatches(batches: AsyncIterable<RowBatch>): AsyncGenerator<RowBatch> {
  const reading = batches[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { done, value } = await blaming('source', () => reading.next())
      if (done) return
      yield value
    }
  } finally {
    await reading.return?.()
  }
}

/** Plans how to take a run back. Nothing is sent. Throws as `plan` does. */
export function undoRun(asked: Stage, undone: string, to: Opened<Destination>, tools: RunTools): Promise<PlanResult> {
  return withDestination(asked, to, tools, (destination, stage) => undo(stage, undone, destination))
}

/** Compares a plan with what the destination holds now. Nothing is sent. */
export function compareRun(asked: Stage, kind: Run['kind'], to: Opened<Destination>, tools: RunTools): Promise<void> {
  return withDestination(asked, to, tools, async (destination, stage) => {
    refuseElsewhere(stage)
    return compare(await stageOf(stage, kind, destination), destination)
  })
}

/** Applies the plan of this run, or one change of it; the source is not needed any more. Throws as `apply` does. */
export function applyRun(
  asked: Stage,
  { kind, only }: { kind: Run['kind']; only: number | undefined },
  to: Opened<Destination>,
  tools: RunTools,
): Promise<ApplyEnd> {
  return withDestination(asked, to, tools, async (destination, stage) => {
    refuseElsewhere(stage)
    return apply(await stageOf(stage, kind, destination), destination, {
      now: () => performance.now(),
      wait: (ms) => pausable(ms, stage),
      heldMs: tools.heldMs,
      random: Math.random,
      attribute: tools.attribute,
      ...(only !== undefined && { only }),
    })
  })
}

/** Throws `edit-sync` when the connection leads elsewhere now than when the plan was made. */
function refuseElsewhere({ file, run, spec }: Stage): void {
  if (file.targetOf(run) === spec.target) return
  throw new ProblemError({
    remedy: 'edit-sync',
    message: 'The connection leads to another place than when this plan was made. Plan again before pushing.',
  })
}

/** An undo is sent in its own way. */
async function stageOf(stage: Stage, kind: Run['kind'], destination: DestinationSession): Promise<Stage> {
  if (kind === 'sync') return stage
  const { object } = await targetFields(stage.spec, destination)
  return { ...stage, spec: undoSpec(stage.spec, object) }
}

/** The stage that the work gets knows where the destination really is. */
async function withDestination<T>(
  stage: Stage,
  to: Opened<Destination>,
  tools: RunTools,
  work: (destination: DestinationSession, stage: Stage) => Promise<T>,
): Promise<T> {
  const destination = await to.connector.open(to.values, contextFor(stage, tools, 'destination'))
  try {
    tools.setRate(destination.limits.rate)
    const target = placed(stage.spec.target, await destination.place())
    return await work(destination, { ...stage, spec: { ...stage.spec, target } })
  } finally {
    await destination.close()
  }
}

function contextFor(
  stage: Stage,
  { http: way, sourceHttp, log, noteExchange, takeTurn, access, sessions }: RunTools,
  side: 'source' | 'destination',
): Context {
  const http = side === 'source' ? (sourceHttp ?? way) : way
  const jobs = side === 'destination' && { jobs: jobsOf(stage) }
  return {
    http,
    log,
    signal: stage.signal,
    takeTurn,
    noteExchange,
    ...jobs,
    ...(sessions && { sessions }),
    ...(access && { access: (refused) => access(side, refused) }),
  }
}

/** Kept in the sync's own file, beside what became of its changes. */
function jobsOf({ file, run }: Stage): JobNotes {
  return {
    begun: () => file.jobs(run),
    leftBehind: () => file.jobsLeftBehind(run),
    note(job) {
      const changes = job.writes.map((key) => changeOfKey(run, key)).sort((a, b) => a - b)
      file.noteJob(run, job, { first: changes[0] ?? 0, last: changes.at(-1) ?? 0 })
    },
    forget: (id) => file.forgetJob(id),
  }
}
