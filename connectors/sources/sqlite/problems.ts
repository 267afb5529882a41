/** What an error of SQLite means to a person. */
import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { type Problem, ProblemError } from '../../problems.ts'

/** By result code (sqlite.org/rescode.html); extended codes begin with the name of their base. */
const byCode: [string, Pick<Problem, 'remedy' | 'message'>][] = [
  [
    'SQLITE_NOTADB',
    { remedy: 'reconnect', message: 'This file is not a SQLite database, or it is encrypted. Choose another file.' },
  ],
  [
    'SQLITE_BUSY',
    {
      remedy: 'retry',
      message: 'Another program is writing to this file and keeps it locked. Try again when it is done.',
    },
  ],
  ['SQLITE_LOCKED', { remedy: 'retry', message: 'Another program keeps this file locked. Try again when it is done.' }],
  ['SQLITE_CORRUPT', { remedy: 'reconnect', message: 'This database file is damaged. Choose a good copy of it.' }],
  [
    'SQLITE_READONLY',
    {
      remedy: 'reconnect',
      message:
        'Reading this file needs a folder that Outflow may write to, as its last changes lie beside it (WAL). Choose a copy in another folder.',
    },
  ],
  [
    'SQLITE_CANTOPEN',
    {
      remedy: 'reconnect',
      message: 'The file cannot be opened. Check that you may read it, and its folder, or choose another file.',
    },
  ],
  ['SQLITE_PERM', { remedy: 'reconnect', message: 'You may not read this file. Choose another one.' }],
  [
    'SQLITE_IOERR',
    { remedy: 'retry', message: 'Reading the file failed. Check that its disk or network folder is there.' },
  ],
  [
    'SQLITE_FULL',
    { remedy: 'retry', message: 'The disk is full: sorting the rows needs some space. Free some and try again.' },
  ],
  [
    'SQLITE_NOMEM',
    { remedy: 'retry', message: 'There is not enough memory free to read this. Close other programs and try again.' },
  ],
  ['SQLITE_TOOBIG', { remedy: 'edit-sync', message: 'A value or the query is larger than SQLite can take.' }],
]

/**
 * The error as a ProblemError; what is not of SQLite (an abort, a fault of ours) comes back as it is. What SQLite says
 * about a query is already plain ("no such column: emial"), so it is told as it is.
 */
export function sqliteProblem(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error
  const detail = `${error.code}: ${error.message}`
  const known = byCode.find(([code]) => error.code.startsWith(code))?.[1]
  if (known) return new ProblemError({ ...known, detail }, { cause: error })
  if (error.code === 'SQLITE_ERROR') {
    const message = `SQLite cannot run this query: ${error.message}. Correct the audience.`
    return new ProblemError({ remedy: 'edit-sync', message, detail }, { cause: error })
  }
  return new ProblemError({ remedy: 'report', message: 'SQLite could not read this file.', detail }, { cause: error })
}

/** How long to wait for a lock. The driver waits on the thread itself, so it is short. */
const lockTimeoutMs = 1_000

/** Opens a file so that nothing can be changed through it. @throws ProblemError */
export function openFile(file: string | undefined): Database.Database {
  if (!file?.trim()) throw new ProblemError({ remedy: 'reconnect', message: 'Choose a database file.' })
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found?.isFile()) {
    const message = found
      ? `"${file}" is not a file. Choose a database file.`
      : `There is no file "${file}" (any more). Choose the file again.`
    throw new ProblemError({ remedy: 'reconnect', message })
  }
  try {
    const database = new Database(file, { readonly: true, fileMustExist: true, timeout: lockTimeoutMs })
    try {
      database.pragma('query_only = on')
      // The first look into the file: whether it is a database at all.
      database.prepare('SELECT count(*) FROM sqlite_schema').get()
      return database
    } catch (error) {
      database.close()
      throw error
    }
  } catch (error) {
    throw sqliteProblem(error)
  }
}
