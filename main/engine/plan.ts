import { createHash } from 'node:crypto'
import { type Problem, ProblemError } from '../../connectors/problems.ts'
import type { Column, DestinationSession, Field, RowReader, SourceSession } from '../../connectors/types.ts'
import { diff, OutOfOrder } from './diff.ts'
import { readSorted } from './extract.ts'
import { checkGuards } from './guards.ts'
import { PlanWriter } from './plan-writer.ts'
import { mappedColumns } from './transform.ts'
import type { PlanResult, Stage, SyncSpec } from './types.ts'

/** What is told of a row that was on its way when the app ended. */
export const cutOff: Problem = {
  remedy: 'confirm',
  message: 'Outflow ended while this row was being sent. It may have arrived; look there before you send it again.',
}

/**
 * Works out what a push would do now and writes it to the sync's own file; nothing is sent. Extract, diff and transform
 * run as one pass. Throws ProblemError (the source or destination cannot be read, a column or field is gone); then the
 * plan is incomplete and must not be pushed.
 */
export async function plan(stage: Stage, source: SourceSession, destination: DestinationSession): Promise<PlanResult> {
  const { spec, file, progress } = stage
  const fields = await targetFields(spec, destination)
  // A push that was cut off need not be resumed: what it may have appended must not come up as new.
  file.settleInterrupted(cutOff)
  file.fold()
  file.expectTarget(spec.target, { held: spec.mode === 'insert' || spec.mode === 'append' })
  file.beginPlan(stage.run)
  const snapshot = file.snapshotSize()
  const request = {
    query: spec.query,
    uniqueId: spec.uniqueId,
    columns: mappedColumns(spec.mapping).filter((column) => !spec.uniqueId.includes(column)),
  }
  let written = await comparing(stage, counted(await source.read(request), stage), fields).catch((error) => {
    if (error instanceof OutOfOrder) return null
    throw error
  })
  if (written === null) {
    file.restartPlan()
    resetPlanned(stage)
    const reader = await readSorted(source, request, file, (rows) => {
      stage.signal.throwIfAborted()
      progress.read += rows
    })
    written = await comparing(stage, reader, fields)
  }
  file.endPlan()
  return {
    guards: checkGuards({ mode: spec.mode, counts: progress.counts, read: progress.read, snapshot, ...written }),
  }
}

/** A fingerprint of everything beside the row that shapes a record: an edit makes every row a candidate. */
export function mappingPrint(spec: SyncSpec, columns: Column[], fields: Field[]): string {
  const used = fields.filter((field) => spec.mapping.some((line) => line.field === field.id))
  const parts = [spec.mapping, columns.map(({ name, type }) => [name, type]), used, spec.key, spec.mode]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** The mapped fields of the destination's object as they are now. Throws `edit-sync` when the object is gone. */
export async function targetFields(
  spec: Pick<SyncSpec, 'object' | 'mode'>,
  destination: DestinationSession,
): Promise<{ fields: Field[]; openFields: boolean }> {
  const objects = await destination.listObjects()
  const object = objects.find((candidate) => candidate.id === spec.object)
  // A name that is not listed is a new one where objects are made by writing to them (a CSV file).
  if (!object && !objects.some((candidate) => candidate.openFields)) {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: `The destination no longer has “${spec.object}”. Choose another object.`,
    })
  }
  const fields = await destination.listFields(spec.object)
  // An update changes what is there: a field that is required for a new record may stay unmapped or empty.
  const asked = spec.mode === 'update' ? fields.map((field) => ({ ...field, required: false })) : fields
  return { fields: asked, openFields: object?.openFields ?? true }
}

async function comparing(
  stage: Stage,
  reader: RowReader,
  target: { fields: Field[]; openFields: boolean },
): Promise<{ badIds: number; badRecords: number }> {
  const { spec, file } = stage
  const writer = new PlanWriter(stage, reader.columns, target)
  await diff({
    batches: reader.batches,
    uniqueId: reader.columns.slice(0, spec.uniqueId.length),
    seed: mappingPrint(spec, reader.columns, target.fields),
    file,
    findings: writer,
  })
  writer.end()
  return { badIds: writer.badIds, badRecords: writer.badRecords }
}

function counted(reader: RowReader, { progress, signal }: Stage): RowReader {
  async function* batches() {
    for await (const batch of reader.batches) {
      signal.throwIfAborted()
      progress.read += batch.length
      yield batch
    }
  }
  return { columns: reader.columns, batches: batches() }
}

function resetPlanned({ progress }: Stage): void {
  progress.read = 0
  Object.assign(progress.counts, { added: 0, changed: 0, removed: 0, unchanged: 0, invalid: 0 })
}
