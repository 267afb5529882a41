import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { ProblemError } from '../connectors/problems.ts'

/**
 * Takes the data folder for this process; answers the function that gives it back. One app at a time may use a folder.
 *
 * The lock is SQLite's own on a file of its own, held by the operating system: it ends with the process however that ends,
 * so a crash leaves nothing to clean up. Throws a ProblemError when another process holds it, or when there can be no such
 * folder.
 */
export function lockFolder(folder: string): () => void {
  const db = openLockFile(folder)
  try {
    db.pragma('journal_mode = MEMORY')
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!code.startsWith('SQLITE_BUSY')) throw error
    throw new ProblemError(
      { remedy: 'retry', message: 'Outflow is already open with this data folder.', detail: folder },
      { cause: error },
    )
  }
  return () => void db.close()
}

function openLockFile(folder: string): Database.Database {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return new Database(join(folder, 'outflow.lock'), { timeout: 0 })
  } catch (error) {
    throw new ProblemError(
      {
        remedy: 'retry',
        message: `The data folder ${folder} cannot be used. Check that it is a folder and that you may write to it.`,
        detail: error instanceof Error ? error.message : String(error),
      },
      { cause: error },
    )
  }
}
