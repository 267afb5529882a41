import { ProblemError } from '../../connectors/problems.ts'
import type { Write } from '../../connectors/types.ts'
import { targetFields } from '../engine/plan.ts'
import { undoSpec } from '../engine/undo.ts'
import { specOf } from '../runs/definition.ts'
import type { Core } from './core.ts'
import { withDestination } from './sessions.ts'

/** The exact request that sending one change of a plan would make, as text. Nothing is sent. */
export async function describeChange(
  core: Core,
  run: string,
  id: number,
  signal: AbortSignal,
): Promise<{ request: string }> {
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
    const mapped = spec.mapping.flatMap(({ field }) => fields.find((known) => known.id === field) ?? [])
    const { mode, removal, key } = spec
    const writer = await destination.openWriter({ object: spec.object, mode, key, removal, fields: mapped })
    try {
      return { request: await writer.describe([write]) }
    } finally {
      await writer.close()
    }
  })
}
