import type { DestinationSession, Field, Row } from '../../connectors/types.ts'
import type { RunCounts } from '../../preload/api.ts'
import { type Around, Outgoing, type Sending } from './outgoing.ts'
import { holdsAlready, leftAlone, reconcile } from './reconcile.ts'
import { type Retrying, retrying } from './retry.ts'
import type { Batch, LiveRecord, OutboxChange, Outcome, Stage } from './types.ts'

/** Reads what the destination holds for changes, in the order given; null where it has no such record. */
export type LiveReader = (changes: OutboxChange[]) => Promise<(Row | null)[]>

/** Nothing where this object cannot be read, or its records are not found by a key. */
export function liveReader(
  stage: Around & Retrying,
  destination: DestinationSession,
  fields: readonly Field[],
  readable: boolean,
): LiveReader | undefined {
  const { spec } = stage
  const { key } = spec
  const names = fields.filter(({ writeOnly }) => !writeOnly).map(({ id }) => id)
  if (!readable || !destination.read || key === null || spec.mode === 'replace' || spec.mode === 'append')
    return undefined
  const size = destination.limits.records
  return async (changes) => {
    const found: (Row | null)[] = []
    for (let at = 0; at < changes.length; at += size) {
      stage.signal.throwIfAborted()
      const keys = changes.slice(at, at + size).map((change) => new Outgoing(change, stage).key)
      const read = () => destination.read?.(spec.object, key, keys, names) ?? Promise.resolve([])
      found.push(...(await retrying(stage, read)))
    }
    return found
  }
}

/**
 * Compares every planned change with what the destination holds and notes it in the plan: what is there, what is left
 * alone for it. Where the first run adopts, what is there already exactly so is taken as sent. Counts follow.
 */
export async function compareLive(
  stage: Sending,
  read: LiveReader,
  fields: readonly Field[],
  size: number,
): Promise<void> {
  const { file, run, spec, progress } = stage
  // Only on the first run is the destination's own content what counts.
  const adopts = spec.firstRun === 'adopt' && file.snapshotSize() === 0
  for (const pass of ['writes', 'removals'] as const) {
    const outbox = file.outbox(run, pass)
    for (let batch = outbox.next(size); batch; batch = outbox.next(size)) {
      stage.signal.throwIfAborted()
      const live = await read(batch.changes)
      note(stage, batch, live, fields, adopts)
      progress.done += batch.changes.length
    }
  }
}

function note(stage: Sending, batch: Batch, live: (Row | null)[], fields: readonly Field[], adopts: boolean): void {
  const { file, spec, progress } = stage
  const found: LiveRecord[] = []
  const adopted: number[] = []
  const left: Outcome[] = []
  for (const [index, change] of batch.changes.entries()) {
    const there = live[index] ?? null
    const write = new Outgoing(change, stage)
    const { send, kept } =
      batch.pass === 'writes' ? reconcile(write, there, { spec, fields }) : { send: write.record, kept: [] }
    found.push({ change: change.id, record: there, kept, ...(send === null && { nothingLeft: true }) })
    // What the comparison before this one found is in the counts already.
    if (change.op === 'add') count(progress.counts, file.wasThere(change.id), there !== null)
    const why = leftAlone(spec, write, there, fields)
    if (why !== undefined) {
      left.push({ id: change.id, state: 'left', problem: { remedy: 'confirm', message: why } })
      progress.counts[change.op === 'remove' ? 'removed' : change.op === 'add' && !there ? 'added' : 'changed']--
      progress.counts.excluded++
      continue
    }
    // What was never sent: an update of what is there is one as well.
    if (change.before !== null || there === null || !adopts || !holdsAlready(write.record, there, fields)) continue
    adopted.push(change.id)
    progress.counts.changed--
    progress.counts.adopted++
  }
  file.noteLive(found)
  if (left.length > 0) file.note(left)
  if (adopted.length > 0) file.note(adopted.map((id) => ({ id, state: 'adopted' })))
}

/** A planned addition of what is there already is a change. */
function count(counts: RunCounts, before: boolean, now: boolean): void {
  const found = Number(now) - Number(before)
  counts.added -= found
  counts.changed += found
}

/** Whether what is sent depends on what the destination holds. */
export function dependsOnLive({ spec }: Pick<Stage, 'spec'>): boolean {
  return spec.edits === 'keep' || spec.mapping.some(({ rule }) => rule === 'if-empty' || rule === 'on-create')
}
