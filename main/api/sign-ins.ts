import { z } from 'zod'
import { ProblemError } from '../../connectors/problems.ts'
import type { ConnectionDraft } from '../../preload/api.ts'
import type { NounDoor } from '../dispatch.ts'
import { valuesShape } from '../store/shapes.ts'
import { checkedValues } from './check-form.ts'
import type { Core } from './core.ts'
import { id } from './inputs.ts'
import { connectorOf } from './sessions.ts'

const draft: z.ZodType<Pick<ConnectionDraft, 'connector' | 'values'>> = z.object({
  connector: z.string().max(100),
  values: valuesShape,
})

/** Signing in on a product's own page in the browser. What it brings stays in the core; the screens get its id. */
export function signInsApi(core: Core): NounDoor<'signIns'> {
  return {
    'signIns.start': {
      check: draft,
      handle: async ({ connector: product, values }) => {
        const connector = await connectorOf(core, product)
        if (!connector.signIn) {
          throw new ProblemError({ remedy: 'reconnect', message: `${connector.name} has no sign-in page.` })
        }
        return core.access.start(connector, checkedValues(connector.settings, values))
      },
    },
    'signIns.get': { check: id, handle: ({ id }) => core.access.signIns.get(id) },
    'signIns.cancel': { check: id, handle: ({ id }) => core.access.signIns.cancel(id) },
  }
}
