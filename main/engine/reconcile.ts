import type { Field, Row, Write } from '../../connectors/types.ts'
import type { KeptField } from '../../preload/api.ts'
import { isKept } from './kept-value.ts'
import type { Outgoing } from './outgoing.ts'
import { isEmpty } from './same-value.ts'
import type { SyncSpec } from './types.ts'

export type Reconciled = {
  /** What to send; null when nothing is left. */
  send: Row | null
  kept: KeptField[]
}

/**
 * Decides field by field what is sent, given what the destination holds now (`live`, null: no such record). A value that
 * someone changed there after our last write stays unless the sync overwrites edits: one that differs from what was
 * acknowledged last (`previous`) and from everything that may have arrived since (`perhaps`). The rules of the mapping say
 * the rest. Fields that cannot be read are sent, unless they are for new records only.
 */
export function reconcile(
  { record, previous, perhaps }: Pick<Outgoing, 'record' | 'previous' | 'perhaps'>,
  live: Row | null,
  { spec, fields }: { spec: Pick<SyncSpec, 'key' | 'mapping' | 'edits'>; fields: readonly Field[] },
): Reconciled {
  if (live === null) return { send: record, kept: [] }
  const send: Row = {}
  const kept: KeptField[] = []
  for (const [name, value] of Object.entries(record)) {
    const field = fields.find(({ id }) => id === name) ?? unlisted
    const there = live[name]
    const rule = spec.mapping.find((line) => line.field === name)?.rule
    const unseen = there === undefined || field.writeOnly
    const why = name === spec.key ? undefined : unseen ? keptUnseen() : keptWhy(name)
    if (why) kept.push({ field: name, why })
    else send[name] = value

    /** That the record is there is known all the same. */
    function keptUnseen(): KeptField['why'] | undefined {
      return rule === 'on-create' ? 'exists' : undefined
    }

    function keptWhy(id: string): KeptField['why'] | undefined {
      if (isKept(there, value, field)) return undefined
      if (rule === 'on-create') return 'exists'
      if (rule === 'if-empty' && !isEmpty(there)) return 'filled'
      if (spec.edits !== 'keep' || previous === undefined || !(id in previous)) return undefined
      const isOurs = [previous, ...perhaps].some((ours) => id in ours && isKept(there, ours[id], field))
      return isOurs ? undefined : 'edited'
    }
  }
  const differs = Object.keys(send).some(
    (name) => name !== spec.key && !isKept(live[name], send[name], fields.find(({ id }) => id === name) ?? unlisted),
  )
  return { send: kept.length > 0 && !differs ? null : send, kept }
}

/**
 * Why a record is not sent at all, given what the destination holds now: an undo leaves alone what someone changed or removed
 * since, and some modes are not meant for what is there, or is not.
 */
export function leftAlone(
  { mode, undo }: Pick<SyncSpec, 'mode' | 'undo'>,
  write: Pick<Write, 'op' | 'record'>,
  live: Row | null,
  fields: readonly Field[],
): string | undefined {
  if (mode === 'insert' && live !== null) return 'It is there already, and “Add new only” leaves it as it is.'
  if (mode === 'update' && live === null) return 'It is not there, and “Update existing only” adds nothing.'
  if (!undo || mode === 'membership') return undefined
  if (write.op === 'change' && live === null)
    return 'Someone removed this record there since that run. It is not made again.'
  if (write.op === 'remove' && live !== null && !showsStill(write.record, live, fields))
    return 'Someone changed this record there since that run. It is left as it is.'
  return undefined
}

/** Whether nothing of what was sent has other values there now, as far as the destination shows its fields. */
function showsStill(sent: Row, live: Row, fields: readonly Field[]): boolean {
  return Object.entries(sent).every(([name, value]) => {
    const field = fields.find(({ id }) => id === name) ?? unlisted
    return field.writeOnly || live[name] === undefined || isKept(live[name], value, field)
  })
}

/** Whether the destination holds exactly this record, as far as it shows its fields. */
export function holdsAlready(record: Row, live: Row | null, fields: readonly Field[]): boolean {
  return (
    live !== null &&
    Object.entries(record).every(([name, value]) => {
      const field = fields.find(({ id }) => id === name) ?? unlisted
      return !field.writeOnly && name in live && isKept(live[name], value, field)
    })
  )
}

/** What is known of a field that the destination did not list. */
const unlisted: Pick<Field, 'type' | 'keeps' | 'holds' | 'writeOnly'> = { type: 'json' }
