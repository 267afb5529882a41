import type { Problem } from '../../connectors/problems.ts'
import type { DestinationObject, Mode, Removal, Row, Value } from '../../connectors/types.ts'
import { excludedValue } from './exclusions.ts'
import type { PlannedChange, SentChange, Stage, SyncSpec } from './types.ts'

/** Whether what a sync sends can be taken back, said before the first push. */
export function undoAbility(
  { mode }: Pick<SyncSpec, 'mode'>,
  object: Pick<DestinationObject, 'modes' | 'removals' | 'readable' | 'label'>,
): { possible: boolean; note: string } {
  if (mode === 'append') {
    if (!removesAppended(object))
      return { possible: false, note: 'This cannot be taken back: what is appended stays there.' }
    const note = 'This can be taken back: what was sent is deleted there, and its rows come up again in the next run.'
    return { possible: true, note }
  }
  if (mode === 'replace')
    return { possible: true, note: 'This can be taken back: the content from before is written again.' }
  if (mode === 'membership')
    return { possible: true, note: 'This can be taken back: who entered leaves again, and who left comes back.' }
  if (!object.modes.includes('mirror') && !object.modes.includes('upsert')) {
    return { possible: false, note: `This cannot be taken back: ${object.label} can only be added to.` }
  }
  const how = removalOfCreated(object.removals)
  const created =
    how === null
      ? 'records that it creates stay'
      : `records that it creates are ${how === 'archive' ? 'archived' : 'deleted'}`
  const unread = object.readable
    ? ''
    : ' What was there before Outflow’s first write is not known, because the destination cannot be read; such records are left alone.'
  return {
    possible: true,
    note: `This can be taken back: changed fields get the values sent before, and ${created}.${unread}`,
  }
}

function removalOfCreated(removals: readonly Removal[]): 'archive' | 'delete' | null {
  return removals.includes('archive') ? 'archive' : removals.includes('delete') ? 'delete' : null
}

/** Where nothing but appending is possible and yet something can be removed, that is what was appended (a message). */
function removesAppended({ modes, removals }: Pick<DestinationObject, 'removals' | 'modes'>): boolean {
  return modes.every((mode) => mode === 'append') && removals.includes('delete')
}

/** The way in which an undo is sent: everything that a mirror may do, and created records go the gentlest way there is. */
export function undoSpec(spec: SyncSpec, object: Pick<DestinationObject, 'removals' | 'modes'>): SyncSpec {
  if (spec.mode === 'replace' || spec.mode === 'membership') return spec
  if (spec.mode === 'append') return { ...spec, removal: 'delete' }
  const mode: Mode = object.modes.includes('mirror') ? 'mirror' : 'upsert'
  const mapping = spec.mapping.map(({ field, from }) => ({ field, from }))
  const removal = removalOfCreated(object.removals) ?? 'nothing'
  return { ...spec, mode, mapping, removal, firstRun: 'send-all', edits: 'keep', undo: true }
}

const noPrint = new Uint8Array(16)

/**
 * Plans how to take a run back, from what was noted when it was sent: what it created is removed, what it changed gets its
 * earlier values, what it removed comes back. A record that a later run changed, or whose earlier values nobody knows, is
 * listed and left alone. The plan is applied like any other.
 */
export function planUndo(stage: Stage, undone: string, object: Pick<DestinationObject, 'removals' | 'renames'>): void {
  const { file, progress, spec } = stage
  const removable = spec.mode === 'replace' || spec.mode === 'membership' || removalOfCreated(object.removals) !== null
  file.beginPlan(stage.run, spec.target)
  const excluded = new Set(spec.excluded)
  const renames = object.renames === true
  for (const sent of file.sentBy(undone)) {
    stage.signal.throwIfAborted()
    const back = stepBack(sent, { spec, removable, renames, recordOf: (change) => file.record(change) })
    const step = back.op === 'remove' ? back : withoutExcluded(back, sent, excluded)
    const { op } = step
    if (op === 'excluded') progress.counts.excluded++
    else progress.counts[op === 'add' ? 'added' : op === 'change' ? 'changed' : 'removed']++
    progress.read++
    file.addChange({ key: sent.key, label: sent.label, target: null, ...step })
  }
  file.endPlan()
}

type Step = Pick<PlannedChange, 'print' | 'record' | 'before' | 'problem'> & {
  op: 'add' | 'change' | 'remove' | 'excluded'
}

/** Who is never sent does not come back either. */
function withoutExcluded(step: Step, { id, label }: SentChange, excluded: ReadonlySet<string>): Step {
  const value = step.record && excludedValue(excluded, Buffer.from(label).toString(), parse(step.record))
  if (value === undefined || value === null) return step
  const message = `“${value}” is on the list of people who are never sent (Settings).`
  return { op: 'excluded', record: step.record, print: null, before: id, problem: { remedy: 'confirm', message } }
}

type Known = {
  spec: SyncSpec
  removable: boolean
  /** See DestinationObject. */
  renames: boolean
  recordOf: (change: number) => Uint8Array | null
}

/** What takes one change back. */
export function stepBack(sent: SentChange, known: Known): Step {
  const { spec, removable, recordOf } = known
  const leave = (message: string): Step => {
    const problem: Problem = { remedy: 'confirm', message }
    return { op: 'excluded', record: sent.record, print: null, before: sent.id, problem }
  }
  const restore = (record: Uint8Array): Step => ({
    op: 'change',
    record,
    print: noPrint,
    before: sent.id,
    problem: null,
  })
  const remove = (): Step =>
    removable
      ? { op: 'remove', record: sent.record, print: null, before: sent.id, problem: null }
      : leave('This record was created by that run, and the destination cannot remove records. It is left as it is.')

  if (sent.unknown) return leave('Nobody knows whether this was sent in that run. Look there; it is left as it is.')
  if (!sent.current) return leave('A later run changed this record. It is left as it is.')
  if (sent.op === 'remove') {
    if (sent.live === null) return leave('It was not there any more when that run removed it.')
    const record = earlierValues(sent, known)
    if (record) return { op: 'add', record, print: noPrint, before: null, problem: null }
    return leave('What was sent for this record before is not known any more.')
  }
  if (spec.mode === 'membership' || spec.mode === 'replace') {
    const earlier = sent.before === null ? null : recordOf(sent.before)
    if (!earlier && spec.mode === 'membership' && (sent.live || sent.created === false))
      return leave('This record was in the list before that run. It stays there.')
    return earlier ? restore(earlier) : remove()
  }
  const earlier = earlierValues(sent, known)
  if (earlier) return restore(earlier)
  const isNew = sent.live === null || (sent.live === undefined && (sent.created ?? spec.mode === 'insert'))
  if (isNew && sent.op === 'add') return remove()
  return leave('What the destination held before that run is not known, because it was not read. It is left as it is.')
}

/** The values of the fields that were sent, as they were before: as read there, or as sent the time before. */
function earlierValues(sent: SentChange, { spec: { key }, renames, recordOf }: Known): Uint8Array | null {
  const last = sent.before === null ? null : parseOrNull(recordOf(sent.before))
  const record = parseOrNull(sent.record) ?? last ?? {}
  const names = Object.keys(record)
  const before: Row | null = sent.live ?? last
  if (before === null || names.length === 0) return null
  // What the row stood for before is another record, which was not touched.
  const isOther = key !== null && !renames && !sent.live && !holdsSame(before[key], record[key])
  if (isOther) return null
  return Buffer.from(
    JSON.stringify(Object.fromEntries(names.filter((name) => name in before).map((name) => [name, before[name]]))),
  )
}

const holdsSame = (a: Value | undefined, b: Value | undefined) => String(a).toLowerCase() === String(b).toLowerCase()
const parse = (json: Uint8Array): Row => JSON.parse(Buffer.from(json).toString()) as Row
const parseOrNull = (json: Uint8Array | null): Row | null => (json ? parse(json) : null)
