/** What a double remembers: things by kind and id, found again by marks (an email address), in one SQLite file. */
import Database from 'better-sqlite3'
import { ProblemError } from '../problems.ts'

const schema = `
  CREATE TABLE IF NOT EXISTS thing (kind TEXT NOT NULL, id TEXT NOT NULL, place INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX IF NOT EXISTS thing_place ON thing (kind, place);
  CREATE TABLE IF NOT EXISTS mark (kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (kind, name, value, id)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS mark_id ON mark (kind, id);
  CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`

export type Thing<T> = { id: string; value: T }

export type DoubleStore = {
  get<T>(kind: string, id: string): T | undefined
  /** Keeps a value (JSON) and the marks by which it is found; earlier marks of it are gone. */
  put(kind: string, id: string, value: unknown, marks?: Readonly<Record<string, string | readonly string[]>>): void
  remove(kind: string, id: string): void
  /** Ids that have this mark, oldest first. */
  find(kind: string, mark: string, value: string): string[]
  /** In the order in which they were first put; `after` is an id. */
  list<T>(kind: string, page?: { after?: string | undefined; limit?: number }): Thing<T>[]
  count(kind: string): number
  /** 1 the first time, then one more each time. */
  next(name: string): number
  /** Everything that `work` does, or nothing where it throws. */
  transaction<T>(work: () => T): T
  /** Does `work` unless it was done before in this store. */
  once(work: () => void): void
  clear(): void
  close(): void
}

/** @throws ProblemError when the file cannot be opened or is not such a store */
export function openDoubleStore(file: string): DoubleStore {
  let db: Database.Database
  try {
    db = new Database(file, { timeout: 10_000 })
    db.pragma('journal_mode = WAL')
    // What a rehearsal wrote last may be lost with the power; nothing real hangs on it.
    db.pragma('synchronous = OFF')
    db.exec(schema)
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    const message =
      'The records of this rehearsal cannot be opened. Turn the rehearsal off and on again in the connection.'
    throw new ProblemError({ remedy: 'reconnect', message, detail }, { cause })
  }
  const sql = {
    get: db.prepare<[string, string], string>('SELECT value FROM thing WHERE kind = ? AND id = ?').pluck(),
    put: db.prepare(`INSERT INTO thing VALUES (@kind, @id, (SELECT coalesce(max(place), 0) + 1 FROM thing WHERE kind = @kind), @value)
      ON CONFLICT (kind, id) DO UPDATE SET value = @value`),
    remove: db.prepare('DELETE FROM thing WHERE kind = ? AND id = ?'),
    unmark: db.prepare('DELETE FROM mark WHERE kind = ? AND id = ?'),
    mark: db.prepare('INSERT INTO mark VALUES (?, ?, ?, ?)'),
    find: db
      .prepare<[string, string, string], string>(
        `SELECT m.id FROM mark m JOIN thing t ON t.kind = m.kind AND t.id = m.id
         WHERE m.kind = ? AND m.name = ? AND m.value = ? ORDER BY t.place`,
      )
      .pluck(),
    list: db.prepare<[string, string, string, number], { id: string; value: string }>(
      `SELECT id, value FROM thing WHERE kind = ?
       AND place > coalesce((SELECT place FROM thing WHERE kind = ? AND id = ?), 0) ORDER BY place LIMIT ?`,
    ),
    count: db.prepare<[string], number>('SELECT count(*) FROM thing WHERE kind = ?').pluck(),
    next: db
      .prepare<[string], number>(
        'INSERT INTO counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value',
      )
      .pluck(),
  }
  const transaction = <T>(work: () => T): T => db.transaction(work).immediate()
  const store: DoubleStore = {
    get: <T>(kind: string, id: string) => {
      const value = sql.get.get(kind, id)
      // Written by `put` as JSON.
      return value === undefined ? undefined : (JSON.parse(value) as T)
    },
    put(kind, id, value, marks = {}) {
      sql.put.run({ kind, id, value: JSON.stringify(value) })
      sql.unmark.run(kind, id)
      for (const [name, values] of Object.entries(marks)) {
        for (const mark of [values].flat()) sql.mark.run(kind, name, mark, id)
      }
    },
    remove(kind, id) {
      sql.unmark.run(kind, id)
      sql.remove.run(kind, id)
    },
    find: (kind, mark, value) => sql.find.all(kind, mark, value),
    list: <T>(kind: string, { after = '', limit = -1 }: { after?: string | undefined; limit?: number } = {}) =>
      sql.list.all(kind, kind, after, limit).map(({ id, value }) => ({ id, value: JSON.parse(value) as T })),
    count: (kind) => sql.count.get(kind) ?? 0,
    next: (name) => sql.next.get(name) ?? 0,
    transaction,
    once: (work) =>
      transaction(() => {
        if (sql.get.get('store', 'seeded') !== undefined) return
        work()
        store.put('store', 'seeded', true)
      }),
    clear: () => transaction(() => void db.exec('DELETE FROM thing; DELETE FROM mark; DELETE FROM counter')),
    close: () => void db.close(),
  }
  return store
}
