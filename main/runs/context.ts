import { join } from 'node:path'
import type { Access, KeptSessions, Query } from '../../connectors/types.ts'
import type { Events } from '../../preload/api.ts'
import type { Pace } from '../engine/pace.ts'
import type { ProxyFor } from '../proxy.ts'
import type { RunStore, StoredRun } from '../store/runs.ts'
import type { Definition } from './definition.ts'
import type { ConnectorUse } from './worker-messages.ts'

/** What runs need of the rest of the app. */
export type RunsContext = {
  dataFolder: string
  store: RunStore
  /** The sync with its audience as they are now. Throws a ProblemError when either is gone. */
  definitionOf: (sync: string) => Definition
  /** What the sync is called. Throws a ProblemError when it is gone. */
  nameOf: (sync: string) => string
  /** An audience's query as it can be run now. Throws a ProblemError when what it looks into is gone, blamed on a connection. */
  rowsOf?: (audience: Definition['audience']) => Promise<Query>
  /** A connection's connector and values with the secrets filled in. Throws a ProblemError `reconnect`. */
  use: (connection: string) => Promise<ConnectorUse>
  /** What a signed-in connection may use now; see `Context.access`. */
  access?: (connection: string, refused: Access | undefined) => Promise<Access>
  /** A connection has let a run in, or did not. */
  noteAccess: (connection: string, status: 'ok' | 'needs-sign-in') => void
  /** See RunListener. */
  proxyFor?: ProxyFor
  /** See `Context.sessions`. */
  sessions?: KeptSessions
  /** The pace that all share who send against the quota of a destination. */
  paceOf: (use: ConnectorUse) => Promise<Pace>
  /** Where a destination's records go: connections with the same answer write to the same place. */
  placeOf: (use: ConnectorUse) => Promise<string>
  /** Megabytes of raw requests kept per sync. */
  exchangesMb: () => number
  /** Runs that ended before this moment are forgotten; null keeps them all. */
  oldestRun: () => Date | null
  /** Who is at this computer: "anna on laptop-7". */
  who: () => string
  emit: <E extends 'run.progress' | 'run.changed'>(event: E, payload: Events[E]) => void
  now: () => Date
  log: (line: string) => void
}

/**
 * The file of a sync's state. Rehearsals have one of their own: what was really sent knows nothing of them, and they
 * nothing of it.
 */
export const syncFileOf = (
  { dataFolder }: Pick<RunsContext, 'dataFolder'>,
  { sync, rehearsal }: Pick<StoredRun, 'sync' | 'rehearsal'>,
) => join(dataFolder, 'syncs', `${sync}${rehearsal ? '.rehearsal' : ''}.db`)
