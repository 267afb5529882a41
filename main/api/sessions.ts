import { ProblemError, toProblem } from '../../connectors/problems.ts'
import type {
  Connector,
  Context,
  Destination,
  DestinationSession,
  Source,
  SourceSession,
  Suggestion,
} from '../../connectors/types.ts'
import { blaming } from '../engine/blame.ts'
import type { Pace } from '../engine/pace.ts'
import { LONGEST_WAIT_MS } from '../engine/wait.ts'
import { quotaHolder } from '../runs/paces.ts'
import { openRehearsal, rehearsalFile, rehearsedValues } from '../runs/rehearsal.ts'
import type { ConnectorUse } from '../runs/worker-messages.ts'
import { filledValues } from '../secrets/fill.ts'
import { keychainLocked } from '../secrets/locked.ts'
import type { AskAccess, FormAccess } from '../sign-in/access.ts'
import { missingSecret } from './check-form.ts'
import type { Core } from './core.ts'

/** Longest time a screen waits for a source or destination, in milliseconds. */
const LIMIT_MS = 120_000
/** Longest time it waits because the product asked for a pause: the person is told instead. */
const LONGEST_HOLD_MS = 10_000

type FormValues = Record<string, string | number | boolean>
type Filled = ConnectorUse

/** The connector with this id. Throws a ProblemError when this version of Outflow has none. */
export async function connectorOf(core: Pick<Core, 'connectors'>, id: string): Promise<Connector> {
  const found = (await core.connectors()).find((connector) => connector.id === id)
  if (found) return found
  throw new ProblemError({
    remedy: 'reconnect',
    message: `This version of Outflow does not know the product “${id}”. Update Outflow or make a new connection.`,
  })
}

/**
 * A saved connection's connector and values with the secrets filled in. Throws a ProblemError when the connection is gone,
 * `reconnect` when a secret that it needs is not there (any more), and `retry` while the keychain that opens it is locked.
 */
export async function filledConnection(
  core: Pick<Core, 'connectors' | 'store' | 'vault' | 'dataFolder'>,
  connection: string,
): Promise<Filled> {
  const { name, connector, values } = core.store.connections.get(connection)
  const product = await connectorOf(core, connector)
  const rehearsed = rehearsedValues(product, values)
  if (rehearsed)
    return { connector, values: rehearsed, rehearsal: { file: rehearsalFile(core.dataFolder, connection) } }
  const { settings } = product
  const { secrets, lost, locked } = await core.vault.read(connection)
  const missing = missingSecret(settings, values, Object.keys(secrets), [...lost, ...locked])
  if (missing !== undefined && locked.length > 0) throw keychainLocked(name)
  if (missing !== undefined) {
    throw new ProblemError({
      remedy: 'reconnect',
      message: `“${name}” needs you to sign in again: ${missing} is not saved on this computer. Enter it in the connection.`,
    })
  }
  return { connector, values: filledValues(settings, values, secrets) }
}

/** Opens a saved source for one piece of work and closes it afterwards, whatever happens. */
export async function withSource<T>(
  core: Core,
  connection: string,
  signal: AbortSignal,
  work: (session: SourceSession) => Promise<T>,
): Promise<T> {
  const use = await blaming(connection, () => filledConnection(core, connection))
  const source = await connectorOf(core, use.connector)
  if (source.kind !== 'source') throw notA('source', core.store.connections.get(connection).name)
  return noting(core, connection, () =>
    withSession(core, source, use, core.access.ofConnection(source, connection), signal, work),
  )
}

/** Opens a saved destination for one piece of work and closes it afterwards, whatever happens. */
export async function withDestination<T>(
  core: Core,
  connection: string,
  signal: AbortSignal,
  work: (session: DestinationSession) => Promise<T>,
): Promise<T> {
  const use = await blaming(connection, () => filledConnection(core, connection))
  const destination = await connectorOf(core, use.connector)
  if (destination.kind !== 'destination') throw notA('destination', core.store.connections.get(connection).name)
  return noting(core, connection, () =>
    withSession(core, destination, use, core.access.ofConnection(destination, connection), signal, work),
  )
}

/** Notes on the connection whether it still lets us in, and blames it for what is thrown. */
async function noting<T>(core: Core, connection: string, work: () => Promise<T>): Promise<T> {
  try {
    const result = await blaming(connection, work)
    noteStatus(core, connection, 'ok')
    return result
  } catch (error) {
    if (toProblem(error).remedy === 'reconnect') noteStatus(core, connection, 'needs-sign-in')
    throw error
  }
}

/** `ok` only takes back an earlier `needs-sign-in`: it does not stand for a test. */
export function noteStatus(
  core: Pick<Core, 'store' | 'emit'>,
  connection: string,
  status: 'ok' | 'needs-sign-in',
): void {
  const now = core.store.connections.find(connection)?.status
  if (now === undefined || now === status || (status === 'ok' && now !== 'needs-sign-in')) return
  core.store.connections.setStatus(connection, status)
  core.emit('data.changed', { noun: 'connections' })
}

/** Opens what is in a form and answers with the product's own sentence. */
export async function testForm(
  core: Core,
  connector: Connector,
  values: FormValues,
  secrets: Record<string, string>,
  form: FormAccess,
  signal: AbortSignal,
): Promise<string> {
  const rehearsed = rehearsedValues(connector, values)
  const file = form.connection === undefined ? ':memory:' : rehearsalFile(core.dataFolder, form.connection)
  const use: Filled = rehearsed
    ? { connector: connector.id, values: rehearsed, rehearsal: { file } }
    : { connector: connector.id, values: filledValues(connector.settings, values, secrets) }
  const access = core.access.ofForm(connector, values, form)
  // A union of sources and destinations cannot be passed to one generic function; each has its own kind of session.
  return connector.kind === 'source'
    ? withSession(core, connector, use, access, signal, (session) => session.test())
    : withSession(core, connector, use, access, signal, (session) => session.test())
}

/** Asks the product what may stand in a setting of a form. Throws ProblemError. */
export async function suggestInForm(
  core: Core,
  connector: Connector,
  values: FormValues,
  secrets: Record<string, string>,
  setting: string,
  signal: AbortSignal,
): Promise<Suggestion[]> {
  const asked = Object.hasOwn(connector.settings, setting) ? connector.settings[setting] : undefined
  const isOffered = asked !== undefined && 'suggest' in asked && asked.suggest === true
  const suggest = connector.kind === 'source' && isOffered ? connector.suggest : undefined
  if (!suggest)
    throw new ProblemError({ remedy: 'reconnect', message: `${connector.name} has nothing to choose from here.` })
  const filled = filledValues(connector.settings, values, secrets)
  const use = { connector: connector.id, values: filled }
  return withContext(core, connector, use, undefined, signal, (context) => suggest(filled, context, setting))
}

type Openable<S> = { name: string; open(values: Filled['values'], context: Context): Promise<S> }

async function withSession<S extends SourceSession | DestinationSession, T>(
  core: Core,
  connector: Openable<S> & (Source | Destination),
  use: Filled,
  access: AskAccess | undefined,
  caller: AbortSignal,
  work: (session: S) => Promise<T>,
): Promise<T> {
  return withContext(core, connector, use, access, caller, async (context) => {
    const session = await connector.open(use.values, context)
    try {
      if ('limits' in session && session.limits.rate)
        core.paces(quotaHolder(connector, use)).setRate(session.limits.rate)
      context.signal.throwIfAborted()
      return await work(session)
    } finally {
      await session.close()
    }
  })
}

/** Hands a connector what it needs, for as long as the caller waits. */
async function withContext<T>(
  core: Core,
  connector: Connector,
  use: Filled,
  access: AskAccess | undefined,
  caller: AbortSignal,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  const stop = new AbortController()
  const rehearsal = use.rehearsal && (await openRehearsal(connector, use.rehearsal, stop.signal))
  const client = rehearsal ?? (await import('../http.ts')).createHttpClient(stop.signal, core.proxyFor)
  const ask = rehearsal ? rehearsal.access : access
  const pace = connector.kind === 'destination' ? core.paces(quotaHolder(connector, use)) : undefined
  const working = work({
    http: client.http,
    signal: stop.signal,
    log: core.log,
    takeTurn: async () => pace && takeTurn(pace, connector.name, stop.signal),
    noteExchange: () => undefined,
    sessions: core.sessions,
    ...(ask && { access: ask }),
  })
  // Runs that share the quota must wait as well.
  working.catch((error: unknown) => {
    const { retryAfterMs = 0 } = toProblem(error)
    if (retryAfterMs > 0 && retryAfterMs <= LONGEST_WAIT_MS) pace?.hold(retryAfterMs)
  })
  // Whoever does not listen to the signal goes on alone; it still closes its session and client when it ends.
  const released = working.then(
    () => client.close(),
    () => client.close(),
  )
  released.catch((error: unknown) => core.log(`closing ${connector.name}: ${String(error)}`))
  return race(working, connector.name, caller, stop)
}

async function takeTurn(pace: Pace, name: string, signal: AbortSignal): Promise<void> {
  const retryAfterMs = pace.heldMs() ?? 0
  if (retryAfterMs <= LONGEST_HOLD_MS) return pace.takeTurn(signal)
  throw new ProblemError({
    remedy: 'retry',
    message: `${name} asked Outflow to wait, and a sync is waiting for it. Try again when the time is over.`,
    retryAfterMs,
  })
}

async function race<T>(working: Promise<T>, name: string, caller: AbortSignal, stop: AbortController): Promise<T> {
  const late = AbortSignal.timeout(LIMIT_MS)
  const either = AbortSignal.any([caller, late])
  let onAbort: (() => void) | undefined
  const stopped = new Promise<never>((_, reject) => {
    onAbort = () => {
      const reason = late.aborted
        ? new ProblemError({
            remedy: 'retry',
            message: `${name} did not answer within ${LIMIT_MS / 60_000} minutes. Try again, or ask for less.`,
          })
        : caller.reason
      stop.abort(reason)
      reject(reason)
    }
    either.addEventListener('abort', onAbort, { once: true })
    if (either.aborted) onAbort()
  })
  try {
    return await Promise.race([working, stopped])
  } finally {
    if (onAbort) either.removeEventListener('abort', onAbort)
  }
}

function notA(kind: 'source' | 'destination', name: string): ProblemError {
  return new ProblemError({ remedy: 'edit-sync', message: `“${name}” is not a ${kind}. Choose a ${kind}.` })
}
