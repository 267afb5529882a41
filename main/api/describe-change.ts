import { ProblemError } from '../../connectors/problems.ts'
import type { DestinationObject, DestinationSession, Field, Mode, Write } from '../../connectors/types.ts'
import type { Output } from '../../preload/api.ts'
import { asksFirst, decide } from '../engine/decide.ts'
import { dependsOnLive, liveReader } from '../engine/live.ts'
import { type Around, beginningOf, contentWrite, Outgoing } from '../engine/outgoing.ts'
import { targetFields } from '../engine/plan.ts'
import type { Retrying } from '../engine/retry.ts'
import { targetOf } from '../engine/target.ts'
import type { OutboxChange } from '../engine/types.ts'
import { undoSpec } from '../engine/undo.ts'
import { specOf } from '../runs/definition.ts'
import type { Core } from './core.ts'
import { withDestination } from './sessions.ts'

/** Why no record of this sync can be sent alone; undefined where one can. */
export async function whyNotAlone(core: Core, run: string, signal: AbortSignal): Promise<string | undefined> {
  const { sync } = core.runs.definition(core.runs.get(run).sync)
  return withDestination(core, sync.destination, signal, async (destination) =>
    notAlone(sync.mode, (await targetFields(sync, destination)).object),
  )
}

function notAlone(mode: Mode, { whole }: Pick<DestinationObject, 'whole'>): string | undefined {
  if (mode === 'replace') return 'Everything is replaced at once here, so one record cannot be sent alone.'
  return whole && 'The file is written as a whole, so one record cannot be sent alone.'
}

/**
 * The exact request that sending one change of a plan would make, as text, or why nothing would be sent. Where that depends
 * on what the destination holds, this one record is read. Nothing is sent.
 */
export async function describeChange(
  core: Core,
  run: string,
  id: number,
  signal: AbortSignal,
): Promise<Output<'plans.describe'>> {
  const { op } = core.runs.change(run, id).change
  const { sync, kind } = core.runs.get(run)
  if (op !== 'add' && op !== 'change' && op !== 'remove') {
    throw new ProblemError({ remedy: 'retry', message: 'This row is not sent, so there is no request for it.' })
  }
  const definition = core.runs.definition(sync)
  const { change, earlier } = core.runs.planned(run, id)
  const file = {
    record: (sent: number) => earlier.records.get(sent) ?? null,
    remoteId: () => earlier.remoteId,
    trail: () => earlier.trail,
  }
  return withDestination(core, definition.sync.destination, signal, async (destination) => {
    const planned = specOf(definition)
    const { fields, object } = await targetFields(planned, destination)
    const spec = kind === 'undo' ? undoSpec(planned, object) : planned
    const retrying = { signal, pausing: signal, hold: () => undefined, progress: { waiting: undefined } }
    const renames = object.renames === true
    const around = { spec, run, file, keyName: beginningOf(spec.key), renames, ...retrying }
    const target = targetOf(spec, fields)
    const write = await whatIsSent(change, around, destination, target.fields, object.readable)
    if (typeof write === 'string') return { nothing: write }
    const writer = await destination.openWriter({ ...target, plannedRecords: 1 })
    try {
      const why = notAlone(spec.mode, object)
      return { request: await writer.describe([write]), ...(why && { notAlone: why }) }
    } finally {
      await writer.close()
    }
  })
}

/** As a push would make it now, or why it would send nothing. */
async function whatIsSent(
  change: OutboxChange,
  around: Around & Retrying,
  destination: DestinationSession,
  fields: readonly Field[],
  readable: boolean,
): Promise<Write | string> {
  const { spec } = around
  if (spec.mode === 'replace') {
    if (change.record) return contentWrite(change.record, change.id, around)
    return 'Everything is written again, without this record.'
  }
  const write = new Outgoing(change, around)
  const asks = dependsOnLive(around) && asksFirst(spec, change.op)
  const read = asks ? liveReader(around, destination, fields, readable) : undefined
  if (!read) return write
  const [there = null] = await read([change])
  const decision = decide(write, there, { spec, fields })
  if ('left' in decision) return decision.left
  if (decision.send === null) return 'Every field that differs is left as it is there.'
  return decision.kept.length === 0 ? write : new Outgoing(change, around, decision.send)
}
