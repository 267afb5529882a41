import { useEffect, useState } from 'react'
import type { Query } from '../../preload/api.ts'
import { call } from '../bridge.ts'

/**
 * A ticket for what is asked about a query, the same whenever the same is asked here. As soon as something else is asked, nothing
 * any more, or the screen is left, the source is told to stop.
 */
export function useTicket(what: string, connection: string, query: Query | undefined): string {
  const [tickets] = useState(() => new Map<string, string>())
  const asked = query && `${connection} ${JSON.stringify(query)}`
  const ticket = tickets.get(asked ?? '') ?? `${what} ${crypto.randomUUID()}`
  tickets.set(asked ?? '', ticket)
  useEffect(() => {
    if (asked === undefined) return
    return () => void call('audiences.stop', { ticket }).catch(() => undefined)
  }, [asked, ticket])
  return ticket
}
