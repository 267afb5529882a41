import { mkdirSync, realpathSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { hostname, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { createKeptSessions } from '../connectors/kept-sessions.ts'
import { ProblemError } from '../connectors/problems.ts'
import type { Connector, HttpClient } from '../connectors/types.ts'
import type { Core, FollowUpdates, LoginItem, OpenOutside, PickPath } from './api/core.ts'
import { filePaths } from './api/files.ts'
import { createDoor } from './api/index.ts'
import { decidingAudiences } from './api/looked-into.ts'
import { runnable } from './api/runnable.ts'
import { connectorOf, filledConnection, noteStatus } from './api/sessions.ts'
import { createDispatch, type Dispatch } from './dispatch.ts'
import { createEventHub, type EventHub } from './events.ts'
import { createFileCopies, type FileCopies } from './file-copies.ts'
import { lockFolder } from './lock.ts'
import { createLog, type Log } from './log.ts'
import type { ProxyFor } from './proxy.ts'
import { createPaces, placeOf, quotaHolder } from './runs/paces.ts'
import { isRehearsing } from './runs/rehearsal.ts'
import { createRuns, type Runs } from './runs/runs.ts'
import { computersTimeZone, startScheduling } from './scheduler/scheduling.ts'
import { type Keychain, systemKeychain } from './secrets/keychain.ts'
import { createVault } from './secrets/vault.ts'
import { createAccess } from './sign-in/access.ts'
import { runStore } from './store/runs.ts'
import { openStore, type Store } from './store/store.ts'
import { appVersion } from './version.ts'

export type AppOptions = {
  dataFolder: string
  /** The terminal runs what it is told and leaves the schedules to the others. */
  host: 'electron' | 'browser' | 'terminal'
  /** Default: the operating system's. */
  keychain?: Keychain
  clock?: { now: () => Date; timeZone: () => string }
  /** Default: `logs/outflow.log` in the data folder. */
  log?: Log
  pickPath?: PickPath
  openOutside?: OpenOutside
  /** The system's own proxy; only where the host can ask for it. */
  proxyFor?: ProxyFor
  /** Only where Outflow can start with the computer. */
  loginItem?: LoginItem
  /** Only where the build knows a place to ask. */
  updates?: FollowUpdates
}

export type App = {
  dispatch: Dispatch
  /** The real path of the data folder. */
  dataFolder: string
  events: Pick<EventHub, 'on'>
  runs: Runs
  store: Store
  /** Of files that a browser handed over. */
  copies: FileCopies
  log: Log
  /** The computer is about to sleep: nothing starts by itself until it woke. */
  asleep(): void
  /** The computer woke up: what was missed is dealt with now rather than within a minute. */
  woke(): void
  /** Stops runs so that they can be resumed, and gives the data folder back. Resolves when all is written. */
  close(): Promise<void>
}

const computersClock = { now: () => new Date(), timeZone: computersTimeZone }

/**
 * Wires the parts: the same core for every host. Throws a ProblemError when the data folder is in use by another app, or
 * cannot be used.
 */
export async function createApp(options: AppOptions): Promise<App> {
  const { clock = computersClock, host } = options
  const unlock = lockFolder(resolve(options.dataFolder))
  let store: Store | undefined
  try {
    const dataFolder = realpathSync(resolve(options.dataFolder))
    // What was compiled once need not be compiled again: each run starts a thread of its own.
    enableCompileCache(join(dataFolder, 'compiled'))
    store = openStore(dataFolder)
    mkdirSync(join(dataFolder, 'logs'), { recursive: true })
    return wire({ ...options, clock, host, dataFolder }, store, unlock)
  } catch (error) {
    store?.close()
    unlock()
    throw error
  }
}

function wire(options: AppOptions & Required<Pick<AppOptions, 'clock'>>, store: Store, unlock: () => void): App {
  const { dataFolder, clock } = options
  const log = options.log ?? createLog(join(dataFolder, 'logs', 'outflow.log'), clock.now)
  const events = createEventHub(log)
  const vault = createVault({ keychain: options.keychain ?? systemKeychain(), store, log })
  const parts = { store, vault, connectors: loadConnectors, dataFolder }
  const copies = createFileCopies(join(dataFolder, 'files'), () => filePaths(store), clock.now)
  const access = createAccess({
    store,
    vault,
    openOutside: options.openOutside,
    changed: (state) => events.emit('signIn.changed', state),
    onRefused: (connection) => noteStatus(core, connection, 'needs-sign-in'),
    withHttp: (work) => withHttp(work, options.proxyFor),
    setTimer,
    now: clock.now,
    log,
  })
  const sessions = createKeptSessions()
  const paces = createPaces()
  const runs = createRuns({
    sessions,
    dataFolder,
    store: runStore(store.db),
    nameOf: (id) => store.syncs.get(id).name,
    definitionOf: (id) => {
      const sync = store.syncs.get(id)
      const rehearsal = isRehearsing(store.connections.get(sync.destination).values)
      const audience = store.audiences.get(sync.audience)
      const within = decidingAudiences(store, audience.query)
      return { sync, audience, excluded: store.exclusions.values(), within, rehearsal }
    },
    rowsOf: ({ connection, query }) => runnable(core, connection, query, new AbortController().signal),
    use: (connection) => filledConnection(parts, connection),
    async access(connection, refused) {
      const connector = await connectorOf(parts, store.connections.get(connection).connector)
      const ask = access.ofConnection(connector, connection)
      if (!ask) throw new ProblemError({ remedy: 'report', message: `${connector.name} has no sign-in page.` })
      return ask(refused)
    },
    noteAccess: (connection, status) => noteStatus(core, connection, status),
    ...(options.proxyFor && { proxyFor: options.proxyFor }),
    paceOf: async (use) => paces(quotaHolder(await connectorOf(parts, use.connector), use)),
    placeOf: async (use) => placeOf(await connectorOf(parts, use.connector), use),
    exchangesMb: () => store.settings.get().keepExchangesMb,
    oldestRun() {
      const days = store.settings.get().keepHistoryDays
      return days === null ? null : new Date(clock.now().getTime() - days * 86_400_000)
    },
    who: () => `${userInfo().username} on ${hostname()}`,
    emit: events.emit,
    now: clock.now,
    log,
  })
  const scheduler =
    options.host === 'terminal' ? undefined : startScheduling({ store, runs, events, ...clock, setTimer, log })
  const core: Core = {
    ...parts,
    access,
    sessions,
    paces,
    runs,
    copies,
    host: options.host === 'electron' ? 'electron' : 'browser',
    version: appVersion(),
    timeZone: clock.timeZone,
    emit: events.emit,
    now: clock.now,
    log,
    rescheduled: () => scheduler?.check(),
    answerMissed: (sync, run) => scheduler?.answer(sync, run),
    ...(options.proxyFor && { proxyFor: options.proxyFor }),
    ...(options.loginItem && { loginItem: options.loginItem }),
    ...(options.updates && { updates: options.updates((state) => events.emit('updates.changed', state), log) }),
    ...(options.pickPath && { pickPath: options.pickPath }),
  }
  let closing: Promise<void> | undefined
  const close = async () => {
    scheduler?.stop()
    access.signIns.close()
    await runs.close()
    store.close()
    unlock()
  }
  return {
    dispatch: createDispatch(createDoor(core), log),
    dataFolder,
    events: { on: events.on },
    runs,
    store,
    copies,
    log,
    asleep: () => scheduler?.asleep(),
    woke: () => scheduler?.woke(),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

function setTimer(callback: () => void, afterMs: number): () => void {
  const timer = setTimeout(callback, afterMs)
  return () => clearTimeout(timer)
}

/** The app's way out for one piece of work that cannot be stopped half-way. */
async function withHttp<T>(work: (http: HttpClient) => Promise<T>, proxyFor?: ProxyFor): Promise<T> {
  const { createHttpClient } = await import('./http.ts')
  const client = createHttpClient(new AbortController().signal, proxyFor)
  try {
    return await work(client.http)
  } finally {
    await client.close()
  }
}

let connectors: Promise<readonly Connector[]> | undefined

/** The drivers are heavy: they come when the first connection is looked at, not before the first screen. */
function loadConnectors(): Promise<readonly Connector[]> {
  connectors ??= import('../connectors/index.ts').then((module) => module.connectors)
  return connectors
}
