import type { Field, Row } from '../../connectors/types.ts'
import type { KeptField } from '../../preload/api.ts'
import type { Outgoing } from './outgoing.ts'
import { leftAlone, reconcile } from './reconcile.ts'
import type { OutboxChange, SyncSpec } from './types.ts'

type Asked = Pick<SyncSpec, 'key' | 'mapping' | 'edits' | 'mode' | 'undo'>

/** `left`: why nothing of it is sent at all. `send`: the record, null when everything that differs is kept. */
export type Decision = { left: string } | { send: Row | null; kept: KeptField[] }

/** Whether what is sent of such a change may depend on what the destination holds of it. */
export function asksFirst({ mapping, undo }: Asked, op: OutboxChange['op']): boolean {
  if (op === 'remove') return undo === true
  // A record that is new and has no rules of its own cannot be in anyone's way.
  return op !== 'add' || mapping.some(({ rule }) => rule === 'if-empty' || rule === 'on-create')
}

/** What is sent of a change, given what the destination holds; null: no such record. */
export function decide(
  write: Pick<Outgoing, 'op' | 'record' | 'previous' | 'perhaps'>,
  there: Row | null,
  { spec, fields }: { spec: Asked; fields: readonly Field[] },
): Decision {
  const left = spec.undo && leftAlone(spec, write, there, fields)
  if (left) return { left }
  if (write.op === 'remove') return { send: write.record, kept: [] }
  return reconcile(write, there, { spec, fields })
}
