/**
 * Sessions that were signed in by browser, so that not every look at a table opens it again: kept by the app for all its
 * threads (`Context.sessions`). Snowflake ends them after some hours.
 */
import { createHash } from 'node:crypto'
import type { KeptSessions, SessionPlace } from '../../types.ts'
import type { Connection, ConnectionOptions } from './sdk.ts'

/** The session of one connection's user. */
export type Kept = {
  /** For the driver's `deserializeConnection`. Must never be logged. */
  take(): Promise<string | undefined>
  keep(connection: Connection): void
  /** Keeps what the driver knows by now (it renews tokens), or forgets the session when it has ended. */
  leave(connection: Connection): Promise<void>
  /** Nobody uses it again. */
  forget(): void
}

export function keptFor(sessions: KeptSessions, options: ConnectionOptions): Kept {
  const { accessUrl, account, username } = options
  const parts = JSON.stringify([accessUrl, account, username?.toUpperCase()])
  const name = `snowflake ${createHash('sha256').update(parts).digest('hex')}`
  const place = placeOf(options)
  return {
    take: () => sessions.take(name, place),
    keep: (connection) => sessions.keep(name, place, connection.serialize()),
    leave: async (connection) => sessions.leave(name, place, connection.isUp() ? connection.serialize() : undefined),
    forget: () => sessions.leave(name, place, undefined),
  }
}

/** In the order in which they are set: a role decides what the others may be. */
export const placeParts = ['role', 'warehouse', 'database', 'schema'] as const

/** Names as they stand in SQL. */
export function placeOf(options: ConnectionOptions): SessionPlace {
  return Object.fromEntries(
    placeParts.flatMap((part) => {
      const name = options[part]
      return name === undefined ? [] : [[part, name]]
    }),
  )
}
