/** The Practice CRM's file: one SQLite database that holds its records and its request quota. */
import Database from 'better-sqlite3'
import { type Problem, ProblemError } from '../../problems.ts'
import type { Row } from '../../types.ts'

/** Requests that the Practice CRM takes within one second, from everybody together, before it answers "slow down". */
export const requestsPerSecond = 20

/** The version of the tables below; an older file is brought up to it, one with a higher one was made by a newer Outflow. */
const schemaVersion = 2

const schema = `
  CREATE TABLE record (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    object TEXT NOT NULL,
    match TEXT NOT NULL,
    fields TEXT NOT NULL,
    search TEXT NOT NULL,
    archived INTEGER NOT NULL DEFAULT 0,
    updated_at TEXT NOT NULL,
    UNIQUE (object, match)
  );
  CREATE TABLE quota (id INTEGER PRIMARY KEY CHECK (id = 1), started_ms INTEGER NOT NULL, used INTEGER NOT NULL);
  INSERT INTO sqlite_sequence (name, seq) VALUES ('record', 1000);
`

/** Since version 2: who is in a list. */
const memberSchema = `
  CREATE TABLE member (
    list TEXT NOT NULL,
    contact INTEGER NOT NULL REFERENCES record (id) ON DELETE CASCADE,
    joined_at TEXT NOT NULL,
    PRIMARY KEY (list, contact)
  ) WITHOUT ROWID;
`

export type StoredRecord = { id: string; fields: Row; archived: boolean; updatedAt: string }
type RecordLine = { id: number; fields: string; archived: number; updated_at: string }

/** A line of the table as a record. */
export function toRecord(line: RecordLine): StoredRecord {
  // Written by this connector as an object of values.
  const fields = JSON.parse(line.fields) as Row
  return { id: String(line.id), fields, archived: line.archived === 1, updatedAt: line.updated_at }
}

/** The form under which a key is compared: without regard to case. */
export function matchOf(key: string): string {
  return key.trim().toLowerCase().normalize('NFC')
}

/** What an error of SQLite means to a person. */
function problemOfSqlite(code: string, detail: string): Problem {
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return { remedy: 'retry', message: 'The Practice CRM is busy: another program is writing to its file.', detail }
  }
  if (code === 'SQLITE_FULL' || code.startsWith('SQLITE_IOERR')) {
    return {
      remedy: 'retry',
      message: 'The Practice CRM could not save: the disk is full or cannot be written. Free some space and try again.',
      detail,
    }
  }
  if (code.startsWith('SQLITE_READONLY')) {
    return {
      remedy: 'reconnect',
      message: 'The file of the Practice CRM may only be read. Choose another file in the connection.',
      detail,
    }
  }
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB') {
    return {
      remedy: 'reconnect',
      message: 'This file is not a Practice CRM, or it is damaged. Choose another file in the connection.',
      detail,
    }
  }
  if (code.startsWith('SQLITE_CANTOPEN')) {
    return {
      remedy: 'reconnect',
      message: 'The file of the Practice CRM cannot be opened. Check that its folder exists and choose the file again.',
      detail,
    }
  }
  return { remedy: 'report', message: 'The Practice CRM could not do this. The details say why.', detail }
}

/** Runs `work` and turns what SQLite throws into a ProblemError; anything else passes. */
export function plainly<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof Database.SqliteError) {
      throw new ProblemError(problemOfSqlite(error.code, `${error.code}: ${error.message}`), { cause: error })
    }
    if (error instanceof TypeError && error.message.includes('directory does not exist')) {
      throw new ProblemError(problemOfSqlite('SQLITE_CANTOPEN', error.message), { cause: error })
    }
    throw error
  }
}

/**
 * Opens the file; makes it if it is not there. The caller closes it.
 * @throws ProblemError (`reconnect`) if the folder is missing, or the file is something else or from a newer Outflow
 */
export function openDatabase(file: string): Database.Database {
  return plainly(() => {
    const db = new Database(file, { timeout: 3_000 })
    try {
      db.pragma('journal_mode = WAL')
      db.pragma('synchronous = NORMAL')
      db.pragma('foreign_keys = ON')
      prepareSchema(db)
      return db
    } catch (error) {
      db.close()
      throw error
    }
  })
}

function prepareSchema(db: Database.Database): void {
  db.transaction(() => {
    const version = Number(db.pragma('user_version', { simple: true }))
    if (version > schemaVersion) {
      throw new ProblemError({
        remedy: 'reconnect',
        message: 'This Practice CRM was made by a newer version of Outflow. Update Outflow, or choose another file.',
        detail: `user_version ${version}, known ${schemaVersion}`,
      })
    }
    if (version === schemaVersion) return
    if (version === 1) {
      db.exec(memberSchema)
      db.pragma(`user_version = ${schemaVersion}`)
      return
    }
    const foreign = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").get()
    if (foreign) {
      throw new ProblemError({
        remedy: 'reconnect',
        message: 'This file is a database of something else. Choose a new file for the Practice CRM.',
      })
    }
    db.exec(schema + memberSchema)
    db.pragma(`user_version = ${schemaVersion}`)
  }).immediate()
}

const takeRequestSql = `
  INSERT INTO quota (id, started_ms, used) VALUES (1, CAST(unixepoch('subsec') * 1000 AS INTEGER), 1)
  ON CONFLICT (id) DO UPDATE SET
    used = iif(excluded.started_ms - started_ms BETWEEN 0 AND 999, used + 1, 1),
    started_ms = iif(excluded.started_ms - started_ms BETWEEN 0 AND 999, started_ms, excluded.started_ms)
  RETURNING used, started_ms + 1000 - CAST(unixepoch('subsec') * 1000 AS INTEGER) AS left_ms`

/**
 * Counts one request against the quota; to be called inside the request's transaction, so that a refused one is not counted.
 * @throws ProblemError (`retry`, with the wait) when this second's requests are used up
 */
export function takeRequest(db: Database.Database): void {
  const quota = db.prepare<[], { used: number; left_ms: number }>(takeRequestSql).get()
  if (!quota || quota.used <= requestsPerSecond) return
  throw new ProblemError({
    remedy: 'retry',
    message: 'The Practice CRM asked us to slow down.',
    detail: `429: more than ${requestsPerSecond} requests within one second`,
    retryAfterMs: Math.max(1, quota.left_ms),
  })
}
