import { createHash } from 'node:crypto'
import type { Field, WriteTarget } from '../../connectors/types.ts'
import type { SyncSpec } from './types.ts'

/** Where a sync writes: what was chosen, and the place to which the connection leads. Another text is another target. */
export function placed(chosen: string, place: string): string {
  return `${chosen} ${createHash('sha256').update(place).digest('hex').slice(0, 16)}`
}

/** Whether the same was chosen before, and the connection has been pointed elsewhere since. */
export function movedFrom(before: string | undefined, target: string): boolean {
  return before !== undefined && before !== target && before.split(' ')[0] === target.split(' ')[0]
}

/** What a writer is opened with. A field that the destination does not list is made by writing it. */
export function targetOf({ object, mode, key, removal, mapping }: SyncSpec, fields: readonly Field[]): WriteTarget {
  const unlisted = { type: 'json', required: false, readOnly: false } as const
  const mapped = mapping.map(
    ({ field }) => fields.find(({ id }) => id === field) ?? { id: field, label: field, ...unlisted },
  )
  return { object, mode, key, removal, fields: mapped }
}
