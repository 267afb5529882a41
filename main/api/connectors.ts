import type { ConnectorInfo } from '../../preload/api.ts'
import type { NounDoor } from '../dispatch.ts'
import type { Core } from './core.ts'
import { nothing } from './inputs.ts'

/** The products that can be connected, with their forms. */
export function connectorsApi(core: Core): NounDoor<'connectors'> {
  return {
    'connectors.list': {
      check: nothing,
      handle: async () =>
        (await core.connectors()).map(
          ({ id, name, kind, summary, settings }): ConnectorInfo => ({ id, name, kind, summary, settings }),
        ),
    },
  }
}
