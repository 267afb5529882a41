/**
 * Sessions that were signed in by browser, so that not every look at a table opens it again. Their tokens are in memory only;
 * threads that start later find them too. Snowflake ends them after some hours.
 */
import { createHash } from 'node:crypto'
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'
import type { Connection, ConnectionOptions } from './sdk.ts'

const prefix = 'outflow snowflake session '

/** One for each user, role and place: a session has one of each. */
function nameOf({ accessUrl, account, username, role, warehouse, database, schema }: ConnectionOptions): string {
  const parts = JSON.stringify([accessUrl, account, username?.toUpperCase(), role, warehouse, database, schema])
  return prefix + createHash('sha256').update(parts).digest('hex')
}

/** For the driver's `deserializeConnection`. Must never be logged. */
export function keptSession(options: ConnectionOptions): string | undefined {
  const kept = getEnvironmentData(nameOf(options))
  return typeof kept === 'string' ? kept : undefined
}

export function keepSession(connection: Connection, options: ConnectionOptions): void {
  setEnvironmentData(nameOf(options), connection.serialize())
}

/** Keeps what the driver knows by now (it renews tokens), or forgets the session when it has ended. */
export async function endOf(connection: Connection, options: ConnectionOptions): Promise<void> {
  if (connection.isUp()) keepSession(connection, options)
  else setEnvironmentData(nameOf(options), undefined)
}
