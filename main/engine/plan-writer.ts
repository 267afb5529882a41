import type { Problem } from '../../connectors/problems.ts'
import { decodeRow } from '../../connectors/rows.ts'
import type { Column, Row, Value } from '../../connectors/types.ts'
import type { Findings, SourceRow } from './diff.ts'
import { excludedValue } from './exclusions.ts'
import { keyLeftBehind } from './key.ts'
import type { Target } from './plan.ts'
import { RecordEncoder } from './record-encoder.ts'
import { isEmpty } from './same-value.ts'
import { createTransform, type Transformed } from './transform.ts'
import type { PlannedChange, Stage, Trail } from './types.ts'

const none = new Uint8Array(0)

/** Turns the merge's findings into rows of the plan, as the mode asks. */
export class PlanWriter implements Findings {
  badIds = 0
  badRecords = 0
  /** Rows in which a field was filled the last time and is empty now, by field. */
  readonly emptied: Map<string, number> = new Map()
  readonly #excluded: ReadonlySet<string>
  readonly #stage: Stage
  readonly #columns: Column[]
  readonly #transform: (values: Value[]) => Transformed
  readonly #encoder: RecordEncoder | null
  /** The destination's key is the unique id itself: two rows cannot share it. */
  readonly #keyIsUniqueId: boolean
  readonly #removes: boolean
  /** A record follows its row to another key; else the row leaves it behind. */
  readonly #renames: boolean
  /** The unique id's bytes are its label. */
  readonly #plainLabel: boolean

  constructor(stage: Stage, columns: Column[], { fields, openFields, object }: Target) {
    const { spec } = stage
    this.#stage = stage
    this.#columns = columns
    // The key's field comes first: apply finds the key there without reading the whole record.
    const mapping = spec.mapping.toSorted((a, b) => Number(b.field === spec.key) - Number(a.field === spec.key))
    const shape = { columns, mapping, key: spec.key, fields, openFields }
    this.#transform = createTransform(shape)
    this.#excluded = new Set(spec.excluded)
    // Whoever must not be sent is looked for in every value.
    this.#encoder = this.#excluded.size === 0 ? RecordEncoder.of(shape) : null
    const from = mapping.find((line) => line.field === spec.key)?.from
    this.#keyIsUniqueId =
      spec.key === null || (from?.kind === 'column' && spec.uniqueId.length === 1 && from.column === spec.uniqueId[0])
    this.#removes = spec.mode === 'mirror' || spec.mode === 'membership' || spec.mode === 'replace'
    this.#renames = object.renames === true && spec.mode !== 'membership'
    this.#plainLabel = spec.uniqueId.length === 1 && ['text', 'integer', 'decimal'].includes(columns[0]?.type ?? '')
  }

  added(row: SourceRow): void {
    this.#candidate(row, null, false)
  }

  changed(row: SourceRow, before: number, certain: boolean): void {
    const { mode } = this.#stage.spec
    if (mode === 'insert' || mode === 'append') this.unchanged()
    else this.#candidate(row, before, certain)
  }

  unchanged(): void {
    this.#stage.progress.counts.unchanged++
  }

  removed(key: Uint8Array, before: number, certain: boolean): void {
    const { file } = this.#stage
    if (!this.#keyIsUniqueId) file.markGone(key)
    if (!this.#removes) return
    const sent = certain ? before : file.trail(before).acknowledged
    // It may be someone else's record: what Outflow did not certainly make, it does not take away.
    if (sent === null) this.#leaveThere(key, before, unsureWhether('This row left the audience, and it'))
    else if (file.isFound(key)) this.#leaveThere(key, before, notOurs)
    else this.#remove(key, before, sent)
  }

  /** `sent`: the change that was acknowledged last; `target` as in PlannedChange. */
  #remove(key: Uint8Array, before: number, sent: number, target: string | null = null): void {
    const { file, progress } = this.#stage
    progress.counts.removed++
    // The record as last sent goes with it: apply need not look it up again.
    this.#write({ op: 'remove', key, label: Buffer.from(file.label(sent)), target, record: file.record(sent), before })
  }

  #leaveThere(key: Uint8Array, before: number, message: string): void {
    const { file, progress } = this.#stage
    const [label, record] = [Buffer.from(file.label(before)), file.record(before)]
    progress.counts.excluded++
    this.#write({ op: 'excluded', key, label, record, before, problem: { remedy: 'confirm', message } })
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

  #candidate(row: SourceRow, before: number | null, certain: boolean): void {
    const { file, progress, spec } = this.#stage
    const made = this.#record(row)
    if ('problem' in made) {
      this.badRecords++
      this.#invalid(row, before, made.problem)
      return
    }
    if ('excluded' in made) {
      this.#leaveAlone(row, before, made)
      return
    }
    const { record } = made
    const key = row.key.bytes.subarray(0, row.key.length)
    if (before === null) {
      const { target } = made
      const op = spec.mode === 'update' ? 'change' : 'add'
      progress.counts[op === 'add' ? 'added' : 'changed']++
      this.#write({ op, key, label: this.#label(row), target, print: row.print, record })
      return
    }
    const trail = certain ? { unknown: [], acknowledged: before } : file.trail(before)
    const previous = trail.acknowledged === null ? null : file.record(trail.acknowledged)
    const old = previous && this.#oldKey(made.target, previous)
    const isMember = spec.mode === 'membership'
    // Of a list only who is in it counts.
    const isSame = isMember ? old === null : sameRecord(record, this.#withSkipped(record, previous))
    if (certain && isSame) {
      this.#write({ op: 'same', key, print: row.print, before })
      this.unchanged()
      return
    }
    if (previous) this.#noteEmptied(record, previous)
    const isNew = !previous || isMember || (old !== null && !this.#renames)
    const op = isNew && spec.mode !== 'update' ? 'add' : 'change'
    if (op === 'add') progress.counts.added++
    else progress.counts.changed++
    const staysThere = old !== null && !this.#renames && !this.#removes
    const notes = [
      ...(trail.unknown.length > 0 ? [unanswered] : []),
      ...(staysThere ? [`The record under ${old} stays there as it is.`] : []),
    ]
    const problem: Problem | null = notes.length > 0 ? { remedy: 'confirm', message: notes.join(' ') } : null
    this.#write({ op, key, label: this.#label(row), target: made.target, print: row.print, record, before, problem })
    const left = this.#renames ? null : old
    if (this.#removes && (left !== null || trail.unknown.length > 0)) this.#leaveBehind(key, made.target, trail, left)
  }

  /** What stands there under keys that this row had: the acknowledged one (`old`) goes, the others may be nobody's. */
  #leaveBehind(row: Uint8Array, target: string | null, trail: Trail, old: string | null): void {
    if (this.#keyIsUniqueId) return
    const { file } = this.#stage
    const { unknown, acknowledged } = trail
    const seen = new Set([target, acknowledged === null ? null : this.#targetOf(file.record(acknowledged))])
    for (const change of unknown) {
      const tried = this.#targetOf(file.record(change))
      if (!seen.has(tried))
        this.#leaveThere(keyLeftBehind(row, change), change, unsureWhether(`The record under ${tried}`))
      seen.add(tried)
    }
    if (old === null || acknowledged === null) return
    const key = keyLeftBehind(row, acknowledged)
    if (file.isFound(row)) this.#leaveThere(key, acknowledged, notOurs)
    else this.#remove(key, acknowledged, acknowledged, old)
  }

  /** The key under which the record was sent, where that is another one than now. */
  #oldKey(target: string | null, previous: Uint8Array): string | null {
    if (this.#keyIsUniqueId) return null
    const old = this.#targetOf(previous)
    return old === target ? null : old
  }

  #targetOf(record: Uint8Array | null): string | null {
    const { key } = this.#stage.spec
    return record && key !== null ? targetOf(parse(record)[key] ?? null) : null
  }

  /** The record as JSON, and the key by which two rows may meet; or why there is none. */
  #record(
    row: SourceRow,
  ): { record: Uint8Array; target: string | null } | { problem: Problem } | { excluded: string; record: Uint8Array } {
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
    const json = Buffer.from(JSON.stringify(result.record))
    if (this.#excluded.size > 0) {
      const excluded = excludedValue(this.#excluded, Buffer.from(this.#label(row)).toString(), result.record)
      if (excluded !== undefined) return { excluded, record: json }
    }
    return {
      record: json,
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

  /** On the exclusion list: never sent, and where the mode removes, taken away like one that left. */
  #leaveAlone(row: SourceRow, before: number | null, made: { excluded: string; record: Uint8Array }): void {
    const key = row.key.bytes.subarray(0, row.key.length)
    if (before !== null && this.#removes) {
      this.removed(key, before, true)
      return
    }
    this.#stage.progress.counts.excluded++
    const message = `“${made.excluded}” is on the list of people who are never sent (Settings).`
    const problem: Problem = { remedy: 'confirm', message }
    this.#write({ op: 'excluded', key, label: this.#label(row), record: made.record, before, problem })
  }

  /** What the record would be if the fields that it skips because they are empty were as they were sent. */
  #withSkipped(record: Uint8Array, previous: Uint8Array | null): Uint8Array | null {
    if (!previous || !this.#stage.spec.mapping.some(({ skipEmpty }) => skipEmpty)) return previous
    const now = parse(record)
    const kept = Object.entries(parse(previous)).filter(([name]) => name in now)
    return Buffer.from(JSON.stringify(Object.fromEntries(kept)))
  }

  #noteEmptied(record: Uint8Array, previous: Uint8Array): void {
    // Most records have nothing empty: looking for it in the bytes spares reading them.
    const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength)
    if (!bytes.includes(':null') && !bytes.includes(':""')) return
    const before = parse(previous)
    for (const [name, value] of Object.entries(parse(record))) {
      if (isEmpty(value) && !isEmpty(before[name])) this.emptied.set(name, (this.emptied.get(name) ?? 0) + 1)
    }
  }

  #write(change: Pick<PlannedChange, 'op' | 'key'> & Partial<PlannedChange>): void {
    this.#stage.file.addChange({
      op: change.op,
      key: change.key,
      label: change.label ?? none,
      target: change.target ?? null,
      print: change.print ?? null,
      record: change.record ?? null,
      before: change.before ?? null,
      problem: change.problem ?? null,
    })
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

const unsureWhether = (what: string) => `${what} is not known to have arrived at all. It is left as it is; look there.`
const notOurs =
  'It was there before this sync, which removes only what it made or took over. It is left as it is; remove it there if it should go.'
const unanswered = 'What was sent last got no answer, so nobody knows whether it arrived. This is sent in any case.'

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

const parse = (json: Uint8Array): Row => JSON.parse(Buffer.from(json).toString()) as Row

function canonical(json: Uint8Array): string {
  return JSON.stringify(Object.entries(parse(json)).sort(([x], [y]) => (x < y ? -1 : 1)))
}
