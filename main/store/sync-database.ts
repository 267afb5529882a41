import Database from 'better-sqlite3'
import { type Problem, ProblemError } from '../../connectors/problems.ts'
import { fullDisk } from './disk.ts'

const VERSION = 3

/**
 * The file of one sync: what the destination holds (snapshot, holder), which plans there are, and what became of their
 * changes. The changes themselves lie in a file per plan (plan-file.ts). A change without a `result` that lies in an
 * `accepted` range was accepted; without either it is planned. Ids and codes: sync-codes.ts.
 */
const SCHEMA = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE plan (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL UNIQUE,
    -- Changes that are sent, by pass; NULL while the plan is made.
    writes INTEGER,
    removals INTEGER,
    pushed INTEGER NOT NULL DEFAULT 0,
    -- Whether the snapshot has everything that was settled so far.
    folded INTEGER NOT NULL DEFAULT 0,
    keeps TEXT NOT NULL DEFAULT '{}',
    -- Whether the destination says of each record if it was new.
    tells INTEGER NOT NULL DEFAULT 0,
    -- Where it is or was to be sent.
    target TEXT,
    accepted INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    unknown INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE accepted (
    pass INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (pass, first)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE sending (
    pass INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (pass, first)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE result (
    change INTEGER PRIMARY KEY,
    state INTEGER NOT NULL,
    remote TEXT,
    created INTEGER,
    problem TEXT,
    -- What was really sent, where that was less than planned.
    record TEXT
  ) STRICT;
  CREATE INDEX result_by_state ON result (state, change);
  -- What the destination held when it was asked; NULL where it had no such record.
  CREATE TABLE live (change INTEGER PRIMARY KEY, record TEXT, kept TEXT) STRICT;
  CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY,
    first BLOB NOT NULL UNIQUE,
    length INTEGER NOT NULL,
    held INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    entries BLOB NOT NULL
  ) STRICT;
  CREATE TABLE holder (
    value TEXT NOT NULL, key BLOB NOT NULL, change INTEGER NOT NULL, PRIMARY KEY (value, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX holder_by_key ON holder (key);
  PRAGMA user_version = ${VERSION};
`

/**
 * Opens the file, making it if need be. Throws a ProblemError when it is damaged or from a newer version; it is then left
 * as it is.
 */
export function openDatabase(file: string): Database.Database {
  let db: Database.Database | undefined
  try {
    db = new Database(file)
    db.pragma('busy_timeout = 5000')
    const version = db.pragma('user_version', { simple: true }) as number
    if (version > VERSION) {
      throw new ProblemError({
        remedy: 'report',
        message: 'What this sync remembers was written by a newer version of Outflow. Update Outflow to go on.',
      })
    }
    if (version !== 0 && version < VERSION) throw damagedFile(`version ${version}`)
    // Only now: a file that is refused is left as it is.
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = NORMAL')
    if (version === 0) db.exec(`BEGIN; ${SCHEMA} COMMIT`)
    return db
  } catch (error) {
    db?.close()
    const problem = problemOfFile(error)
    throw problem ? new ProblemError(problem, { cause: error }) : error
  }
}

/**
 * What a fault of SQLite's or the file system's on a sync's file means for the user (sqlite.org/rescode.html), or undefined
 * for any other error.
 */
export function problemOfFile(error: unknown): Problem | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const full = fullDisk(error)
  if (full) return full
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) return damaged(error)
  if (/^SQLITE_(IOERR|READONLY|CANTOPEN|BUSY|LOCKED|PERM|AUTH)|^E(IO|ACCES|PERM|ROFS|BUSY|MFILE)$/.test(code)) {
    return {
      remedy: 'retry',
      message:
        'The disk did not take or give what Outflow remembers of this sync. Check the disk and its free space, then try again.',
      detail: `${code} ${error instanceof Error ? error.message : ''}`,
    }
  }
  return undefined
}

/** Thrown when bytes of a sync's files are not what was written. */
export function damagedFile(detail: string): ProblemError {
  return new ProblemError(damaged(detail))
}

function damaged(error: unknown): Problem {
  return {
    remedy: 'edit-sync',
    message:
      'The file in which this sync remembers what was sent cannot be read. Reset the sync to start again with a full comparison; nothing at the destination is touched by that.',
    detail: error instanceof Error ? error.message : String(error),
  }
}
