/**
 * What the engine is told (a job), what it needs from the store (SyncFile), and what it tells while it works.
 * Every stage takes these as arguments; nothing here knows a database, a thread or a window.
 */
import type { Problem } from '../../connectors/problems.ts'
import type {
  DestinationSession,
  Field,
  Mode,
  Query,
  Removal,
  RowBatch,
  SourceSession,
} from '../../connectors/types.ts'
import type { ChangeState, Guard, MappingLine, Op, RunCounts } from '../../preload/api.ts'

/** A sync as the engine sees it: what to read, how to shape it, how to write it. */
export type SyncSpec = {
  query: Query
  uniqueId: string[]
  object: string
  mode: Mode
  key: string | null
  removal: Removal
  mapping: MappingLine[]
  /** Changes whenever the snapshot stops meaning anything: another destination, object, key or unique id. */
  target: string
}

export type { ChangeState, Guard, MappingLine, Op, RunCounts }

/** A row of the plan as it is written. `print` is absent for removals and invalid rows. */
export type PlannedChange = {
  op: Op
  key: Uint8Array
  label: string
  /** Value of the destination's key field in lower case, when it is not the unique id itself. */
  target: string | null
  print: Uint8Array | null
  /** JSON of the mapped fields; null for removals and for rows that cannot be shaped. */
  record: string | null
  /** Id of the change that was last acknowledged for this key. */
  before: number | null
  problem: Problem | null
}

/** A change as apply reads it back. */
export type OutboxChange = {
  id: number
  op: 'add' | 'change' | 'remove'
  record: string | null
  previous: string | null
  remoteId: string | null
}

/** What became of one change. */
export type Outcome = { id: number; state: ChangeState; remoteId?: string; problem?: Problem }

/** One entry of the snapshot: what the destination last acknowledged for a key. */
export type SnapshotEntry = [key: Uint8Array, print: Uint8Array, change: number]

/** Rows in any order go in, rows by key come out; on disk, gone after `close`. */
export type Staging = {
  put(rows: [key: Uint8Array, row: Uint8Array][]): void
  /** Rows in key order, after `after` (a key and a sequence number) if given. */
  page(after: [Uint8Array, number] | null, limit: number): [key: Uint8Array, sequence: number, row: Uint8Array][]
  close(): void
}

/**
 * Which answers beside *accepted* settle a key, so that it does not come up again: in mode append what is unknown, in mode
 * insert what was there already.
 */
export type CommitOptions = { keepUnknown: boolean; keepSkipped: boolean }

/** Work in steps: `end` writes the last of it, `drop` takes back what was not written. */
export type Steps = { step(rows: number, work: () => void): void; end(): void; drop(): void }

/** One sync's own file: its snapshot, its plans and their results. All calls are synchronous and made in the worker. */
export type SyncFile = {
  /**
   * Looks at the snapshot as what this target has acknowledged: it counts as empty if it was made for another one. It is
   * thrown away only when something is sent to the new one (`beginPush`). `keepUnsent`: entries that were settled without
   * being accepted (see CommitOptions) still count.
   */
  expectTarget(target: string, options: { keepUnsent: boolean }): void
  snapshotSize(): number
  snapshotPage(after: Uint8Array | null, limit: number): SnapshotEntry[]
  /** The record of a change as JSON. */
  record(change: number): string | null
  label(change: number): string
  /** This row has left the audience: its record no longer stands in the way of another row. */
  markGone(key: Uint8Array): void
  /**
   * After the whole audience was compared: two rows may not write the same record. The one that holds it stays, the other
   * becomes invalid; a removal of a record that another row writes now is dropped. Answers what that changed.
   */
  settleTargets(keyName: string): { added: number; changed: number; removed: number }
  /** Begins a long piece of work that is written every so many rows. A step that throws takes back what was not written. */
  beginSteps(): Steps

  /** Forgets plans that were never pushed and starts this one. */
  beginPlan(run: string): void
  addChange(change: PlannedChange): void
  /** The same record has been acknowledged under another fingerprint (the mapping was edited without effect). */
  touch(key: Uint8Array, print: Uint8Array): void
  /** Throws away the changes written so far, before planning again by another way. */
  clearPlan(): void
  openStaging(): Staging

  /** From now on the plan is history: a later plan does not forget it. The snapshot becomes that of the target. */
  beginPush(run: string, target: string): void
  /** The next changes to send, in order; removals only in the pass for removals. */
  outbox(run: string, pass: 'writes' | 'removals', after: number, limit: number): OutboxChange[]
  /** Every record of the new content in key order, for mode `replace`. `id` is null for what has not changed. */
  content(
    run: string,
    after: Uint8Array | null,
    limit: number,
  ): { key: Uint8Array; id: number | null; record: string }[]
  /** Marks appended rows before they are sent: after a crash their outcome is unknown. */
  markSending(ids: number[]): void
  /** The same for everything of this run that is still planned. */
  markAllSending(run: string): void
  unmarkAllSending(run: string): void
  /** They were not sent after all: they are planned again. */
  unmarkSending(ids: number[]): void
  /** What the last push was sending when the app ended becomes unknown, and counts as sent. */
  settleInterrupted(problem: Problem): void
  /** Results and snapshot in one transaction. */
  commit(outcomes: Outcome[], options: CommitOptions): void
  /** Everything of this run that is planned or being sent was accepted at once (a swap, a rename). */
  commitAll(run: string): void
  /** Totals by state of this run's changes. */
  tally(run: string): Pick<RunCounts, 'accepted' | 'skipped' | 'refused' | 'unknown'>
  close(): void
}

/** What a stage may use. `signal` stops at once; `pausing` says to stop after what is in flight. */
export type Stage = {
  spec: SyncSpec
  run: string
  file: SyncFile
  progress: Progress
  signal: AbortSignal
  pausing: () => boolean
}

/** Counters that the stages turn and the host reads a few times a second. */
export type Progress = { counts: RunCounts; read: number; done: number; waiting: string | undefined }

export type OpenSource = () => Promise<SourceSession>
export type OpenDestination = () => Promise<DestinationSession>

export type PlanResult = { guards: Guard[] }

/** How applying ended when nothing was thrown. */
export type ApplyEnd = 'done' | 'stopped'

export type { DestinationSession, Field, RowBatch, SourceSession }
