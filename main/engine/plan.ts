import { createHash } from 'node:crypto'
import { type Problem, ProblemError } from '../../connectors/problems.ts'
import type {
  Column,
  DestinationObject,
  DestinationSession,
  Field,
  RowReader,
  SourceSession,
} from '../../connectors/types.ts'
import { diff, OutOfOrder } from './diff.ts'
import { readSorted } from './extract.ts'
import { checkGuards, checkUndo } from './guards.ts'
import { compareLive, liveReader } from './live.ts'
import { sendingOf } from './outgoing.ts'
import { PlanWriter } from './plan-writer.ts'
import { movedFrom } from './target.ts'
import { mappedColumns } from './transform.ts'
import type { PlanResult, Stage, SyncSpec } from './types.ts'
import { planUndo, undoAbility, undoSpec } from './undo.ts'

/** Throws `edit-sync` when a field that every new record needs is not mapped (any more: it may be new there). */
function refuseUnmapped(spec: SyncSpec, { fields, object }: Target): void {
  const missing = fields.filter(
    ({ id, required, readOnly }) => required && !readOnly && !spec.mapping.some((line) => line.field === id),
  )
  if (missing.length === 0) return
  const names = missing.map(({ label }) => `“${label}”`).join(', ')
  throw new ProblemError({
    remedy: 'edit-sync',
    message: `${object.label} now need ${names}, which this sync does not fill. Map it, then plan again.`,
  })
}

/** Where a sync writes: the object as the destination shows it now, and its fields. */
export type Target = { object: DestinationObject; fields: Field[]; openFields: boolean }

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
export async function plan(
  stage: Stage,
  source: Pick<SourceSession, 'read'>,
  destination: DestinationSession,
): Promise<PlanResult> {
  const { spec, file, progress } = stage
  const fields = await targetFields(spec, destination)
  refuseUnmapped(spec, fields)
  // A push that was cut off need not be resumed: what it may have appended must not come up as new.
  file.settleInterrupted(cutOff)
  file.fold()
  file.expectTarget(spec.target, { held: spec.mode === 'insert' || spec.mode === 'append' })
  file.beginPlan(stage.run, spec.target)
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
  const { counts, read } = progress
  const labelOf = (id: string) => fields.fields.find((field) => field.id === id)?.label ?? id
  const emptied = [...written.emptied].map(([field, rows]) => ({ field: labelOf(field), rows }))
  const guards = () =>
    checkGuards({
      mode: spec.mode,
      limits: spec.guards,
      counts,
      read,
      snapshot,
      moved: movedFrom(file.lastTarget(), spec.target),
      edited: file.lastShape() !== shapeOf(spec),
      ...written,
      emptied,
      ...effort(stage, destination),
    })
  const compared = await compareFirst(stage, destination, fields)
  return { guards: guards(), undo: undoAbility(spec, fields.object), ...compared }
}

/** Plans how to take a run back; see planUndo. */
export async function undo(stage: Stage, undone: string, destination: DestinationSession): Promise<PlanResult> {
  const target = await targetFields(stage.spec, destination)
  if (stage.file.targetOf(undone) !== stage.spec.target) {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: 'This sync does not send to the same place any more, so that run cannot be taken back here.',
    })
  }
  const undoing = { ...stage, spec: undoSpec(stage.spec, target.object) }
  stage.file.settleInterrupted(cutOff)
  stage.file.fold()
  stage.file.expectTarget(stage.spec.target, { held: false })
  planUndo(undoing, undone, target.object)
  const compared = await compareFirst(undoing, destination, target)
  const guards = checkUndo(stage.progress.counts, stage.spec.guards)
  return { guards, undo: { possible: false, note: 'This takes back an earlier run.' }, ...compared }
}

/** So few changes are compared with the destination without being asked. */
const COMPARED_AT_ONCE = 1_000

/** Compares a plan at once where it is small, or where the first run takes over what is there. */
async function compareFirst(
  stage: Stage,
  destination: DestinationSession,
  { fields, object }: Target,
): Promise<{ compared: boolean; cannotCompare?: string }> {
  const { spec, progress, file } = stage
  const sending = sendingOf(stage, object)
  const mapped = fields.filter(({ id }) => spec.mapping.some((line) => line.field === id))
  const read = liveReader(sending, destination, mapped, object.readable)
  if (!read) return { compared: false, cannotCompare: whyNot(spec, object) }
  const { added, changed, removed } = progress.counts
  const adopts = spec.firstRun === 'adopt' && file.snapshotSize() === 0
  if (!adopts && added + changed + removed > COMPARED_AT_ONCE) return { compared: false }
  try {
    await compareLive(sending, read, mapped, destination.limits.records)
    return { compared: true }
  } catch (error) {
    // The plan stands without it, unless what is there decides what is sent. A person can ask again.
    if (adopts || stage.signal.aborted) throw error
    return { compared: false }
  }
}

/** Reads what the destination holds for a plan that is there already. Throws a ProblemError when it cannot be read. */
export async function compare(stage: Stage, destination: DestinationSession): Promise<void> {
  const target = await targetFields(stage.spec, destination)
  const sending = sendingOf(stage, target.object)
  const mapped = target.fields.filter(({ id }) => stage.spec.mapping.some((line) => line.field === id))
  const read = liveReader(sending, destination, mapped, target.object.readable)
  if (!read) throw new ProblemError({ remedy: 'retry', message: whyNot(stage.spec, target.object) })
  stage.file.expectTarget(stage.spec.target, { held: false })
  await compareLive(sending, read, mapped, destination.limits.records)
}

function whyNot(spec: SyncSpec, object: Pick<DestinationObject, 'label' | 'readable'>): string {
  if (spec.mode === 'append') return 'Each row is sent once, so there is nothing to compare with.'
  if (spec.mode === 'replace') return 'Everything is replaced; this plan is compared with what Outflow sent last.'
  return object.readable
    ? `${object.label} are not found by a key here; this plan is compared with what Outflow sent last.`
    : `${object.label} cannot be read; this plan is compared with what Outflow sent last.`
}

/** How many requests the plan would take, and how many are left today. */
function effort(
  { progress }: Stage,
  { limits }: DestinationSession,
): { requests: number; requestsLeft: number | undefined } {
  const { added, changed, removed } = progress.counts
  return { requests: Math.ceil((added + changed + removed) / limits.records), requestsLeft: limits.requestsLeftToday }
}

/** A fingerprint of everything beside the row that shapes a record: an edit makes every row a candidate. */
export function mappingPrint(spec: SyncSpec, columns: Column[], fields: Field[]): string {
  const used = fields.filter((field) => spec.mapping.some((line) => line.field === field.id))
  const excluded = spec.excluded.length === 0 ? [] : [spec.excluded]
  const parts = [spec.mapping, ...excluded, columns.map(({ name, type }) => [name, type]), used, spec.key, spec.mode]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** What a person edits to change every record at once. */
export function shapeOf({ mapping }: Pick<SyncSpec, 'mapping'>): string {
  return createHash('sha256').update(JSON.stringify(mapping)).digest('hex')
}

/** The mapped fields of the destination's object as they are now. Throws `edit-sync` when the object is gone. */
export async function targetFields(
  spec: Pick<SyncSpec, 'object' | 'mode'>,
  destination: DestinationSession,
): Promise<Target> {
  const objects = await destination.listObjects(spec.object)
  const object = objects.find((candidate) => candidate.id === spec.object)
  // A name that is not listed is a new one where objects are made by writing to them (a CSV file).
  if (!object && !objects.some((candidate) => candidate.openName)) {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: `The destination no longer has “${spec.object}”. Choose another object.`,
    })
  }
  const fields = await destination.listFields(spec.object)
  // An update changes what is there: a field that is required for a new record may stay unmapped or empty.
  const asked = spec.mode === 'update' ? fields.map((field) => ({ ...field, required: false })) : fields
  const alike = objects.find((candidate) => candidate.openName) as DestinationObject
  const made = { ...alike, id: spec.object, label: spec.object }
  return { object: object ?? made, fields: asked, openFields: object?.openFields ?? true }
}

async function comparing(
  stage: Stage,
  reader: RowReader,
  target: Target,
): Promise<Pick<PlanWriter, 'badIds' | 'badRecords' | 'emptied'>> {
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
  return writer
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
  Object.assign(progress.counts, { added: 0, changed: 0, removed: 0, unchanged: 0, invalid: 0, excluded: 0 })
}
