/**
 * The bridge between the screens and the core: every call and every event, with its types. Types only.
 * Two carriers bring it across (electron.ts, browser.ts); main/dispatch.ts is the one door on the other side.
 */

import type { Problem } from '../connectors/problems.ts'
import type {
  Column,
  DestinationObject,
  Exchange,
  Field,
  Mode,
  Preview,
  Profile,
  Query,
  Removal,
  Row,
  Settings,
  Suggestion,
  TablePage,
  UniqueIdCheck,
  Value,
} from '../connectors/types.ts'

export type { Problem, Remedy } from '../connectors/problems.ts'
export type * from '../connectors/types.ts'

/** ISO-8601 in UTC: `2026-03-01T09:30:00.000Z`. */
export type Instant = string

// ---------------------------------------------------------------- nouns

/** A product that can be connected, with its form. */
export type ConnectorInfo = {
  id: string
  name: string
  kind: 'source' | 'destination'
  summary: string
  settings: Settings
  /** Addresses of this computer that an administrator registers at the product before anyone can sign in. */
  callbackUrls?: string[]
}

export type ConnectionStatus = 'ok' | 'not-tested' | 'needs-sign-in'

/** A connection as the screens see it: secrets are never in `values`; `savedSecrets` names those that are kept. */
export type Connection = {
  id: string
  name: string
  connector: string
  kind: 'source' | 'destination'
  values: Record<string, string | number | boolean>
  savedSecrets: string[]
  status: ConnectionStatus
  /** The sentence of the last successful test, and when. */
  testedAs?: string
  testedAt?: Instant
  /** Made with the sample data: marked on the screens. */
  sample: boolean
  /** It talks to a stand-in inside Outflow; nothing that is sent leaves this computer. Marked on the screens. */
  rehearsal?: true
}

/** `secrets`: an absent one keeps what is saved, `null` forgets it. Of a sign-in it is the `id` of one that is done. */
export type ConnectionDraft = {
  id?: string
  name: string
  connector: string
  values: Record<string, string | number | boolean>
  secrets: Record<string, string | null>
}

/**
 * A sign-in under way. `waiting`: the product's page is open in a browser, or will be by `url`, which only a host without a
 * way to open it hands out. `done`: the id stands for the tokens in a draft's `secrets`, until the app is closed.
 */
export type SignInState = {
  id: string
  status: 'waiting' | 'done' | 'failed' | 'canceled'
  url?: string
  problem?: Problem
}

/** What a person may say that a column of a file is; `decimal comma` is 1.234,50, `date day` 31/12/2025. */
export const fileTypes = [
  'text',
  'integer',
  'decimal',
  'decimal comma',
  'decimal grouped',
  'float',
  'boolean',
  'date',
  'date day',
  'date month',
  'timestamp',
  'timestamp day',
  'timestamp month',
  'time',
  'instant',
] as const
export type FileType = (typeof fileTypes)[number]

/** How a file is to be read, as the settings of a file's connection; what is absent is found out. */
export type FileChoices = {
  delimiter?: string
  encoding?: string
  header?: 'names' | 'values'
  dates?: 'day' | 'month' | 'text'
  /** By the column's name. */
  types?: Record<string, FileType>
}

/** A table of a file before it becomes an audience. `table` absent: the first one that has rows. */
export type FileTable = { path: string; table?: string; choices: FileChoices }

/** A file as it was understood, and its first rows. */
export type FileLook = {
  /** With its folder. What was typed may have looked different. */
  path: string
  name: string
  /** In bytes. */
  size: number
  kind: 'text' | 'excel' | 'json' | 'parquet'
  /** It is a copy in the data folder: what changes in the person's own file is not seen. */
  copied: boolean
  /** Sheets, or lists of JSON; `rows` is rough, and absent where it is not known. */
  tables: { name: string; rows?: number }[]
  table: string
  /** Found out or chosen; absent where files of this kind have no such thing. `titles`: lines above the table. */
  found: Pick<FileChoices, 'delimiter' | 'encoding' | 'header'> & { titles?: number }
  /** `as` is absent where the type cannot be changed; `unfit` counts values among the first rows that are not of it. */
  columns: (Column & { as?: FileType; unfit?: { rows: number; example: string } })[]
  rows: Value[][]
  /** All rows; absent for large files. */
  count?: number
  /** A date that may be read in two ways: has to be answered by `choices.dates`. */
  ambiguous?: { column: string; example: string }
  suggested: { name: string; uniqueId: string[] }
  /** Connections that read this file, or a copy of one with its name. */
  known: { connection: string; name: string; audiences: string[]; same: boolean }[]
  /** Why rows of this table cannot be shown, or not all of them be read. */
  problem?: Problem
}

/** In bytes: a larger file is not copied into the data folder; where it is has to be typed. */
export const largestCopy = 2_000_000_000

export type Audience = {
  id: string
  name: string
  connection: string
  query: Query
  uniqueId: string[]
  updatedAt: Instant
}
export type AudienceDraft = Omit<Audience, 'id' | 'updatedAt'> & { id?: string }

/** Where the value of one destination field comes from. In a template `{{column}}` stands for the column's value. */
export type MappedFrom =
  | { kind: 'column'; column: string }
  | { kind: 'constant'; value: string }
  | { kind: 'template'; template: string }

/**
 * When a field is written. `if-empty`: only where the destination holds nothing in it. `on-create`: only when the record is
 * new there. Both need a destination that can be read.
 */
export const fieldRules = ['always', 'if-empty', 'on-create'] as const
export type FieldRule = (typeof fieldRules)[number]

/** `rule` absent means always. `skipEmpty`: an empty value leaves the field as it is there. */
export type MappingLine = { field: string; from: MappedFrom; rule?: FieldRule; skipEmpty?: true }

/** What becomes of a time that passed while the computer slept or Outflow was closed: run once afterwards, skip it, or ask. */
export const missedPolicies = ['run', 'skip', 'ask'] as const
export type MissedPolicy = (typeof missedPolicies)[number]

/** When a sync runs by itself. `missed` absent: run once. All times are the computer's wall clock, in its time zone. */
export type Schedule =
  | { kind: 'manual' }
  | { kind: 'every'; minutes: number; missed?: MissedPolicy }
  /** `days`: 0 is Sunday; `times` are `HH:MM`. */
  | { kind: 'weekly'; days: number[]; times: string[]; missed?: MissedPolicy }
  /** Five fields: minute, hour, day of the month, month, day of the week; or a name like `@daily`. */
  | { kind: 'cron'; expression: string; missed?: MissedPolicy }
  /** Each time a run of that sync is done, also with refused rows. */
  | { kind: 'after'; sync: string }

/** Times that passed and were not run when they came, counted up to 100; `at` is the first of them. */
export type MissedTimes = { at: Instant; times: number }

/** The last thing a schedule did that someone may wonder about. */
export type ScheduleNote = {
  /**
   * `caught-up`: missed times were run once, late. `skipped`: they were not, as the schedule says or a person said.
   * `still-running`: a time came while the run before was under way; it runs when that is over. `needs-sign-in`: the run
   * before waits for one, as `problem` says, and nothing starts until it has gone on. `not-started`: see `problem`.
   */
  what: 'caught-up' | 'skipped' | 'still-running' | 'needs-sign-in' | 'not-started'
  at: Instant
  missed?: MissedTimes
  problem?: Problem
}

/** What a schedule would do, before it is saved. */
export type SchedulePreview = {
  /** The next three times; none where it starts by hand or after another sync. */
  next: Instant[]
  timeZone: string
  /** A cron expression in words. */
  words?: string
  /** Why it cannot be saved, or would never start. */
  problem?: Problem
  /** Other syncs with a schedule that write to the same place: they wait for each other. */
  sharing: string[]
}

export const notifyChoices = ['all', 'problems', 'nothing'] as const
export type NotifyChoice = (typeof notifyChoices)[number]

/** What Outflow does by itself on this computer. */
export type Automation = {
  /** Since when nothing starts by itself; null: schedules run. */
  pausedAt: Instant | null
  /** What a new schedule does about missed times. */
  missed: MissedPolicy
  timeZone: string
  /** Which runs are told by a notification of the system; absent where the host has none. */
  notify?: NotifyChoice
  /** Whether Outflow starts when the person signs in to the computer; absent where the host cannot. */
  startAtLogin?: boolean
}

export type Sync = {
  id: string
  name: string
  audience: string
  destination: string
  object: string
  mode: Mode
  /** The destination field by which a record is found; null where the object has none. */
  key: string | null
  mapping: MappingLine[]
  removal: Removal
  /** `adopt`: the first run takes what is there already as sent, and sends only real differences. */
  firstRun: 'send-all' | 'adopt'
  /** A value that someone changed in the destination after Outflow last wrote it. Known only where it can be read. */
  edits: 'keep' | 'overwrite'
  guards: GuardLimits
  schedule: Schedule
  updatedAt: Instant
}
export type SyncDraft = Omit<Sync, 'id' | 'updatedAt'> & { id?: string }

/** A sync with what a list shows beside it. */
export type SyncSummary = Sync & {
  audienceName: string
  destinationName: string
  /** What the destination calls the object: "Contacts"; its id until the destination was asked. */
  objectLabel: string
  /** Its destination rehearses. */
  rehearsal?: true
  lastRun?: Run
  /** May have passed: then it is due, and waits for its turn. */
  nextRunAt?: Instant
  /** Nothing starts it by itself until its schedule goes on. */
  paused?: true
  /** Times that were missed and wait for a person's answer. */
  missed?: MissedTimes
  scheduleNote?: ScheduleNote
  /** Why its schedule never starts it. */
  scheduleProblem?: Problem
}

/**
 * planning → planned → applying → done. `blocked`: planned, but a guard wants a yes first. `comparing`: a plan that is being
 * compared with what the destination holds now; it is planned or blocked again afterwards. `waiting`: apply stopped because
 * the destination wants a new sign-in. `interrupted`: the app ended in the middle; resuming goes on where it stopped.
 */
export const runStatuses = [
  'planning',
  'planned',
  'blocked',
  'comparing',
  'applying',
  'paused',
  'waiting',
  'interrupted',
  'done',
  'failed',
  'canceled',
  'discarded',
] as const
export type RunStatus = (typeof runStatuses)[number]

/** What the plan says, and what became of it. In rows. While planning the numbers grow. */
export type RunCounts = {
  added: number
  changed: number
  removed: number
  unchanged: number
  invalid: number
  /** Left alone: on the exclusion list, or (of an undo) changed since. */
  excluded: number
  /** There already, exactly as they would be sent. */
  adopted: number
  accepted: number
  skipped: number
  refused: number
  unknown: number
}

/**
 * Where a run stops and asks; percents are of what was sent before (of the rows read, for `badIdPercent` and
 * `badRecordPercent`). Absent: the default, see `defaultGuardLimits`.
 */
export type GuardLimits = {
  removals?: number
  removalPercent?: number
  changePercent?: number
  shrinkPercent?: number
  /** Of the rows in which a mapped field was filled before. */
  emptiedPercent?: number
  badIdPercent?: number
  badRecordPercent?: number
  /** Rows in the audience; no default. */
  cap?: number
}

export const defaultGuardLimits: Required<Omit<GuardLimits, 'cap'>> = {
  removals: 5_000,
  removalPercent: 20,
  changePercent: 50,
  shrinkPercent: 30,
  emptiedPercent: 50,
  badIdPercent: 5,
  badRecordPercent: 20,
}

export const guardIds = [
  'many-removals',
  'many-changes',
  'source-empty',
  'source-shrank',
  'column-emptied',
  'unique-id',
  'required-empty',
  'over-cap',
  'over-quota',
  'other-place',
] as const
export type GuardId = (typeof guardIds)[number]

/** One reason to look before pushing. `message` says what was found, against which limit. */
export type Guard = { id: GuardId; message: string }

export type Run = {
  id: string
  sync: string
  syncName: string
  status: RunStatus
  /** Who asked: a click, the scheduler, the command line. */
  startedBy: 'person' | 'schedule' | 'terminal'
  counts: RunCounts
  /** Rows read from the source so far. */
  read: number
  guards: Guard[]
  /** Set when someone pushed in spite of guards: "anna on laptop-7". */
  confirmed?: { guards: GuardId[]; by: string; at: Instant }
  /** `undo`: takes back what the run `undoes` did. */
  kind: 'sync' | 'undo'
  undoes?: string
  /** The run that took this one back. */
  undoneBy?: string
  /** It was made with a rehearsing destination: nothing left this computer, and no real run knows of it. */
  rehearsal?: true
  /** Whether what this run sends can be taken back, and what cannot. Known once it is planned. */
  undo?: { possible: boolean; note: string }
  /** Why the destination cannot be compared with; absent where it can be. */
  cannotCompare?: string
  /** When the plan was last compared with what the destination holds. */
  comparedAt?: Instant
  startedAt: Instant
  plannedAt?: Instant
  finishedAt?: Instant
  /** Why it failed, waits or was interrupted. */
  problem?: Problem
  /** The connection that the problem is about, where that one does not let Outflow in: a new sign-in, or a file that is gone. */
  needsSignIn?: string
  /** The plan no longer fits: the audience, the mapping or what was last sent has changed since. */
  stale: boolean
}

export type Op = 'add' | 'change' | 'remove' | 'invalid' | 'excluded' | 'adopt'
export type ChangeState = 'planned' | 'sending' | 'accepted' | 'skipped' | 'refused' | 'unknown'

/** One row of a plan with its result. `before` and `after` hold the mapped fields; absent where there is none. */
export type Change = {
  id: number
  op: Op
  /** The unique id's values, joined by ", ". */
  label: string
  before?: Row
  after?: Row
  state: ChangeState
  /** Why it is invalid, excluded, refused, skipped or unknown; of what is sent, what a person should know about it. */
  problem?: Problem
  /** What the destination held when it was compared; null where it had no such record. Absent: not compared. */
  live?: Row | null
  /** Fields that are left as they are there. */
  kept?: KeptField[]
  /** Nothing is sent of it: everything that differs is kept. */
  nothingLeft?: true
}

/** `edited`: someone changed it there after Outflow's last write. `filled`, `exists`: the field's rule says so. */
export type KeptField = { field: string; why: 'edited' | 'filled' | 'exists' }

/** A request and its answer as they are kept for a while, without secrets. Long ones are cut, and say so. */
export type KeptExchange = Exchange & { at: Instant }

/** Something that was sent about a record, of any sync. */
export type Mention = { run: string; sync: string; syncName: string; at: Instant; change: Change }

/** People who are never sent: an email address, a phone number, an id. */
export type Exclusion = { value: string; note: string; addedAt: Instant }

export type ChangeFilter = { op?: Op; state?: ChangeState; search?: string }

/** Progress of a run under way; at most four a second. */
export type RunProgress = {
  run: string
  status: RunStatus
  counts: RunCounts
  read: number
  /** Rows a second over the last few seconds, of the stage under way. */
  rowsPerSecond: number
  /** "HubSpot asked us to wait 8 s." */
  waiting?: string
}

export type UserSettings = {
  theme: 'system' | 'light' | 'dark'
  /** Runs older than this are forgotten; null keeps them all. What was sent last is kept in any case. */
  keepHistoryDays: number | null
  /** Megabytes of raw requests and answers kept per sync, the newest. */
  keepExchangesMb: number
}

export type AppInfo = {
  version: string
  host: 'electron' | 'browser'
  dataFolder: string
  dataBytes: number
  /** Where secrets are kept; `session`: only until the app is closed, because no keychain answers. */
  secrets: 'keychain' | 'session'
  secretsNote?: string
  /** Whether `app.pickPath` can open the system's dialog here; otherwise a path is typed. */
  canPickPath: boolean
  /** Whether the sample data is there. */
  sample: { sync: string } | null
}

/** Under which licences the parts of Outflow come. `texts` of a package are places in the list of texts. */
export type Licences = {
  packages: { name: string; version: string; licence: string; texts: number[] }[]
  texts: string[]
}

/**
 * Newer versions of Outflow. `not-set-up`: this build knows no place to ask, and asks nobody. `version`: of the newer one;
 * `ready`: it is here, and is installed when Outflow is closed.
 */
export type UpdateState = {
  status: 'not-set-up' | 'idle' | 'checking' | 'current' | 'downloading' | 'ready' | 'failed'
  version?: string
  checkedAt?: Instant
  problem?: Problem
}

/** A part of a workspace file. `here`: there is one of this name, which is kept as it is. */
type WorkspacePart = { name: string; here: boolean }

/** A workspace file as it was understood, before anything is done. `digest` stands for exactly this content. */
export type WorkspaceLook = {
  path: string
  name: string
  digest: string
  connections: (WorkspacePart & { product: string; kind: 'source' | 'destination'; needsSecrets: boolean })[]
  audiences: (WorkspacePart & { connection: string })[]
  /** `scheduled`: the file has a schedule for it, which is not switched on. */
  syncs: (WorkspacePart & { audience: string; destination: string; scheduled: boolean })[]
}

/** A record of the Practice CRM. */
export type PracticeRecord = { id: string; values: Row; archived: boolean; updatedAt: Instant }

/** One line of the proposed mapping. `confidence`: 1 same name, less for alike names. */
export type MappingSuggestion = MappingLine & { confidence: number }

/** One source row and the record that it becomes, or why it cannot become one. */
export type MappedSample = { source: Row; record?: Row; problem?: Problem }

// ---------------------------------------------------------------- calls

type Nothing = Record<never, never>
type Id = { id: string }

/** Every call: input → output. */
export type Api = {
  'app.info': (input: Nothing) => AppInfo
  /** The system's open or save dialog; `path` is null when it was closed. Refused where there is none. */
  'app.pickPath': (input: { kind: 'file' | 'folder'; title: string }) => { path: string | null }
  'app.licences': (input: Nothing) => Licences
  'updates.get': (input: Nothing) => UpdateState
  /** Asks for a newer version and fetches it. Answers at once; `updates.changed` says how it goes on. */
  'updates.check': (input: Nothing) => UpdateState
  /** Closes Outflow and opens the newer version. Refused while nothing is ready or a run is under way. */
  'updates.install': (input: Nothing) => UpdateState
  /** Reads and checks a workspace file; nothing is changed. */
  'workspace.look': (input: { path: string }) => WorkspaceLook
  /** Adds what is not here yet, all of it or nothing. Refused when the file is not the one that was looked at. */
  'workspace.import': (input: { path: string; digest: string }) => WorkspaceLook
  /**
   * Connections, audiences and syncs as the text of a workspace file, without secrets. `leftOut`: audiences and syncs that use
   * the sample data, by name; it is not exported.
   */
  'workspace.export': (input: Nothing) => {
    name: string
    text: string
    holds: { connections: number; audiences: number; syncs: number }
    leftOut: string[]
  }
  'settings.get': (input: Nothing) => UserSettings
  'settings.save': (input: UserSettings) => UserSettings
  /** Makes the sample warehouse, the Practice CRM, a CSV folder, an audience and a sync; the same again if they are there. */
  'sample.create': (input: Nothing) => { sync: string }

  'connectors.list': (input: Nothing) => ConnectorInfo[]
  'connections.list': (input: Nothing) => Connection[]
  'connections.get': (input: Id) => Connection
  /** Saves only what passed its checks; a wrong setting is a problem that names it. */
  'connections.save': (input: ConnectionDraft) => Connection
  /** Opens what is in the form (saved secrets filled in) and answers with the product's own sentence. */
  'connections.test': (input: ConnectionDraft) => { testedAs: string }
  /** What may stand in one of its settings, asked of the product with what else is in the form (saved secrets filled in). */
  'connections.suggest': (input: { draft: ConnectionDraft; setting: string }) => Suggestion[]
  /** Refused while an audience or a sync uses it. */
  'connections.remove': (input: Id) => Nothing
  'connections.tables': (input: Id & { search?: string; after?: string }) => TablePage
  'connections.columns': (input: Id & { query: Query }) => Column[]
  /** What is in these columns: at most 50 of them at once. */
  'connections.profile': (input: Id & { query: Query; columns: string[] }) => Profile
  'connections.objects': (input: Id) => DestinationObject[]
  'connections.fields': (input: Id & { object: string }) => Field[]

  /** Opens the product's sign-in page for what is in a form; an earlier sign-in that still waits is canceled. */
  'signIns.start': (input: Pick<ConnectionDraft, 'connector' | 'values'>) => SignInState
  'signIns.get': (input: Id) => SignInState
  'signIns.cancel': (input: Id) => SignInState

  'audiences.list': (input: Nothing) => Audience[]
  'audiences.get': (input: Id) => Audience
  'audiences.save': (input: AudienceDraft) => Audience
  'audiences.remove': (input: Id) => Nothing
  /** The first 100 rows. A later call with the same ticket, or `audiences.stop`, stops this one in the source as well. */
  'audiences.preview': (input: { connection: string; query: Query; ticket?: string }) => Preview
  /** Stopped as a preview is. */
  'audiences.count': (input: { connection: string; query: Query; ticket?: string }) => { rows: number }
  'audiences.stop': (input: { ticket: string }) => Nothing
  /** The same rows as SQL of the source, values written out, for a person to read or to go on with. */
  'audiences.sql': (input: { connection: string; query: Query }) => { sql: string }
  'audiences.checkUniqueId': (input: { connection: string; query: Query; uniqueId: string[] }) => UniqueIdCheck

  'files.inspect': (input: FileTable) => FileLook
  'files.checkUniqueId': (input: FileTable & { uniqueId: string[] }) => UniqueIdCheck
  /** Makes an audience of the file, and the connection behind it. */
  'files.use': (input: FileTable & { name: string; uniqueId: string[] }) => Audience
  /** The file of a connection is somewhere else now; refused when it lacks columns that audiences and syncs use. */
  'files.move': (input: { connection: string; path: string }) => Connection

  'syncs.list': (input: Nothing) => SyncSummary[]
  'syncs.get': (input: Id) => SyncSummary
  'syncs.save': (input: SyncDraft) => Sync
  /** Also deletes its history and what it remembers of the destination. */
  'syncs.remove': (input: Id) => Nothing
  /** Forgets what was sent: the next plan shows every row as new. */
  'syncs.reset': (input: Id) => Nothing
  'syncs.suggestMapping': (input: { audience: string; destination: string; object: string }) => MappingSuggestion[]
  'syncs.sampleRecords': (
    input: Pick<Sync, 'audience' | 'destination' | 'object' | 'mode' | 'key' | 'mapping'> & { limit: number },
  ) => MappedSample[]

  'schedules.automation': (input: Nothing) => Automation
  /** Changes what is named. `paused` stops every schedule, or lets them go on; what passed meanwhile is not caught up. */
  'schedules.change': (
    input: { paused?: boolean } & Partial<Pick<Automation, 'missed' | 'notify' | 'startAtLogin'>>,
  ) => Automation
  /** `id`: of the sync, once it is saved. */
  'schedules.preview': (
    input: Pick<Sync, 'schedule'> & Partial<Pick<Sync, 'id' | 'destination' | 'object'>>,
  ) => SchedulePreview
  /** Pauses the schedule of one sync, or lets it go on from now. */
  'schedules.pause': (input: Id & { paused: boolean }) => SyncSummary
  /** Answers the question about missed times: `run` starts it now, once. Refused while a run of this sync is under way. */
  'schedules.answer': (input: Id & { run: boolean }) => SyncSummary

  /** Starts planning and answers at once with the run. An earlier plan of this sync that was not pushed is discarded. */
  'plans.make': (input: { sync: string }) => Run
  /**
   * Changes in the order they are sent; `after` is the page before's `next`. Where few match, a page of a long plan may hold
   * fewer than `limit`, even none, and still have a `next`: so far was looked, and no further yet.
   */
  'plans.changes': (input: { run: string; filter: ChangeFilter; after?: number; limit: number }) => {
    changes: Change[]
    next?: number
  }
  /** Starts sending. `confirm` names the guards that the person has seen; a guard that is not named blocks. */
  'plans.push': (input: { run: string; confirm: GuardId[] }) => Run

  /** Reads what the destination holds for these changes; the plan then shows it. Answers at once. */
  'plans.compare': (input: Id) => Run
  /** One change with the requests that were made about it, newest first. */
  'plans.change': (input: { run: string; change: number }) => { change: Change; exchanges: KeptExchange[] }
  /**
   * The exact request that sending this one record would make, given what is there now; `nothing`: why there would be none.
   * Nothing is sent. `notAlone`: why it cannot be sent alone.
   */
  'plans.describe': (input: {
    run: string
    change: number
  }) => { request: string; notAlone?: string } | { nothing: string }
  /** Sends this one record of a plan and waits for the answer; the rest stays planned. Guards must be confirmed as for a push. */
  'plans.sendOne': (input: { run: string; change: number; confirm: GuardId[] }) => {
    change: Change
    exchanges: KeptExchange[]
  }

  'runs.list': (input: { sync?: string; before?: Instant; limit: number }) => Run[]
  'runs.get': (input: Id) => Run
  'runs.pause': (input: Id) => Run
  /** Goes on with a run that is paused, waiting or interrupted. */
  'runs.resume': (input: Id) => Run
  'runs.cancel': (input: Id) => Run
  /** Plans how to take a run back; that plan is reviewed and pushed like any other. Answers at once with the new run. */
  'runs.undo': (input: Id) => Run
  /**
   * A piece of a CSV of the changes that match; `after` is the `next` of the piece before, `columns` are its columns. Pieces
   * fit together when all have the same `columns`, behind one `header`.
   */
  'runs.export': (input: { run: string; filter: ChangeFilter; after?: number; columns?: string[] }) => {
    name: string
    header: string
    lines: string
    columns: string[]
    next?: number
  }

  /** What was sent about a record, by its unique id or any value in it, newest first; at most `limit`. */
  'history.search': (input: { text: string; limit: number }) => {
    mentions: Mention[]
    more: boolean
    /** Syncs of which what they remember cannot be read. */
    unread: string[]
  }

  'exclusions.list': (input: Nothing) => Exclusion[]
  /** One value per line of `text`. Answers the whole list. */
  'exclusions.add': (input: { text: string; note: string }) => Exclusion[]
  'exclusions.remove': (input: { value: string }) => Exclusion[]

  'practice.records': (input: { object: string; search?: string; after?: string; limit: number }) => {
    fields: Field[]
    records: PracticeRecord[]
    total: number
    next?: string
  }
}

export type Method = keyof Api
export type Input<M extends Method> = Parameters<Api[M]>[0]
export type Output<M extends Method> = ReturnType<Api[M]>

/** A call always settles with one of these; it never rejects across the bridge. */
export type Answer<T> = { ok: true; value: T } | { ok: false; problem: Problem }

/** Every event: its payload. */
export type Events = {
  'run.progress': RunProgress
  /** A run changed its status. */
  'run.changed': Run
  /** A sign-in was answered, canceled or given up. */
  'signIn.changed': SignInState
  /** Something in these lists changed; the screens that show them ask again. */
  'data.changed': { noun: 'connections' | 'audiences' | 'syncs' | 'schedules' | 'settings' }
  /** A page of the screens was asked for from outside: by a notification, or the tray. */
  'page.asked': { path: string }
  'updates.changed': UpdateState
  /** The host closed or was lost (browser host only). */
  'host.lost': Nothing
}
export type EventName = keyof Events

/** What `window.bridge` is. `on` answers a function that stops listening. */
export type Bridge = {
  call<M extends Method>(method: M, input: Input<M>): Promise<Answer<Output<M>>>
  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void
  /**
   * The path of a file that was dropped or picked. A browser does not tell where a file is: there it is the path of a copy
   * in the data folder.
   */
  takeFile(file: File): Promise<Answer<{ path: string }>>
}
