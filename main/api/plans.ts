import { z } from 'zod'
import type { GuardId } from '../../preload/api.ts'
import type { NounDoor } from '../dispatch.ts'
import type { Runs } from '../runs.ts'
import { idShape } from '../store/shapes.ts'

const guardIds = [
  'many-removals',
  'many-changes',
  'source-empty',
  'source-shrank',
  'unique-id',
  'required-empty',
] as const satisfies readonly GuardId[]

export const changeFilterShape = z.strictObject({
  op: z.enum(['add', 'change', 'remove', 'invalid']).exactOptional(),
  state: z.enum(['planned', 'sending', 'accepted', 'skipped', 'refused', 'unknown']).exactOptional(),
  search: z.string().max(1_000).exactOptional(),
})

/** Making a plan, looking at it, pushing it. */
export function planDoor(runs: Runs): NounDoor<'plans'> {
  return {
    'plans.make': {
      check: z.strictObject({ sync: idShape }),
      handle: ({ sync }) => runs.make(sync, 'person'),
    },
    'plans.changes': {
      check: z.strictObject({
        run: idShape,
        filter: changeFilterShape,
        after: z.int().min(0).exactOptional(),
        limit: z.int().min(1).max(500),
      }),
      handle: ({ run, ...page }) => runs.changes(run, page),
    },
    'plans.push': {
      check: z.strictObject({ run: idShape, confirm: z.array(z.enum(guardIds)).max(guardIds.length) }),
      handle: ({ run, confirm }) => runs.push(run, confirm),
    },
  }
}
