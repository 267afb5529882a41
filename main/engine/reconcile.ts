import type { Field, Row } from '../../connectors/types.ts'
import type { KeptField } from '../../preload/api.ts'
import { isKept } from './kept-value.ts'
import { isEmpty } from './same-value.ts'
import type { SyncSpec } from './types.ts'

export type Reconciled = {
  /** What to send; null when nothing is left. */
  send: Row | null
  kept: KeptField[]
}

/**
 * Decides field by field what is sent, given what the destination holds now (`live`, null: no such record). A value that
 * someone changed there after our last write (`previous`) stays unless the sync overwrites edits; the rules of the mapping
 * say the rest. Fields that cannot be read are sent.
 */
export function reconcile(
  record: Row,
  previous: Row | undefined,
  live: Row | null,
  { spec, fields }: { spec: Pick<SyncSpec, 'key' | 'mapping' | 'edits'>; fields: readonly Field[] },
): Reconciled {
  if (live === null) return { send: record, kept: [] }
  const send: Row = {}
  const kept: KeptField[] = []
  for (const [name, value] of Object.entries(record)) {
    const field = fields.find(({ id }) => id === name) ?? unlisted
    const there = live[name]
    const why = name === spec.key || there === undefined || field.writeOnly ? undefined : keptWhy(name)
    if (why) kept.push({ field: name, why })
    else send[name] = value

    function keptWhy(id: string): KeptField['why'] | undefined {
      if (isKept(there, value, field)) return undefined
      const rule = spec.mapping.find((line) => line.field === id)?.rule
      if (rule === 'on-create') return 'exists'
      if (rule === 'if-empty' && !isEmpty(there)) return 'filled'
      const edited = previous !== undefined && id in previous && !isKept(there, previous[id], field)
      return edited && spec.edits === 'keep' ? 'edited' : undefined
    }
  }
  const differs = Object.keys(send).some(
    (name) => name !== spec.key && !isKept(live[name], send[name], fields.find(({ id }) => id === name) ?? unlisted),
  )
  return { send: kept.length > 0 && !differs ? null : send, kept }
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
const unlisted: Pick<Field, 'type' | 'keeps' | 'writeOnly'> = { type: 'json' }
