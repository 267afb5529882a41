import type { Problem } from '../../connectors/problems.ts'
import type { Access, Limits, SessionPlace, SettingValues } from '../../connectors/types.ts'
import type { Run, RunCounts } from '../../preload/api.ts'
import type { PlanResult, SyncSpec } from '../engine/types.ts'
import type { Rehearsing } from './rehearsal.ts'

/** What the worker of a run is started with. Holds secrets: it is handed over in memory and never stored. */
export type WorkerJob = {
  command: 'plan' | 'undo' | 'compare' | 'apply'
  kind: Run['kind']
  /** For `undo`: the run to take back. */
  undoes?: string
  /** For `apply`: the one change to send. */
  only?: number
  exchangesMb: number
  /** For `plan`: runs that are older than the history is kept. */
  forget: string[]
  run: string
  syncFile: string
  spec: SyncSpec
  /** What the plan counted, when it is applied. */
  counts?: RunCounts
  read?: number
  source: ConnectorUse
  destination: ConnectorUse
}

/** `rehearsal`: the product's stand-in is used in place of the network, with its records in this file. */
export type ConnectorUse = { connector: string; values: SettingValues; rehearsal?: Rehearsing }

/**
 * `job`: when the thread has said that it is ready, or free again. `pause` ends after what is in flight; `abort` ends at once.
 * `paced`: there is something new to keep to. `heldMs` as `Pace.heldMs`.
 */
export type ToWorker =
  | { type: 'job'; job: WorkerJob; heldMs: number | undefined }
  | { type: 'pause' }
  | { type: 'abort' }
  | { type: 'paced'; heldMs: number | undefined }
  | { type: 'turn'; id: number }
  | { type: 'access'; id: number; answer: { ok: true; access: Access } | { ok: false; problem: Problem } }
  | { type: 'proxy'; id: number; answer: { ok: true; proxy: string } | { ok: false; problem: Problem } }
  | { type: 'session'; id: number; session: string | undefined }

/** Which of a run's two connections. */
export type Side = 'source' | 'destination'

/** How work ended. `stopped`: it was asked to pause or abort. `waiting`: a new sign-in is needed; `side`: where. */
export type WorkerEnd =
  | { status: 'done'; plan?: PlanResult }
  | { status: 'stopped' }
  | { status: 'waiting' | 'interrupted' | 'failed'; problem: Problem; side?: Side }

/**
 * `ready`: a job can be sent. `end`: the run is over; `free`: its files are closed, and another job can be sent. `turn` asks
 * for a request's turn, `access` for an access token (in place of one that was refused), `proxy` for the proxy to an origin,
 * `session` for one that is kept; each is answered by a message of the same id. `keep` and `leave` hand a session back (see
 * KeptSessions). `hold`: the destination asked everyone to wait.
 */
export type FromWorker =
  | { type: 'ready' }
  | { type: 'free' }
  | { type: 'rate'; rate: Limits['rate'] }
  | { type: 'turn'; id: number }
  | { type: 'hold'; ms: number }
  | { type: 'access'; id: number; side: Side; refused: Access | undefined }
  | { type: 'proxy'; id: number; origin: string }
  | { type: 'session'; id: number; name: string; place: SessionPlace }
  | { type: 'keep'; name: string; place: SessionPlace; session: string }
  | { type: 'leave'; name: string; place: SessionPlace; session: string | undefined }
  | { type: 'log'; line: string }
  | { type: 'progress'; counts: RunCounts; read: number; done: number; waiting: string | undefined }
  | { type: 'end'; end: WorkerEnd; counts: RunCounts; read: number }

/** What a problem makes of a run: a plan fails; sending can go on, later or after a new sign-in, unless it cannot. */
export function endOf(command: WorkerJob['command'], problem: Problem): Extract<WorkerEnd, { problem: Problem }> {
  if (command !== 'apply') return { status: 'failed', problem }
  if (problem.remedy === 'reconnect') return { status: 'waiting', problem }
  return { status: problem.remedy === 'retry' || problem.unreadable ? 'interrupted' : 'failed', problem }
}

/** All zero: nothing has been looked at yet. */
export function noCounts(): RunCounts {
  const plan = { added: 0, changed: 0, removed: 0, unchanged: 0, invalid: 0, excluded: 0, adopted: 0 }
  return { ...plan, accepted: 0, skipped: 0, refused: 0, unknown: 0 }
}
