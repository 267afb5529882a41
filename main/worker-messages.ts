import type { Problem } from '../connectors/problems.ts'
import type { SettingValues } from '../connectors/types.ts'
import type { Guard, RunCounts } from '../preload/api.ts'
import type { SyncSpec } from './engine/types.ts'

/** What the worker of a run is started with. Holds secrets: it is handed over in memory and never stored. */
export type WorkerJob = {
  command: 'plan' | 'apply'
  run: string
  syncFile: string
  spec: SyncSpec
  /** What the plan counted, when it is applied. */
  counts?: RunCounts
  read?: number
  source: ConnectorUse
  destination: ConnectorUse
}

export type ConnectorUse = { connector: string; values: SettingValues }

/** `pause` ends after what is in flight; `abort` ends at once. */
export type ToWorker = { type: 'pause' } | { type: 'abort' }

/** How a worker ended. `stopped`: it was asked to pause or abort. `waiting`: a new sign-in is needed. */
export type WorkerEnd =
  | { status: 'done'; guards: Guard[] }
  | { status: 'stopped' }
  | { status: 'waiting' | 'interrupted' | 'failed'; problem: Problem }

export type FromWorker =
  | { type: 'log'; line: string }
  | { type: 'progress'; counts: RunCounts; read: number; done: number; waiting: string | undefined }
  | { type: 'end'; end: WorkerEnd; counts: RunCounts; read: number }

/** All zero: nothing has been looked at yet. */
export function noCounts(): RunCounts {
  return { added: 0, changed: 0, removed: 0, unchanged: 0, invalid: 0, accepted: 0, skipped: 0, refused: 0, unknown: 0 }
}
