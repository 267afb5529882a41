import { setTimeout as delay } from 'node:timers/promises'
import type { Connector } from '../../connectors/types.ts'
import { createPace, type Pace } from '../engine/pace.ts'
import type { ConnectorUse } from './worker-messages.ts'

/** By holder of a quota, as `quotaHolder` names it. */
export type Paces = (holder: string) => Pace

/** One pace for all who send against the same quota, whatever sync, connection or screen they belong to. */
export function createPaces(): Paces {
  const paces = new Map<string, Pace>()
  return (holder) => {
    const known = paces.get(holder)
    if (known) return known
    const pace = createPace(
      () => performance.now(),
      (ms, signal) => delay(ms, undefined, signal && { signal }),
    )
    paces.set(holder, pace)
    return pace
  }
}

/** Who holds the quota that requests of this connection count against. */
export function quotaHolder(connector: Connector, { values, rehearsal }: Omit<ConnectorUse, 'connector'>): string {
  if (rehearsal) return `rehearsal ${rehearsal.file}`
  return connector.kind === 'destination' ? connector.quotaHolder(values) : connector.id
}

/** Where this connection writes: two with the same answer write to the same place. Holds a secret where an address does. */
export function placeOf(connector: Connector, use: Omit<ConnectorUse, 'connector'>): string {
  const place = connector.kind === 'destination' && !use.rehearsal ? connector.oneWriter?.(use.values) : undefined
  return place ?? quotaHolder(connector, use)
}
