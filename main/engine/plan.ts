import { createHash } from 'node:crypto'
import { type Problem, ProblemError } from '../../connectors/problems.ts'
import { decodeRow } from '../../connectors/rows.ts'
import type { Column, DestinationSession, Field, RowReader, SourceSession, Value } from '../../connectors/types.ts'
import { diff, type Findings, OutOfOrder, type SourceRow } from './diff.ts'
import { readSorted } from './extract.ts'
import { checkGuards } from './guards.ts'
import { createTransform, mappedColumns, type Transformed } from './transform.ts'
import type { PlanResult, SnapshotEntry, Stage, SyncSpec } from './types.ts'

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
  file.expectTarget(spec.target, { keepUnsent: spec.mode === 'insert' || spec.mode === 'append' })
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
    file.clearPlan()
    resetPlanned(stage)
    const reader = await readSorted(source, request, file, (rows) => {
      stage.signal.throwIfAborted()
      progress.read += rows
    })
    written = await comparing(stage, reader, fields)
  }
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

/** Turns the merge's findings into rows of the plan, as the mode asks. */
class PlanWriter implements Findings {
  badIds = 0
  badRecords = 0
  readonly #stage: Stage
  readonly #columns: Column[]
  readonly #transform: (values: Value[]) => Transformed
  /** The destination's key is the unique id itself: two rows cannot share it. */
  readonly #keyIsUniqueId: boolean
  readonly #removes: boolean

  constructor(stage: Stage, columns: Column[], target: { fields: Field[]; openFields: boolean }) {
    const { spec } = stage
    this.#stage = stage
    this.#columns = columns
    this.#transform = createTransform({ columns, mapping: spec.mapping, key: spec.key, ...target })
    const from = spec.mapping.find((line) => line.field === spec.key)?.from
    this.#keyIsUniqueId =
      spec.key === null || (from?.kind === 'column' && spec.uniqueId.length === 1 && from.column === spec.uniqueId[0])
    this.#removes = spec.mode === 'mirror' || spec.mode === 'membership' || spec.mode === 'replace'
  }

  added(row: SourceRow): void {
    this.#candidate(row, null)
  }

  changed(row: SourceRow, entry: SnapshotEntry): void {
    const { mode } = this.#stage.spec
    if (mode === 'insert' || mode === 'append' || mode === 'membership') this.unchanged()
    else this.#candidate(row, entry)
  }

  unchanged(): void {
    this.#stage.progress.counts.unchanged++
  }

  removed([key, , change]: SnapshotEntry): void {
    if (!this.#keyIsUniqueId) this.#stage.file.markGone(key)
    if (!this.#removes) return
    this.#stage.progress.counts.removed++
    const label = this.#stage.file.label(change)
    this.#stage.file.addChange({
      op: 'remove',
      key,
      label,
      target: null,
      print: null,
      record: null,
      before: change,
      problem: null,
    })
  }

  /** To be called once after the last finding. */
  end(): void {
    const { spec, file, progress } = this.#stage
    if (this.#keyIsUniqueId || spec.key === null) return
    const { added, changed, removed } = file.settleTargets(spec.key)
    progress.counts.added -= added
    progress.counts.changed -= changed
    progress.counts.removed -= removed
    progress.counts.invalid += added + changed
    this.badRecords += added + changed
  }

  emptyId(row: SourceRow): void {
    this.badIds++
    this.#invalid(row, null, {
      remedy: 'fix-record',
      message: 'The unique id is empty, so this row cannot be told from others.',
    })
  }

  duplicateId(row: SourceRow): void {
    this.badIds++
    this.#invalid(row, null, {
      remedy: 'fix-record',
      message: 'Another row has the same unique id. Neither is sent, because only one of them can be right.',
    })
  }

  #candidate(row: SourceRow, entry: SnapshotEntry | null): void {
    const { file, progress, spec } = this.#stage
    const values = this.#values(row)
    const result = this.#transform(values)
    if (!result.ok) {
      this.badRecords++
      this.#invalid(row, entry, result.problem)
      return
    }
    const record = JSON.stringify(result.record)
    const key = row.key.copy()
    const print = Buffer.from(row.print)
    if (entry && sameRecord(record, file.record(entry[2]))) {
      file.touch(key, print)
      this.unchanged()
      return
    }
    const target = this.#keyIsUniqueId || result.key === null ? null : String(result.key).toLowerCase()
    const op = entry || spec.mode === 'update' ? 'change' : 'add'
    if (op === 'add') progress.counts.added++
    else progress.counts.changed++
    file.addChange({
      op,
      key,
      label: this.#label(values),
      target,
      print,
      record,
      before: entry?.[2] ?? null,
      problem: null,
    })
  }

  #invalid(row: SourceRow, entry: SnapshotEntry | null, problem: Problem): void {
    this.#stage.progress.counts.invalid++
    const values = this.#values(row)
    this.#stage.file.addChange({
      op: 'invalid',
      key: row.key.copy(),
      label: this.#label(values),
      target: null,
      print: null,
      record: JSON.stringify(this.#sourceRow(values)),
      before: entry?.[2] ?? null,
      problem,
    })
  }

  #values(row: SourceRow): Value[] {
    return decodeRow(row.data, row.start, row.end, this.#columns)
  }

  #sourceRow(values: Value[]): Record<string, Value> {
    return Object.fromEntries(this.#columns.map((column, index) => [column.name, values[index] ?? null]))
  }

  #label(values: Value[]): string {
    const id = values.slice(0, this.#stage.spec.uniqueId.length)
    return id.map((value) => (typeof value === 'object' ? JSON.stringify(value ?? '') : String(value))).join(', ')
  }
}

/** Whether two records as JSON hold the same, whatever the order of their fields. */
function sameRecord(a: string, b: string | null): boolean {
  if (b === null) return false
  if (a === b) return true
  return a.length === b.length && canonical(a) === canonical(b)
}

function canonical(json: string): string {
  return JSON.stringify(Object.entries(JSON.parse(json)).sort(([x], [y]) => (x < y ? -1 : 1)))
}
