/** How Outflow reaches PostgreSQL: the form, and a connection on which every value is exact text. For source and destination. */
import pg from 'pg'
import { ProblemError } from '../problems.ts'
import type { Settings, SettingValues } from '../types.ts'
import { postgresProblem } from './problems.ts'

/** In milliseconds: after this a server that does not answer counts as out of reach. */
const connectTimeoutMs = 15_000

/** In milliseconds: a silent server (it may be sorting) is asked by TCP after this whether it is still there. */
const keepAliveMs = 30_000

export const postgresSettings = {
  host: { kind: 'text', label: 'Server', placeholder: 'db.example.com', default: 'localhost' },
  port: { kind: 'number', label: 'Port', default: 5432, min: 1, max: 65_535 },
  database: { kind: 'text', label: 'Database' },
  user: { kind: 'text', label: 'User', help: 'Best one made for Outflow, with no more rights than it needs.' },
  password: {
    kind: 'secret',
    label: 'Password',
    optional: true,
    help: 'The password of this database user. Whoever runs the database can set a new one.',
  },
  tls: {
    kind: 'choice',
    label: 'Encryption',
    choices: [
      { value: 'verify', label: "Encrypted, the server's certificate is checked" },
      { value: 'require', label: 'Encrypted, any certificate' },
      { value: 'disable', label: 'Not encrypted (same computer or trusted network)' },
    ],
    default: 'verify',
  },
  certificate: {
    kind: 'multiline',
    label: "Provider's certificate",
    optional: true,
    placeholder: '-----BEGIN CERTIFICATE-----',
    help: 'Only for servers whose certificate your computer does not know: the CA certificate that your provider offers for download.',
    when: { setting: 'tls', is: 'verify' },
  },
} as const satisfies Settings

export type PostgresValues = SettingValues<typeof postgresSettings>

/**
 * What PostgreSQL prints depends on the session; with these every value has one exact text, that of `RowReader`
 * (postgresql.org/docs/current/runtime-config-client.html).
 */
export const pinned = [
  'SET datestyle = ISO',
  'SET intervalstyle = postgres',
  "SET timezone = 'UTC'",
  'SET extra_float_digits = 1',
  'SET bytea_output = hex',
  'SET standard_conforming_strings = on',
  'SET xmloption = content',
  'SET statement_timeout = 0',
  // From version 14 on the server notices by itself that nobody waits for an answer any more, and stops.
  "SELECT set_config(name, '2s', false) FROM pg_catalog.pg_settings WHERE name = 'client_connection_check_interval'",
]

/** Whoever is signed in, for the card of a connection: "PostgreSQL 17.2, database shop, as anna". */
export async function describeServer(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ version: string; database: string; user: string }>(
    `SELECT current_setting('server_version') AS version, current_database() AS database, current_user AS "user"`,
  )
  const [row] = rows
  // "17.2 (Debian 17.2-1.pgdg120+1)" → "17.2"
  return `PostgreSQL ${row?.version.split(' ')[0]}, database ${row?.database}, as ${row?.user}`
}

function tlsOf(values: PostgresValues): pg.ClientConfig['ssl'] {
  if (values.tls === 'disable') return false
  if (values.tls === 'require') return { rejectUnauthorized: false }
  const certificate = values.certificate?.trim()
  return certificate ? { rejectUnauthorized: true, ca: certificate } : { rejectUnauthorized: true }
}

/**
 * Connects. Values come as text, exactly as the server prints them, never as numbers or Dates. The caller ends the client.
 * @param access `read`: no statement of this connection can change anything
 * @throws ProblemError; the signal's reason if it is raised meanwhile
 */
export async function connectPostgres(
  values: PostgresValues,
  access: 'read' | 'write',
  signal: AbortSignal,
): Promise<pg.Client> {
  signal.throwIfAborted()
  const missing = (['host', 'database', 'user'] as const).find((setting) => !values[setting]?.trim())
  if (missing) {
    throw new ProblemError({ remedy: 'reconnect', message: `${postgresSettings[missing].label}: enter one.` })
  }
  const client = new pg.Client({
    host: values.host?.trim(),
    port: values.port ?? 5432,
    database: values.database?.trim(),
    user: values.user?.trim(),
    // pg would otherwise take it from the environment or from a file of the user's home.
    password: values.password ?? '',
    ssl: tlsOf(values),
    application_name: 'Outflow',
    client_encoding: 'UTF8',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
    types: { getTypeParser: () => (text: string) => text },
  })
  // A connection that is lost while idle is told by the next statement; without a listener it would end the app.
  client.on('error', () => {})
  const abort = (): void => void client.connection.stream.destroy()
  signal.addEventListener('abort', abort, { once: true })
  try {
    await client.connect()
    await client.query([...pinned, ...(access === 'read' ? ['SET default_transaction_read_only = on'] : [])].join('; '))
    return client
  } catch (error) {
    abort()
    signal.throwIfAborted()
    throw postgresProblem(error)
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
