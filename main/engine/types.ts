/**
 * What the engine is told (a job), what it needs from the store (SyncFile), and what it tells while it works.
 * Every stage takes these as arguments; nothing here knows a database, a thread or a window.
 */
import type { Problem } from '../../connectors/problems.ts'
import type {
  DestinationSession,
  Field,
  JobNote,
  Mode,
  Query,
  Removal,
  Row,
  RowBatch,
  SourceSession,
} from '../../connectors/types.ts'
import type { ChangeState, Guard, GuardLimits, KeptField, MappingLine, Op, RunCounts } from '../../preload/api.ts'

/** A sync as the engine sees it: what to read, how to shape it, how to write it. */
export type SyncSpec = {
  query: Query
  uniqueId: string[]
  object: string
  mode: Mode
  key: string | null
  removal: Removal
  mapping: MappingLine[]
  firstRun: 'send-all' | 'adopt'
  edits: 'keep' | 'overwrite'
  /** It takes back an earlier run: a record that someone changed since is left alone. */
  undo?: true
  guards: GuardLimits
  /** People who are never sent, as `exclusionKey` writes them. */
  excluded: readonly string[]
  /** Changes whenever the snapshot stops meaning anything: another destination or place, object, key or unique id. */
  target: string
}

export type { ChangeState, Guard, KeptField, MappingLine, Op, RunCounts }

/**
 * A row of the plan as it is written. `label` and `record` (JSON of the mapped fields) are UTF-8; `print` is absent for
 * removals and invalid rows.
 */
export type PlannedChange = {
  op: PlannedOp
  key: Uint8Array
  label: Uint8Array
  /** Value of the destination's key field in lower case, when it is not the unique id itself. Of a removal: one left behind. */
  target: string | null
  print: Uint8Array | null
  record: Uint8Array | null
  /** Id of the change that was last sent for this key; see Trail. */
  before: number | null
  /** Why it is not sent; of what is sent, what a person should know about it. */
  problem: Problem | null
}

/** `same`: nothing is sent, the record was acknowledged under another fingerprint (the mapping was edited without effect). */
export type PlannedOp = Exclude<Op, 'adopt'> | 'same'

/** A change as apply reads it back. */
export type OutboxChange = {
  readonly id: number
  readonly op: 'add' | 'change' | 'remove'
  /** JSON in UTF-8; null for removals. */
  readonly record: Uint8Array | null
  /** Id of the change that was sent before; see Trail. */
  readonly before: number | null
  /** An earlier try of it was cut off, and nobody knows whether it arrived. */
  readonly unsure: boolean
  /** It removes what a row has left behind; see `keyLeftBehind`. */
  readonly leftBehind: boolean
}

/** Changes of one pass that follow each other; the first of them comes right after `after`. */
export type Batch = { pass: 'writes' | 'removals'; after: number; changes: OutboxChange[] }

/**
 * What the destination may hold of a key, from the change that was sent last on: those of which nobody knows whether they
 * arrived, newest first, and the one before them that was acknowledged; null where there is none (that is known).
 */
export type Trail = { unknown: readonly number[]; acknowledged: number | null }

/** Walks over what is still to be sent. `done`: nobody looks at the records of this batch any more. */
export type Outbox = { next(limit: number): Batch | null; done(batch: Batch): void }

/** What became of one change. */
export type Outcome = {
  id: number
  /**
   * `adopted`: it was there already. `kept`: skipped, because everything that differs is left as it is there. `left`: of a
   * plan that was compared, it is not sent at all, see `problem`.
   */
  state: ChangeState | 'adopted' | 'kept' | 'left'
  remoteId?: string
  /** `unsure`: it was there when it was sent again, and nobody knows whether the first try made it. */
  created?: boolean | 'unsure'
  problem?: Problem
  /** What was really sent, where that was less than planned. */
  record?: string
}

/** A record of a complete new content: one of this plan, or one that has not changed since it was `sent`. */
export type Content = { record: Uint8Array } & ({ change: number } | { change: null; sent: number })

/** Walks over the snapshot in key order without making an object for an entry. `next` is false at the end. */
export type SnapshotCursor = {
  data: Uint8Array
  keyAt: number
  keyLength: number
  /** 16 bytes. */
  printAt: number
  /** The change that was last acknowledged for this key. */
  change: number
  next(): boolean
}

/** Rows in any order go in, rows by key come out; on disk, gone after `close`. */
export type Staging = {
  put(rows: [key: Uint8Array, row: Uint8Array][]): void
  /** Rows in key order, after `after` (a key and a sequence number) if given. */
  page(after: [Uint8Array, number] | null, limit: number): [key: Uint8Array, sequence: number, row: Uint8Array][]
  close(): void
}

/**
 * What answers other than *accepted* leave in the snapshot, so that the key does not come up as new again. `held`: it came
 * to rest (an append without an answer, an insert of what was there). `again`: it may be there; it is sent once more, and
 * looked for when its row leaves. `gone`: the content that came is without it. Whatever this says, a change of a record without an answer is sent once more: what is
 * there is one or the other.
 */
export type Keeps = { unknown?: 'held' | 'again'; skipped?: 'held'; refused?: 'gone' }

/** What the destination held of a change's record; null where it had none. `nothingLeft`: for `kept`, nothing is sent. */
export type LiveRecord = { change: number; record: Row | null; kept: KeptField[]; nothingLeft?: true }

/** A change as it was sent, for taking it back. */
export type SentChange = {
  id: number
  op: 'add' | 'change' | 'remove'
  key: Uint8Array
  label: Uint8Array
  /** JSON in UTF-8. */
  record: Uint8Array | null
  /** Id of the change that was acknowledged before. */
  before: number | null
  /** Whether it made the record; undefined where nobody said so. */
  created: boolean | undefined
  /** Nobody knows whether it arrived. */
  unknown: boolean
  /** What the destination held before; undefined where it was not read. */
  live: Row | null | undefined
  /** Nothing was sent for this key since. */
  current: boolean
}

/** One sync's own files: its snapshot, its plans and their results. All calls are synchronous and made in the worker. */
export type SyncFile = {
  /**
   * Looks at the snapshot as what this target has acknowledged: it counts as empty if it was made for another one. It is
   * thrown away only when something is sent to the new one (`beginPush`). `held`: entries that were settled without
   * being accepted (see Keeps) count as well.
   */
  expectTarget(target: string, options: { held: boolean }): void
  snapshotSize(): number
  snapshot(): SnapshotCursor
  /** The record of a change as it was sent, JSON in UTF-8. Valid until the next call. */
  record(change: number): Uint8Array | null
  label(change: number): string
  /** The destination had the record of this row before the sync sent it first, as it said. */
  isFound(key: Uint8Array): boolean
  /** What may be there of the key that this change was sent for. */
  trail(change: number): Trail
  /** The product's own id of a record, as an answer to this change named it. */
  remoteId(change: number): string | undefined
  /** This row has left the audience: its record no longer stands in the way of another row. */
  markGone(key: Uint8Array): void
  /**
   * After the whole audience was compared: two rows may not write the same record. The one that holds it stays, the other
   * becomes invalid; a removal of a record that another row writes now is dropped. Answers what that changed.
   */
  settleTargets(keyName: string): { added: number; changed: number; removed: number }

  /** Forgets these runs' plans, but for records that the snapshot still points to. */
  forgetRuns(runs: readonly string[]): void
  /** Forgets plans that were never pushed and starts this one. */
  beginPlan(run: string, target: string): void
  addChange(change: PlannedChange): void
  /** Throws away the changes written so far, before planning again by another way. */
  restartPlan(): void
  /** The plan is whole and on disk; nothing is added to it any more. */
  endPlan(): void
  openStaging(): Staging

  /** What the destination held for changes of the plan, and which of their fields are left alone for it. */
  noteLive(found: LiveRecord[]): void
  /** Whether the destination held a record of this change when the plan was last compared; false where it was not. */
  wasThere(change: number): boolean
  /** Where a run is or was to be sent; undefined when it is forgotten. */
  targetOf(run: string): string | undefined
  /** The changes that a run sent and that were accepted, or may have been, in key order. */
  sentBy(run: string): Generator<SentChange>

  /**
   * From now on the plan is history: a later plan does not forget it. The snapshot becomes that of the target. `shape` tells
   * one way of making records from another.
   */
  beginPush(run: string, target: string, keeps: Keeps, shape: string): void
  /** Whose snapshot this is, whatever target it is looked at for; undefined before the first push. */
  lastTarget(): string | undefined
  /** The `shape` that the last push was begun with. */
  lastShape(): string | undefined
  /**
   * The changes still to be sent, in order, removals in a pass of their own. `next` is null at the end. `only`: the one
   * change with this id.
   */
  outbox(run: string, pass: Batch['pass'], only?: number): Outbox
  /** Every record of the new content in key order, for mode `replace`. What an earlier try of it was told is forgotten. */
  content(run: string): Generator<Content>
  /** What became of records of the content that have not changed, and were not taken. The ids are those of `sent`. */
  noteCarried(run: string, outcomes: Outcome[]): void
  /** Marks changes before they leave: after a crash their outcome is unknown. */
  markSending(batch: Batch): void
  /** The same for everything of this run that is still planned. */
  markAllSending(run: string): void
  /** Takes the marks away: nothing left, or all of it was answered. */
  forgetSending(): void
  /** Jobs that this run gave to the destination and whose results are not kept yet; `settle` forgets them. */
  jobs(run: string): JobNote[]
  /** The same of other runs that were sent to the same target. */
  jobsLeftBehind(run: string): JobNote[]
  /** `first` and `last`: ids of the first and the last change that it is about. On disk before it returns. */
  noteJob(run: string, job: JobNote, changes: { first: number; last: number }): void
  forgetJob(id: string): void
  /** What the last push was sending when the app ended becomes unknown. */
  settleInterrupted(problem: Problem): void
  /**
   * What became of the first changes of a batch, in order, in one transaction. `accepted`: all of them, and nothing more is
   * known. The others are planned again; `unsure`: they may have arrived, and stay marked.
   */
  settle(batch: Batch, outcomes: Outcome[] | 'accepted', others?: 'unsure'): void
  /** The destination says of each record whether it was new: of those without a word it is as planned. */
  noteTells(run: string): void
  /** What rows have left behind stays as long as they are not where they moved to: noted as skipped. Answers how many. */
  keepLeftBehind(run: string, problem: Problem): number
  /** What became of these, where everything else becomes real only at the end. */
  note(outcomes: Outcome[]): void
  /** Everything of this run that is planned or being sent was accepted at once (a swap, a rename). */
  commitAll(run: string): void
  /** Brings the snapshot up to what was settled; may be repeated. */
  fold(): void
  /** Totals by state of this run's changes. */
  tally(run: string): Pick<RunCounts, 'accepted' | 'skipped' | 'refused' | 'unknown'>
  close(): void
}

/** What a stage may use. `signal` stops at once; `pausing` is raised to stop after what is in flight. */
export type Stage = {
  spec: SyncSpec
  run: string
  file: SyncFile
  progress: Progress
  signal: AbortSignal
  pausing: AbortSignal
  /** The destination asked to wait this many milliseconds: so must all who share its quota. */
  hold: (ms: number) => void
}

/** Counters that the stages turn and the host reads a few times a second. */
export type Progress = { counts: RunCounts; read: number; done: number; waiting: string | undefined }

export type OpenSource = () => Promise<SourceSession>
export type OpenDestination = () => Promise<DestinationSession>

export type PlanResult = {
  guards: Guard[]
  undo: { possible: boolean; note: string }
  /** Why the destination cannot be compared with. */
  cannotCompare?: string
  /** It was compared with what the destination holds. */
  compared: boolean
}

/** How applying ended when nothing was thrown. */
export type ApplyEnd = 'done' | 'stopped'

export type { DestinationSession, Field, RowBatch, SourceSession }
