import type { Connector } from '../../connectors/types.ts'
import type { EventName, Events } from '../../preload/api.ts'
import type { Runs } from '../runs.ts'
import type { Vault } from '../secrets/vault.ts'
import type { Store } from '../store/store.ts'

export type Emit = <E extends EventName>(event: E, payload: Events[E]) => void

/** The system's open or save dialog; null when it was closed. Only a host with windows has one. */
export type PickPath = (request: { kind: 'file' | 'folder'; title: string }) => Promise<string | null>

/** What every handler works with. */
export type Core = {
  store: Store
  vault: Vault
  runs: Runs
  /** Loaded on first use: drivers are heavy. */
  connectors: () => Promise<readonly Connector[]>
  dataFolder: string
  host: 'electron' | 'browser'
  version: string
  /** Of the computer, for schedules. */
  timeZone: () => string
  emit: Emit
  now: () => Date
  log: (line: string) => void
  /** Files that belong to a sync were changed or removed: the scheduler looks again. */
  rescheduled: () => void
  pickPath?: PickPath
}
