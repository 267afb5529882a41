import { mkdirSync, realpathSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { hostname, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import type { Connector } from '../connectors/types.ts'
import type { Core, PickPath } from './api/core.ts'
import { createDoor } from './api/index.ts'
import { connectorOf, filledConnection, noteStatus } from './api/sessions.ts'
import { createDispatch, type Dispatch } from './dispatch.ts'
import { createEventHub, type EventHub } from './events.ts'
import { lockFolder } from './lock.ts'
import { createLog, type Log } from './log.ts'
import { createRuns, type Runs } from './runs.ts'
import { type Scheduler, startScheduler } from './scheduler/scheduler.ts'
import { type Keychain, systemKeychain } from './secrets/keychain.ts'
import { createVault } from './secrets/vault.ts'
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
}

export type App = {
  dispatch: Dispatch
  /** The real path of the data folder. */
  dataFolder: string
  events: Pick<EventHub, 'on'>
  runs: Runs
  store: Store
  log: Log
  /** The computer woke up: what was missed is caught up now rather than within a minute. */
  woke(): void
  /** Stops runs so that they can be resumed, and gives the data folder back. Resolves when all is written. */
  close(): Promise<void>
}

const computersClock = {
  now: () => new Date(),
  timeZone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
}

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
  const parts = { store, vault, connectors: loadConnectors }
  const runs = createRuns({
    dataFolder,
    store: runStore(store.db),
    definitionOf: (id) => {
      const { scheduledFrom: _, ...sync } = store.syncs.get(id)
      return { sync, audience: store.audiences.get(sync.audience), excluded: store.exclusions.values() }
    },
    use: (connection) => filledConnection(parts, connection),
    quotaHolder: async ({ connector, values }) => {
      const destination = await connectorOf(parts, connector)
      return destination.kind === 'destination' ? destination.quotaHolder(values) : connector
    },
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
  const scheduler = options.host === 'terminal' ? undefined : schedule(store, runs, events, clock, log)
  events.on(({ event, payload }) => {
    if (event !== 'run.changed' || payload.status !== 'waiting' || payload.problem?.remedy !== 'reconnect') return
    noteStatus(core, store.syncs.get(payload.sync).destination, 'needs-sign-in')
  })
  const core: Core = {
    ...parts,
    runs,
    dataFolder,
    host: options.host === 'electron' ? 'electron' : 'browser',
    version: appVersion(),
    timeZone: clock.timeZone,
    emit: events.emit,
    now: clock.now,
    log,
    rescheduled: () => scheduler?.check(),
    ...(options.pickPath && { pickPath: options.pickPath }),
  }
  let closing: Promise<void> | undefined
  const close = async () => {
    scheduler?.stop()
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
    log,
    woke: () => scheduler?.check(),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

function schedule(
  store: Store,
  runs: Runs,
  events: EventHub,
  clock: Required<AppOptions>['clock'],
  log: Log,
): Scheduler {
  const scheduler = startScheduler({
    syncs: () => store.syncs.list(),
    fired: (sync, at) => store.syncs.setScheduledFrom(sync, at),
    runs,
    ...clock,
    setTimer: (callback, afterMs) => {
      const timer = setTimeout(callback, afterMs)
      return () => clearTimeout(timer)
    },
    log,
  })
  events.on(({ event, payload }) => {
    if (event === 'run.changed') scheduler.runChanged(payload)
  })
  return scheduler
}

let connectors: Promise<readonly Connector[]> | undefined

/** The drivers are heavy: they come when the first connection is looked at, not before the first screen. */
function loadConnectors(): Promise<readonly Connector[]> {
  connectors ??= import('../connectors/index.ts').then((module) => module.connectors)
  return connectors
}
