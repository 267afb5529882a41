import { join } from 'node:path'
import { z } from 'zod'
import type { NounDoor } from '../dispatch.ts'
import { identifierShape } from '../store/shapes.ts'
import type { Core } from './core.ts'
import { cursorShape, searchShape } from './inputs.ts'

/** Where the Practice CRM that comes with the sample data keeps its records. */
export function practiceFile(dataFolder: string): string {
  return join(dataFolder, 'practice-crm.db')
}

/** The Practice CRM's own pages: what it holds now. */
export function practiceApi({ dataFolder }: Core): NounDoor<'practice'> {
  return {
    'practice.records': {
      check: z.object({
        object: identifierShape,
        search: searchShape.exactOptional(),
        after: cursorShape.exactOptional(),
        limit: z.int().min(1).max(500),
      }),
      handle: async (page) => {
        const { listRecords } = await import('../../connectors/destinations/practice-crm/index.ts')
        return listRecords(practiceFile(dataFolder), page)
      },
    },
  }
}
