/** Signs in to Snowflake and makes a session that answers the same whatever the account's own defaults are. */
import { ProblemError } from '../../problems.ts'
import { tag } from '../../sql.ts'
import type { Context } from '../../types.ts'
import { execute } from './execute.ts'
import { keptFor, placeOf } from './kept-sessions.ts'
import { optionsOf } from './options.ts'
import { snowflakeProblem } from './problems.ts'
import { type Connection, type ConnectionOptions, loadSdk, type Sdk } from './sdk.ts'
import { nameOf, type SnowflakeValues } from './settings.ts'

export type Session = {
  connection: Connection
  /** Ends the session at Snowflake, unless it was signed in by browser: that one serves the next who connects. Never throws. */
  end(): Promise<void>
}

/**
 * Connects. The signal stops the wait, not the driver; a session that it makes in spite of that is ended.
 * @param more options for tests: how a browser is opened
 * @throws ProblemError; the signal's reason if it is raised meanwhile
 */
export async function connect(
  values: SnowflakeValues,
  { signal, sessions }: Pick<Context, 'signal' | 'sessions'>,
  more: ConnectionOptions = {},
): Promise<Session> {
  signal.throwIfAborted()
  const options = { ...(await optionsOf(values)), ...more }
  const sdk = await loadSdk()
  signal.throwIfAborted()
  const kept = options.authenticator === 'EXTERNALBROWSER' && sessions ? keptFor(sessions, options) : undefined
  const known = await kept?.take()
  if (kept && known !== undefined) {
    const connection = sdk.deserializeConnection(options, known)
    try {
      await moveTo(connection, options, signal)
      await prepare(connection, values, signal)
      return { connection, end: () => kept.leave(connection) }
    } catch (error) {
      // It ran out, or is at a place that nobody asked for.
      kept.forget()
      if (!(error instanceof ProblemError) || error.problem.remedy !== 'retry') throw error
    }
  }
  const connection = await signIn(sdk, options, signal)
  try {
    await prepare(connection, values, signal)
    kept?.keep(connection)
    return { connection, end: () => (kept ? kept.leave(connection) : destroy(connection)) }
  } catch (error) {
    await destroy(connection)
    throw error
  }
}

/** Brings a session that is kept to where this connection wants to be (docs.snowflake.com/en/sql-reference/sql/use). */
async function moveTo(connection: Connection, options: ConnectionOptions, signal: AbortSignal): Promise<void> {
  for (const [part, name] of Object.entries(placeOf(options))) {
    await execute(connection, { sql: `${tag} USE ${part.toUpperCase()} ${name}` }, signal).catch((error: unknown) => {
      signal.throwIfAborted()
      if (isGone(error)) throw notThere(part, name)
      throw snowflakeProblem(error)
    })
  }
}

/** Snowflake's code for what is not there, or may not be used. */
const isGone = (error: unknown) => error instanceof Error && 'code' in error && /^0*2043$/.test(String(error.code))

async function signIn(sdk: Sdk, options: ConnectionOptions, signal: AbortSignal): Promise<Connection> {
  const connected = new Promise<Connection>((resolve, reject) => {
    sdk.createConnection(options).connect((error, connection) => (error ? reject(error) : resolve(connection)))
  })
  try {
    return await untilAborted(connected, signal)
  } catch (error) {
    if (signal.aborted) connected.then(destroy, () => {})
    signal.throwIfAborted()
    throw browserProblem(error, options) ?? snowflakeProblem(error)
  }
}

/** Waits no longer than until the signal is raised, and throws its reason then. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** The driver has no codes for these; its texts are the only thing to tell them by. */
function browserProblem(error: unknown, { authenticator }: ConnectionOptions): ProblemError | undefined {
  if (authenticator !== 'EXTERNALBROWSER' || !(error instanceof Error)) return undefined
  if (!/SAML token|browser|local server/i.test(error.message)) return undefined
  const message = /timed? ?out/i.test(error.message)
    ? 'Nobody signed in to Snowflake in the browser in time. Try again and finish signing in there.'
    : 'Signing in to Snowflake in the browser did not work. Try again, or sign in with a key pair or a token.'
  return new ProblemError({ remedy: 'reconnect', message }, { cause: error })
}

/**
 * What a session may change about answers (docs.snowflake.com/en/sql-reference/parameters): how values of conditions are read,
 * whether results are cut off, how large a piece of one is (in megabytes), and that JSON is JSON.
 */
const pinned = [
  "DATE_INPUT_FORMAT = 'AUTO'",
  "TIME_INPUT_FORMAT = 'AUTO'",
  "TIMESTAMP_INPUT_FORMAT = 'AUTO'",
  'ROWS_PER_RESULTSET = 0',
  'CLIENT_RESULT_CHUNK_SIZE = 16',
  'STRICT_JSON_OUTPUT = TRUE',
  "QUERY_TAG = 'outflow'",
].join(' ')

type Place = Record<'getCurrentWarehouse' | 'getCurrentDatabase' | 'getCurrentSchema', () => string | null | undefined>

/** Snowflake signs in without a word to a warehouse, database or schema that is not there; the session then has none. */
async function prepare(connection: Connection, values: SnowflakeValues, signal: AbortSignal): Promise<void> {
  const statement = await execute(connection, { sql: `${tag} ALTER SESSION SET ${pinned}` }, signal).catch(
    (error: unknown) => {
      signal.throwIfAborted()
      throw snowflakeProblem(error)
    },
  )
  const place = statement.getSessionState() as Place | undefined
  const found = {
    warehouse: place?.getCurrentWarehouse(),
    database: place?.getCurrentDatabase(),
    schema: place?.getCurrentSchema(),
  }
  for (const setting of ['warehouse', 'database', 'schema'] as const) {
    const wanted = nameOf(values[setting])
    if (!wanted || found[setting]) continue
    throw notThere(setting, wanted)
  }
}

function notThere(part: string, name: string): ProblemError {
  const message =
    part === 'role'
      ? 'This role is not there or not granted to this user. Choose another role in the connection.'
      : `There is no ${part} "${name}", or the role may not use it. Choose another one in the connection.`
  return new ProblemError({ remedy: 'reconnect', message })
}

/** Ends the session at Snowflake. */
function destroy(connection: Connection): Promise<void> {
  return new Promise((resolve) => {
    try {
      connection.destroy(() => resolve())
    } catch {
      resolve()
    }
  })
}
