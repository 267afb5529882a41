import { z } from 'zod'
import type { NounDoor } from '../dispatch.ts'
import type { Core } from './core.ts'

/** "What did we send about ada@example.com?" over all syncs. */
export function historyApi({ store, runs }: Core): NounDoor<'history'> {
  return {
    'history.search': {
      check: z.strictObject({ text: z.string().trim().min(1).max(500), limit: z.int().min(1).max(200) }),
      handle: (search) => runs.search(store.syncs.list(), search),
    },
  }
}
