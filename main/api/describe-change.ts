import { ProblemError } from '../../connectors/problems.ts'
import type { DestinationObject, Mode, Write } from '../../connectors/types.ts'
import { targetOf } from '../engine/apply.ts'
import { targetFields } from '../engine/plan.ts'
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

/** The exact request that sending one change of a plan would make, as text. Nothing is sent. */
export async function describeChange(
  core: Core,
  run: string,
  id: number,
  signal: AbortSignal,
): Promise<{ request: string; notAlone?: string }> {
  const { change } = core.runs.change(run, id)
  const { sync, kind } = core.runs.get(run)
  const { op } = change
  if (op !== 'add' && op !== 'change' && op !== 'remove') {
    throw new ProblemError({ remedy: 'retry', message: 'This row is not sent, so there is no request for it.' })
  }
  const definition = core.runs.definition(sync)
  return withDestination(core, definition.sync.destination, signal, async (destination) => {
    const planned = specOf(definition)
    const { fields, object } = await targetFields(planned, destination)
    const spec = kind === 'undo' ? undoSpec(planned, object) : planned
    const kept = new Set(change.kept?.map(({ field }) => field))
    const whole = change.after ?? change.before ?? {}
    const record = Object.fromEntries(Object.entries(whole).filter(([field]) => !kept.has(field)))
    const write: Write = {
      op,
      key: spec.key === null ? null : (record[spec.key] ?? null),
      record,
      previous: change.before,
      idempotencyKey: `${run}-${id}`,
    }
    const { mode } = spec
    const writer = await destination.openWriter(targetOf(spec, fields))
    try {
      const why = notAlone(mode, object)
      return { request: await writer.describe([write]), ...(why && { notAlone: why }) }
    } finally {
      await writer.close()
    }
  })
}
