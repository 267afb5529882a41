import type pg from 'pg'
import { connectPostgres, type PostgresValues, pinned } from '../../postgres/connect.ts'
import { tag } from '../../sql.ts'

/**
 * Starts a snapshot in which nothing can be changed, whatever the user's own defaults are. The session's settings are
 * repeated, because a pooler between us and the server (PgBouncer) may give each transaction another session.
 */
export const begin = [
  `${tag} BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`,
  ...pinned.map((statement) => statement.replace(/^SET /, 'SET LOCAL ')),
].join('; ')

/** Connects for reading only. Throws ProblemError. */
export async function connectForReading(values: PostgresValues, signal: AbortSignal): Promise<pg.Client> {
  const client = await connectPostgres(values, 'read', signal)
  // The server notices by itself that nobody waits for an answer any more; only from version 14 on, and not on every system.
  const check = `${tag} SELECT set_config(name, '2s', false) FROM pg_catalog.pg_settings WHERE name = 'client_connection_check_interval'`
  await client.query(check).catch(() => {})
  return client
}

/** Which process of the server works for this connection; the start tells it from a later one with the same number. */
export type Backend = { pid: string; since: string }

export async function backendOf(client: pg.Client): Promise<Backend | undefined> {
  const { rows } = await client.query<Backend>(
    `${tag} SELECT pid, backend_start AS since FROM pg_catalog.pg_stat_activity WHERE pid = pg_backend_pid()`,
  )
  return rows[0]
}

/** Asks the server, over another connection of the same user, to end that process. Never throws: the socket is closed anyway. */
export async function endBackend(client: pg.Client, { pid, since }: Backend): Promise<void> {
  const sql = `${tag} SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE pid = $1 AND backend_start = $2`
  await client.query(sql, [pid, since]).catch(() => {})
}
