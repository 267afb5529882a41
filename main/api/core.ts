import type { Connector, KeptSessions } from '../../connectors/types.ts'
import type { EventName, Events, UpdateState } from '../../preload/api.ts'
import type { FileCopies } from '../file-copies.ts'
import type { ProxyFor } from '../proxy.ts'
import type { Paces } from '../runs/paces.ts'
import type { Runs } from '../runs/runs.ts'
import type { Vault } from '../secrets/vault.ts'
import type { AccessDesk } from '../sign-in/access.ts'
import type { Store } from '../store/store.ts'

export type Emit = <E extends EventName>(event: E, payload: Events[E]) => void

/** The system's open or save dialog; null when it was closed. Only a host with windows has one. */
export type PickPath = (request: { kind: 'file' | 'folder'; title: string }) => Promise<string | null>

/** Opens an address in the person's browser. Rejects when it cannot. Only a host with windows has one. */
export type OpenOutside = (address: string) => Promise<void>

/** Starting with the computer. `set` throws a ProblemError when the system does not take it. */
export type LoginItem = { isOn(): boolean; set(on: boolean): void }

/** Newer versions of Outflow. `check` answers at once; `install` closes the app. */
export type Updates = { state(): UpdateState; check(): void; install(): void }
export type FollowUpdates = (changed: (state: UpdateState) => void, log: (line: string) => void) => Updates

/** What every handler works with. */
export type Core = {
  store: Store
  vault: Vault
  /** Tokens of signed-in connections. */
  access: AccessDesk
  /** What people signed in to in the browser, for as long as the app runs. */
  sessions: KeptSessions
  /** What is looked up for a screen counts against the same quotas as runs. */
  paces: Paces
  runs: Runs
  /** Of files that a browser handed over. */
  copies: FileCopies
  /** Loaded on first use: drivers are heavy. */
  connectors: () => Promise<readonly Connector[]>
  dataFolder: string
  /** Only where the system can be asked. */
  proxyFor?: ProxyFor
  host: 'electron' | 'browser'
  version: string
  /** Of the computer, for schedules. */
  timeZone: () => string
  emit: Emit
  now: () => Date
  log: (line: string) => void
  /** Syncs or their schedules were changed: the scheduler looks again. */
  rescheduled: () => void
  /** A person's answer about missed times; see Scheduler. */
  answerMissed: (sync: string, run: boolean) => void
  pickPath?: PickPath
  loginItem?: LoginItem
  updates?: Updates
}
