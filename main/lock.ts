import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { ProblemError } from '../connectors/problems.ts'

/**
 * Takes the data folder for this process; answers the function that gives it back. One app at a time may use a folder.
 *
 * The lock is SQLite's own on a file of its own, held by the operating system: it ends with the process however that ends,
 * so a crash leaves nothing to clean up. Throws a ProblemError when another process holds it.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const db = new Database(join(folder, 'outflow.lock'), { timeout: 0 })
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
