import type { Problem } from '../../connectors/problems.ts'
import { decodeRow } from '../../connectors/rows.ts'
import type { Column, Field, Row, Value } from '../../connectors/types.ts'
import type { Findings, SourceRow } from './diff.ts'
import { RecordEncoder } from './record-encoder.ts'
import { createTransform, type Transformed } from './transform.ts'
import type { PlannedChange, Stage } from './types.ts'

const none = new Uint8Array(0)

/** Turns the merge's findings into rows of the plan, as the mode asks. */
export class PlanWriter implements Findings {
  badIds = 0
  badRecords = 0
  readonly #stage: Stage
  readonly #columns: Column[]
  readonly #transform: (values: Value[]) => Transformed
  readonly #encoder: RecordEncoder | null
  /** The destination's key is the unique id itself: two rows cannot share it. */
  readonly #keyIsUniqueId: boolean
  readonly #removes: boolean
  /** The unique id's bytes are its label. */
  readonly #plainLabel: boolean

  constructor(stage: Stage, columns: Column[], target: { fields: Field[]; openFields: boolean }) {
    const { spec } = stage
    this.#stage = stage
    this.#columns = columns
    // The key's field comes first: apply finds the key there without reading the whole record.
    const mapping = spec.mapping.toSorted((a, b) => Number(b.field === spec.key) - Number(a.field === spec.key))
    const shape = { columns, mapping, key: spec.key, ...target }
    this.#transform = createTransform(shape)
    this.#encoder = RecordEncoder.of(shape)
    const from = mapping.find((line) => line.field === spec.key)?.from
    this.#keyIsUniqueId =
      spec.key === null || (from?.kind === 'column' && spec.uniqueId.length === 1 && from.column === spec.uniqueId[0])
    this.#removes = spec.mode === 'mirror' || spec.mode === 'membership' || spec.mode === 'replace'
    this.#plainLabel = spec.uniqueId.length === 1 && ['text', 'integer', 'decimal'].includes(columns[0]?.type ?? '')
  }

  added(row: SourceRow): void {
    this.#candidate(row, null)
  }

  changed(row: SourceRow, before: number): void {
    const { mode } = this.#stage.spec
    if (mode === 'insert' || mode === 'append' || mode === 'membership') this.unchanged()
    else this.#candidate(row, before)
  }

  unchanged(): void {
    this.#stage.progress.counts.unchanged++
  }

  removed(key: Uint8Array, before: number): void {
    const { file, progress } = this.#stage
    if (!this.#keyIsUniqueId) file.markGone(key)
    if (!this.#removes) return
    progress.counts.removed++
    // The record as last sent goes with it: apply need not look it up again.
    this.#write({ op: 'remove', key, label: Buffer.from(file.label(before)), record: file.record(before), before })
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

  #candidate(row: SourceRow, before: number | null): void {
    const { file, progress, spec } = this.#stage
    const made = this.#record(row)
    if ('problem' in made) {
      this.badRecords++
      this.#invalid(row, before, made.problem)
      return
    }
    const { record } = made
    const key = row.key.bytes.subarray(0, row.key.length)
    if (before !== null && sameRecord(record, file.record(before))) {
      this.#write({ op: 'same', key, print: row.print, before })
      this.unchanged()
      return
    }
    const op = before !== null || spec.mode === 'update' ? 'change' : 'add'
    if (op === 'add') progress.counts.added++
    else progress.counts.changed++
    this.#write({ op, key, label: this.#label(row), target: made.target, print: row.print, record, before })
  }

  /** The record as JSON, and the key by which two rows may meet; or why there is none. */
  #record(row: SourceRow): { record: Uint8Array; target: string | null } | { problem: Problem } {
    const encoder = this.#encoder
    const length = encoder ? encoder.encode(row.data, row.start, row.end) : -1
    if (encoder && length >= 0) {
      const record = encoder.bytes.subarray(0, length)
      if (this.#keyIsUniqueId) return { record, target: null }
      return {
        record,
        target: targetOf(JSON.parse(encoder.bytes.toString('utf8', encoder.firstValueStart, encoder.firstValueEnd))),
      }
    }
    const result = this.#transform(this.#values(row))
    if (!result.ok) return result
    return {
      record: Buffer.from(JSON.stringify(result.record)),
      target: this.#keyIsUniqueId ? null : targetOf(result.key),
    }
  }

  #invalid(row: SourceRow, before: number | null, problem: Problem): void {
    this.#stage.progress.counts.invalid++
    const values = this.#values(row)
    const record = Object.fromEntries(this.#columns.map((column, index) => [column.name, values[index] ?? null]))
    this.#write({
      op: 'invalid',
      key: row.key.bytes.subarray(0, row.key.length),
      label: this.#label(row),
      record: Buffer.from(JSON.stringify(record)),
      before,
      problem,
    })
  }

  #write(change: Pick<PlannedChange, 'op' | 'key'> & Partial<PlannedChange>): void {
    const nothing = { label: none, target: null, print: null, record: null, before: null, problem: null }
    this.#stage.file.addChange({ ...nothing, ...change })
  }

  #values(row: SourceRow): Value[] {
    return decodeRow(row.data, row.start, row.end, this.#columns)
  }

  #label(row: SourceRow): Uint8Array {
    if (this.#plainLabel) {
      let at = row.start
      while (at < row.end && row.data[at] !== TAB && row.data[at] !== BACKSLASH) at++
      if (at === row.end || row.data[at] === TAB) return row.data.subarray(row.start, at)
    }
    const id = this.#values(row).slice(0, this.#stage.spec.uniqueId.length)
    const text = id.map((value) => (typeof value === 'object' ? JSON.stringify(value ?? '') : String(value))).join(', ')
    return Buffer.from(text)
  }
}

const TAB = 0x09
const BACKSLASH = 0x5c

/** As destinations compare keys: an email address is the same in any case. */
function targetOf(key: Value): string | null {
  return key === null ? null : String(key).toLowerCase()
}

/** Whether two records as JSON hold the same, whatever the order of their fields. */
function sameRecord(a: Uint8Array, b: Uint8Array | null): boolean {
  if (b === null || a.length !== b.length) return false
  return Buffer.compare(a, b) === 0 || canonical(a) === canonical(b)
}

function canonical(json: Uint8Array): string {
  const record = JSON.parse(Buffer.from(json).toString()) as Row
  return JSON.stringify(Object.entries(record).sort(([x], [y]) => (x < y ? -1 : 1)))
}
