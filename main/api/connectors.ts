import type { Connector } from '../../connectors/types.ts'
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
        (await core.connectors()).map((connector): ConnectorInfo => {
          const { id, name, kind, summary, settings } = connector
          return { id, name, kind, summary, settings, ...callbackUrls(connector) }
        }),
    },
  }
}

/** Only where the product compares with registered addresses. */
function callbackUrls({ signIn }: Connector): Pick<ConnectorInfo, 'callbackUrls'> {
  if (!signIn || signIn.redirect.ports === 'any') return {}
  const { host, path, ports } = signIn.redirect
  return { callbackUrls: ports.map((port) => `http://${host}:${port}${path}`) }
}
