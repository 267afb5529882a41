/**
 * The contract between Outflow and one product. A newcomer who writes a connector reads this page and nothing else.
 * Connectors import nothing of the app: what they need is handed to `open`.
 */
import type { VisualQuery } from './conditions.ts'
import type { Problem } from './problems.ts'

export type * from './conditions.ts'

// ---------------------------------------------------------------- values

/**
 * A value between a source and a destination: JSON-safe and never silently changed. Integers beyond 2^53 and all
 * decimals are strings, dates `YYYY-MM-DD`, times `HH:MM:SS[.ffffff]`, instants ISO-8601 with offset, timestamps
 * (local) without, bytes base64.
 */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value }

/** A record: values by field (of a destination) or by column (of a source). */
export type Row = { [name: string]: Value }

/** `timestamp` is a local date and time; `instant` has a zone. */
export const valueTypes = [
  'text',
  'integer',
  'decimal',
  'float',
  'boolean',
  'date',
  'time',
  'timestamp',
  'instant',
  'json',
  'bytes',
] as const
export type ValueType = (typeof valueTypes)[number]

export type Column = {
  name: string
  type: ValueType
  /** The source's own name of the type, as its users know it: `varchar(40)`. */
  sourceType: string
}

// ---------------------------------------------------------------- settings

type SettingBase = {
  label: string
  /** Below the input; for a secret it says where in the product it is found. */
  help?: string
  placeholder?: string
  optional?: true
  /** Shown (and required) only when another setting has this value. */
  when?: { setting: string; is: string | boolean }
}

/** One line of a connection's form. The form, its validation and the types of `open`'s values all come from it. */
export type Setting =
  | (SettingBase & {
      kind: 'text' | 'multiline' | 'file' | 'folder'
      default?: string
      /** Of a text: the source's `suggest` says what may stand here. Anything else can be typed as well. */
      suggest?: true
    })
  | (SettingBase & { kind: 'secret'; multiline?: true })
  | (SettingBase & { kind: 'number'; default?: number; min?: number; max?: number })
  | (SettingBase & { kind: 'switch'; default?: boolean })
  | (SettingBase & { kind: 'choice'; choices: readonly { value: string; label: string }[]; default?: string })
  /** A button that opens the product's own sign-in page; how is said by the connector's `signIn`. At most one per form. */
  | (SettingBase & { kind: 'sign-in' })

export type Settings = Readonly<Record<string, Setting>>

/**
 * How a person signs in on the product's own page in the system's browser: authorization code with PKCE and a loopback
 * redirect (RFC 6749, 7636, 8252). Data only: the app asks, keeps and renews the tokens, and hands them out by
 * `Context.access`.
 */
export type SignIn<S extends Settings = Settings> = {
  /**
   * Where to ask, given what else is filled in; `issuer` is checked against the answer's (RFC 9207). Throws ProblemError
   * `reconnect` that names the setting which is wrong.
   */
  server(values: SettingValues<S>): { issuer: string; authorize: string; token: string }
  /** The public client's id. Throws as `server` does. */
  clientId(values: SettingValues<S>): string
  scopes: readonly string[]
  /**
   * The address to which the browser comes back. Products that take any port of the loopback interface say `'any'`;
   * those that compare with a registered address name the ports that the person registers, tried in this order.
   */
  redirect: { host: 'localhost' | '127.0.0.1'; path: `/${string}`; ports: 'any' | readonly number[] }
  /** Members of the token's answer that the connector needs: `instance_url`. Handed out as `Access.answer`. */
  keeps?: readonly string[]
}

/** What a signed-in connection may use right now. Must never be logged. */
export type Access = { token: string; answer: Readonly<Record<string, string>> }

/** The values of a form; an optional or hidden setting that was left empty is absent. Secrets are filled in. */
export type SettingValues<S extends Settings = Settings> = Settings extends S
  ? { [name: string]: string | number | boolean | undefined }
  : {
      [K in keyof S]: S[K] extends { kind: 'number' }
        ? number | undefined
        : S[K] extends { kind: 'switch' }
          ? boolean | undefined
          : string | undefined
    }

// ---------------------------------------------------------------- what is handed in

export type HttpRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** Default 60,000. */
  timeoutMs?: number
}

/** Header names are in lower case. */
export type HttpResponse = { status: number; headers: Record<string, string>; body: Uint8Array }

/**
 * Sends one request. A status is never an error here; a request that got no answer throws a ProblemError with remedy
 * `retry`, `outcomeUnknown: true` if it may have reached the other side.
 */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>

export type Context = {
  http: HttpClient
  /** Aborted on cancel: stop at once, throw `signal.reason`. */
  signal: AbortSignal
  /** For the log file; must not be given a secret. */
  log: (line: string) => void
  /** Awaited before each request that counts against the product's quota. Shared by all who use the same quota. */
  takeTurn: () => Promise<void>
  /**
   * What was sent and answered, for a person who asks about one row. Requests by `http` are noted by themselves; a
   * destination that speaks otherwise (SQL, a file) calls this once per `write`. Built only when someone keeps it.
   */
  noteExchange: (exchange: () => Exchange) => void
  /**
   * For connectors with `signIn`: the access token as it is now, renewed when it has run out. Given one that the product
   * refused, another; all who use the connection share one renewal. Throws ProblemError `reconnect` when a person has to
   * sign in again, `retry` when the product cannot be asked.
   */
  access?: (refused?: Access) => Promise<Access>
  /** Where a product does its work in jobs: those that were begun, on disk where they outlive the app. */
  jobs?: JobNotes
  /** Sessions that a person signed in to, for all work of this app; absent where nothing is kept. */
  sessions?: KeptSessions
}

/** What a session is set to: its role, its database. Parts that are absent are the product's own defaults. */
export type SessionPlace = Readonly<Record<string, string>>

/**
 * Sessions of a product that a person signed in to on a page, so that not every thread that connects opens it again. In
 * memory only; what is kept is a secret and must never be logged. `name` says whose sessions they are.
 */
export type KeptSessions = {
  /** One that is at this place, or that nobody uses and can be brought there by whoever takes it. It counts as used until `leave`. */
  take(name: string, place: SessionPlace): Promise<string | undefined>
  /** A new one, used by whoever keeps it. */
  keep(name: string, place: SessionPlace, session: string): void
  /** As it is now; `undefined` when it has ended. */
  leave(name: string, place: SessionPlace, session: string | undefined): void
}

/** A job that a product was given to do. */
export type JobNote = {
  id: string
  /** Idempotency keys of the writes that it is about, in their order. */
  writes: string[]
  /** What the destination has to know to read its results. */
  how: Value
}

/**
 * What is known of jobs whose results nobody has kept yet. A note goes by itself in the moment in which the results of its
 * writes are kept, so that a run that goes on after a crash asks about the job and does not begin another one.
 */
export type JobNotes = {
  /** Those about writes of this run. */
  begun(): JobNote[]
  /** Those of earlier runs, which nobody will ask about: they may still be under way. */
  leftBehind(): JobNote[]
  /** Kept before it returns. Called before anybody asks about the job. */
  note(job: JobNote): void
  /** There is nothing to be learned of it any more. */
  forget(id: string): void
}

/** One request and its answer as text, without secrets. */
export type Exchange = { request: string; response: string }

// ---------------------------------------------------------------- sources

/**
 * A table is named by its path: `['public', 'customers']`, or `['customers']` where there are no schemas. What was pointed
 * and clicked is a `VisualQuery` (conditions.ts).
 */
export type Query = { kind: 'table'; table: string[] } | { kind: 'sql'; sql: string } | VisualQuery

export type TableInfo = {
  path: string[]
  kind: 'table' | 'view'
  /** Rough number of rows where the source knows it without counting. */
  rowEstimate?: number
}

/** A page of tables; `next` is absent on the last one. */
export type TablePage = { tables: TableInfo[]; next?: string }

export type Preview = { columns: Column[]; rows: Value[][] }

/** How good a unique id is. `duplicates` and `examplesOfEmpty` are samples of at most 20, not the whole. */
export type UniqueIdCheck = {
  rows: number
  /** Rows in which a column of the unique id is NULL or ''. */
  empty: number
  /** Rows whose unique id another row has as well (all of them counted). */
  duplicated: number
  duplicates: { id: Value[]; rows: number }[]
  examplesOfEmpty: Row[]
}

/**
 * Rows as bytes, so that a row that has not changed never becomes an object. Row i is
 * `data.subarray(i === 0 ? 0 : ends[i - 1], ends[i])`: fields separated by one tab, NULL as `\N`, and `\b \f \n \r \t \v \\`
 * written with a backslash, as PostgreSQL's COPY text format (postgresql.org/docs/current/sql-copy.html). A value that
 * is too large is left out, with `\L` in its place. `rows.ts` reads and writes it. The buffer belongs to the receiver until
 * it asks for the next batch, not longer.
 */
export type RowBatch = { data: Uint8Array; ends: Uint32Array; length: number }

/** The text of each field by type, before escaping: what PostgreSQL prints with ISO dates, UTC and hex bytes; booleans `t` / `f`. */
export type RowReader = {
  /** The unique id's columns first, in their order, then the other columns asked for. */
  columns: Column[]
  batches: AsyncIterable<RowBatch>
}

export type ReadRequest = {
  query: Query
  /** The rows come ordered by these: integers by value, everything else by the bytes of its text. The engine checks it. */
  uniqueId: string[]
  /** Further columns to read, without those of the unique id. */
  columns: string[]
}

/**
 * What is in a column, of the rows that were looked at. `filled`: rows in which it is neither NULL nor ''. `distinct`: different
 * values among them. `least` and `most`: of numbers, dates and times; null for other types. `samples`: the most frequent values first, at
 * most 20, long texts cut after 200 characters.
 */
export type ColumnProfile = {
  name: string
  filled: number
  distinct: number
  least: Value
  most: Value
  samples: { value: Value; rows: number }[]
}

/** `whole`: every row was looked at, not only the first `rows`. */
export type Profile = { rows: number; whole: boolean; columns: ColumnProfile[] }

/** Everything is read-only; nothing here may change the source. Every method throws ProblemError. */
export type SourceSession = {
  /** A sentence that says what was reached: "PostgreSQL 17.2, database shop, as anna". */
  test(): Promise<string>
  /** Sorted by path; `search` is part of a name, case does not matter. */
  listTables(page: { search?: string; after?: string; limit: number }): Promise<TablePage>
  listColumns(query: Query): Promise<Column[]>
  preview(query: Query, limit: number): Promise<Preview>
  /** Exact. */
  count(query: Query): Promise<number>
  checkUniqueId(query: Query, uniqueId: string[]): Promise<UniqueIdCheck>
  /** What is in these columns, of the first rows (see `profiledRows` in sql/profile.ts). */
  profile(query: Query, columns: string[]): Promise<Profile>
  /**
   * The different values of a column as texts, NULL and '' left out, in no order: at most `limit` of them, so that whoever
   * asks for one more than they can take knows that there are more.
   */
  distinct(query: Query, column: string, limit: number): Promise<{ type: ValueType; values: string[] }>
  /**
   * The same rows as SQL of this source, for a person to read or to go on with. The values stand in it, relative dates as the
   * days that they are now; nothing is run.
   */
  showSql(query: VisualQuery): Promise<string>
  /** One consistent snapshot of the rows by a streamed cursor or keyset pages; memory does not grow with rows. */
  read(request: ReadRequest): Promise<RowReader>
  close(): Promise<void>
}

export type Source<S extends Settings = Settings> = {
  id: string
  name: string
  kind: 'source'
  /** One sentence for the card in the list of products. */
  summary: string
  settings: S
  /** Where a setting is of kind `sign-in`. */
  signIn?: SignIn<S>
  /**
   * Where a setting says `suggest`: what may stand there, asked of the product with what else is filled in, in the order in
   * which it is offered. Throws ProblemError.
   */
  suggest?(values: SettingValues<S>, context: Context, setting: string): Promise<Suggestion[]>
  open(values: SettingValues<S>, context: Context): Promise<SourceSession>
}

/** `note` is shown beside it: "X-Small, suspended". */
export type Suggestion = { value: string; note?: string }

// ---------------------------------------------------------------- destinations

export const modes = ['update', 'insert', 'upsert', 'mirror', 'membership', 'replace', 'append'] as const
export type Mode = (typeof modes)[number]

/** What happens to a record whose row left the audience. */
export const removals = ['delete', 'archive', 'clear', 'leave-list', 'nothing'] as const
export type Removal = (typeof removals)[number]

export type DestinationObject = {
  id: string
  /** Plural, as its users say it: "Contacts". */
  label: string
  modes: Mode[]
  /** Fields by which a record can be found there. Empty where records are only appended or replaced as a whole. */
  keys: string[]
  /** The first one is the default of mode `mirror`. */
  removals: Removal[]
  /** Whether `listFields` is only a start and any further field name may be mapped (a webhook, a new CSV file). */
  openFields: boolean
  /** A name that is not listed makes a new object like this one (a CSV file). */
  openName?: true
  /** Whether `read` can answer what its records hold now. */
  readable: boolean
  /** What is written becomes real only when everything is (a file): no record of it can be sent alone. */
  whole?: true
  /**
   * Its records follow to another key: a change whose key is not that of `previous` is written to the record that has the
   * old one. Of others the engine adds the new record and, where the mode removes, takes out the old one.
   */
  renames?: true
  /** What a person should know before the first push: "Undo is not possible: a message cannot be taken back." */
  notes?: string[]
}

export type Field = {
  id: string
  label: string
  type: ValueType
  required: boolean
  readOnly: boolean
  /** It takes values but never shows them (a password, a consent flag): it cannot be compared or restored. */
  writeOnly?: true
  /** It finds records and is never written: the product's own id. Nothing can be added by it, and it is not proposed. */
  keyOnly?: true
  /** The only values it takes. */
  choices?: { value: string; label: string }[]
  /** In characters. */
  maxLength?: number
  holds?: Holding
  keeps?: Keeping
  help?: string
}

/** What a field of numbers or times can hold. A value that needs more is an invalid row: nothing is rounded on the way. */
export type Holding = {
  /** Digits behind the point of a number or a second; −3: only whole thousands. */
  decimals?: number
  /** Digits before the point of a number. */
  wholeDigits?: number
  /** The least and the greatest whole number, as their digits. */
  range?: readonly [least: string, most: string]
  /** A floating-point number of 32 bits, not 64. */
  single?: true
}

/**
 * What a product makes of every value of a field by keeping it, so that what is read back is not taken for somebody's
 * edit. Only what the product is known to do.
 */
export type Keeping = {
  /** Without the blanks around it. */
  trimmed?: true
  lowerCase?: true
  /** Several values with this between them, in an order of the product's own. */
  separator?: string
  /** Of a box that is ticked or not: NULL is kept as false. */
  nullIsFalse?: true
  /** An id with a checksum behind it: so many first characters say it all. */
  characters?: number
}

/**
 * What one record of a batch is about. `record` holds the fields to write, which may be fewer than the mapping's: a field
 * that is absent is left as it is there. For a removal it is the record as last sent.
 */
export type Write = {
  op: 'add' | 'change' | 'remove'
  /** Value of the key field; `null` where the object has no key. For `remove`: the value last sent. */
  key: Value
  record: Row
  /** `record` as JSON in UTF-8, for destinations that send it as it is: then no object is made of it. */
  recordJson?: Uint8Array
  /** The record that was last acknowledged, for `change` and `remove`. With another key only where the object `renames`. */
  previous?: Row | undefined
  /** The product's own id of the record, if an earlier answer named it. */
  remoteId?: string | undefined
  /** The same for every try of the same change: for products that take an idempotency key. */
  idempotencyKey: string
}

/**
 * The product's answer about one record.
 * - `refused`: it will come up again in the next run
 * - `skipped`: the mode says to leave it (insert: it is there already; update: it is not there)
 * - `unknown`: the product may or may not have done it
 */
export type WriteResult =
  /** `created`: whether the record was not there before; absent where the product does not say. */
  | { status: 'accepted'; remoteId?: string; created?: boolean }
  | { status: 'skipped'; reason: string }
  | { status: 'refused'; problem: Problem }
  | { status: 'unknown'; problem: Problem }

export type WriteTarget = {
  object: string
  mode: Mode
  /** Id of the key field, `null` where the object has none. */
  key: string | null
  removal: Removal
  /** The fields that are mapped, in the order of the mapping. */
  fields: Field[]
  /** How many records the run will send, all in all; absent where that is not known. Large ones may be sent another way. */
  plannedRecords?: number
}

export type Writer = {
  /** `'batch'`: what `write` answered is real. `'end'`: only after `finish` (a swap, a rename). Depends on the mode. */
  readonly commit: 'batch' | 'end'
  /** Where this way of writing has other limits than the session's: a job takes more records at once. */
  readonly limits?: Pick<Limits, 'records' | 'concurrency'>
  /**
   * Sends records, at most `limits.records` of them, and answers one result per record in the same order.
   * Throws ProblemError when the batch as a whole got no usable answer: `retry` (again later; halved in the end),
   * `fix-record` (one of them is bad: halved until it is found), `reconnect` (nothing is refused: the run waits),
   * `edit-sync` (the run stops). Calls overlap up to `limits.concurrency`; two calls never hold the same key.
   */
  write(batch: Write[]): Promise<WriteResult[]>
  /** The request that `write` would make of these, as a person reads it, without secrets. Nothing is sent. */
  describe(batch: Write[]): Promise<string>
  /**
   * Where `commit` is `'end'`: makes everything written real at once (swap, rename). Until it has resolved nothing
   * counts as acknowledged. In mode `replace` the batches held the complete new content.
   */
  finish(): Promise<void>
  /** Drops what is not finished and frees what is held. Also called after `finish`. Never throws. */
  close(): Promise<void>
}

export type Limits = {
  /** Records per call of `write`. */
  records: number
  /** Calls of `write` in flight at once. */
  concurrency: number
  /** Requests allowed per interval, if the product has such a rule. */
  rate?: { requests: number; perMs: number }
  /** Requests that may still be made today, where the product says so. */
  requestsLeftToday?: number
}

/** Every method throws ProblemError. */
export type DestinationSession = {
  limits: Limits
  /** A sentence that says who is signed in where. */
  test(): Promise<string>
  /**
   * Where it writes: another answer means that other records are there, of which Outflow knows nothing. The same after a new
   * password or key. Constant where the objects' ids say it already. Never shown.
   */
  place(): Promise<string>
  /** `only`: the others may be left out, for products where each of them costs a request. */
  listObjects(only?: string): Promise<DestinationObject[]>
  /** From the product itself, so that custom fields are there. */
  listFields(object: string): Promise<Field[]>
  /**
   * The records that now have these key values (at most `limits.records` of them), `null` where there is none, in order;
   * values in the form in which they are written. For objects that are `readable`.
   */
  read?(object: string, key: string, values: Value[], fields: string[]): Promise<(Row | null)[]>
  openWriter(target: WriteTarget): Promise<Writer>
  close(): Promise<void>
}

/** A stand-in for the product inside Outflow, for the switch `rehearsal` of its connections. See http/rehearsal.ts. */
export type Rehearsal = {
  /** What a rehearsing connection is opened with instead of what a person entered. */
  values: SettingValues
  access?: Access
  /**
   * Answers requests as the product does, out of records in a file that all who rehearse with it share (`':memory:'` for
   * none). Nothing leaves the computer. Throws ProblemError when the file cannot be used.
   */
  open(file: string, signal: AbortSignal): Promise<{ http: HttpClient; close(): void }>
}

export type Destination<S extends Settings = Settings> = {
  id: string
  name: string
  kind: 'destination'
  summary: string
  settings: S
  /** Where a setting is of kind `sign-in`. */
  signIn?: SignIn<S>
  /** Where its connections can rehearse. */
  rehearsal?: Rehearsal
  /** What must not be shown beside the settings that are secrets: the key inside an address. Never throws. */
  secrets?(values: SettingValues<S>): readonly string[]
  /** Who holds the quota, from the settings: two connections with the same answer share one limiter. */
  quotaHolder(values: SettingValues<S>): string
  /** Two connections with the same answer are never sent to at the same time; absent: those that share a quota are not. */
  oneWriter?(values: SettingValues<S>): string
  open(values: SettingValues<S>, context: Context): Promise<DestinationSession>
}

export type Connector = Source | Destination

/** Checks a source against its settings and forgets their exact type, so that connectors can stand in one list. */
export function source<const S extends Settings>(definition: Source<S>): Source {
  return definition as unknown as Source
}

/** Checks a destination against its settings and forgets their exact type, so that connectors can stand in one list. */
export function destination<const S extends Settings>(definition: Destination<S>): Destination {
  return definition as unknown as Destination
}
