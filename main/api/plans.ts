import { z } from 'zod'
import { ProblemError } from '../../connectors/problems.ts'
import { guardIds } from '../../preload/api.ts'
import type { NounDoor } from '../dispatch.ts'
import { idShape } from '../store/shapes.ts'
import type { Core } from './core.ts'
import { describeChange, whyNotAlone } from './describe-change.ts'

export const changeFilterShape = z.strictObject({
  op: z.enum(['add', 'change', 'remove', 'invalid', 'excluded', 'adopt']).exactOptional(),
  state: z.enum(['planned', 'sending', 'accepted', 'skipped', 'refused', 'unknown']).exactOptional(),
  search: z.string().max(1_000).exactOptional(),
})

const confirmShape = z.array(z.enum(guardIds)).max(guardIds.length)
const oneChange = { run: idShape, change: z.int().min(0) }

/** Making a plan, looking at it, pushing it or one record of it. */
export function planDoor(core: Core): NounDoor<'plans'> {
  const { runs } = core
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
      check: z.strictObject({ run: idShape, confirm: confirmShape }),
      handle: ({ run, confirm }) => runs.push(run, confirm),
    },
    'plans.compare': { check: z.strictObject({ id: idShape }), handle: ({ id }) => runs.compare(id) },
    'plans.change': { check: z.strictObject(oneChange), handle: ({ run, change }) => runs.change(run, change) },
    'plans.describe': {
      check: z.strictObject(oneChange),
      handle: ({ run, change }, { signal }) => describeChange(core, run, change, signal),
    },
    'plans.sendOne': {
      check: z.strictObject({ ...oneChange, confirm: confirmShape }),
      handle: async ({ run, change, confirm }, { signal }) => {
        const why = await whyNotAlone(core, run, signal)
        if (why) throw new ProblemError({ remedy: 'confirm', message: `${why} Push the whole plan instead.` })
        await runs.sendOne(run, change, confirm)
        return runs.change(run, change)
      },
    },
  }
}
