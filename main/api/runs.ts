import { z } from 'zod'
import type { NounDoor } from '../dispatch.ts'
import type { Runs } from '../runs/runs.ts'
import { idShape } from '../store/shapes.ts'
import { exportChanges } from './export.ts'
import { changeFilterShape } from './plans.ts'

const id = z.strictObject({ id: idShape })

/** Runs under way and the history. */
export function runDoor(runs: Runs): NounDoor<'runs'> {
  return {
    'runs.list': {
      check: z.strictObject({
        sync: idShape.exactOptional(),
        before: z.iso.datetime().exactOptional(),
        limit: z.int().min(1).max(200),
      }),
      handle: (page) => runs.list(page),
    },
    'runs.get': { check: id, handle: (input) => runs.get(input.id) },
    'runs.pause': { check: id, handle: (input) => runs.pause(input.id) },
    'runs.resume': { check: id, handle: (input) => runs.resume(input.id) },
    'runs.undo': { check: id, handle: (input) => runs.undo(input.id, 'person') },
    'runs.cancel': { check: id, handle: (input) => runs.cancel(input.id) },
    'runs.export': {
      check: z.strictObject({
        run: idShape,
        filter: changeFilterShape,
        after: z.int().min(0).exactOptional(),
        columns: z.array(z.string()).exactOptional(),
      }),
      handle: (piece) => exportChanges(runs, piece),
    },
  }
}
