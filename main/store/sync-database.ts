import Database from 'better-sqlite3'
import { type Problem, ProblemError } from '../../connectors/problems.ts'
import { fullDisk } from './disk.ts'

/**
 * The file of one sync. The changes of a plan follow each other by id, all above `plan.after`. A change is written once, as part of a plan, and stays as long as the snapshot points to it: the
 * record that was last sent *is* the change that was last accepted. `op` and `state` are small numbers (see the lists).
 */
const SCHEMA = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE plan (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL UNIQUE,
    after INTEGER NOT NULL,
    pushed INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE change (
    id INTEGER PRIMARY KEY,
    plan INTEGER NOT NULL REFERENCES plan(id),
    op INTEGER NOT NULL,
    state INTEGER NOT NULL,
    key BLOB NOT NULL,
    label TEXT NOT NULL,
    target TEXT,
    print BLOB,
    record TEXT,
    before INTEGER,
    remote TEXT,
    problem TEXT
  ) STRICT;
  CREATE INDEX change_of_plan ON change (plan, op);
  CREATE INDEX change_with_problem ON change (plan, state) WHERE state >= 3;
  CREATE INDEX change_by_target ON change (target) WHERE target IS NOT NULL;
  CREATE TABLE snapshot (key BLOB PRIMARY KEY, print BLOB NOT NULL, change INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  PRAGMA user_version = 1;
`

/**
 * Opens the file, making it if need be. Throws a ProblemError when it is damaged or from a newer version; it is then left
 * as it is.
 */
export function openDatabase(file: string): Database.Database {
  let db: Database.Database | undefined
  try {
    db = new Database(file)
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = NORMAL')
    db.pragma('busy_timeout = 5000')
    const version = db.pragma('user_version', { simple: true }) as number
    if (version === 0) db.exec(`BEGIN; ${SCHEMA} COMMIT`)
    else if (version > 1) {
      throw new ProblemError({
        remedy: 'report',
        message: 'What this sync remembers was written by a newer version of Outflow. Update Outflow to go on.',
      })
    }
    return db
  } catch (error) {
    db?.close()
    const problem = problemOfFile(error)
    throw problem ? new ProblemError(problem, { cause: error }) : error
  }
}

/**
 * What a fault of SQLite's on a sync's file means for the user (sqlite.org/rescode.html), or undefined for any other error.
 */
export function problemOfFile(error: unknown): Problem | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const full = fullDisk(error)
  if (full) return full
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) return damaged(error)
  if (/^SQLITE_(IOERR|READONLY|CANTOPEN|BUSY|LOCKED|PERM|AUTH)/.test(code)) {
    return {
      remedy: 'retry',
      message:
        'The disk did not take or give what Outflow remembers of this sync. Check the disk and its free space, then try again.',
      detail: `${code} ${error instanceof Error ? error.message : ''}`,
    }
  }
  return undefined
}

function damaged(error: unknown): Problem {
  return {
    remedy: 'edit-sync',
    message:
      'The file in which this sync remembers what was sent cannot be read. Reset the sync to start again with a full comparison; nothing at the destination is touched by that.',
    detail: error instanceof Error ? error.message : String(error),
  }
}
