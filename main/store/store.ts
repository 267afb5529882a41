import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { ProblemError } from '../../connectors/problems.ts'
import { audienceStore } from './audiences.ts'
import { connectionStore } from './connections.ts'
import { exclusionStore } from './exclusions.ts'
import { migrate, refuseForeign } from './migrate.ts'
import { migrations as allMigrations, type Migration } from './migrations/index.ts'
import { scheduleStore } from './schedules.ts'
import { secretStore } from './secrets.ts'
import { settingStore } from './settings.ts'
import { syncStore } from './syncs.ts'

/** The workspace file, one part per noun. All calls are synchronous, small and indexed. */
export type Store = {
  connections: ReturnType<typeof connectionStore>
  audiences: ReturnType<typeof audienceStore>
  syncs: ReturnType<typeof syncStore>
  schedules: ReturnType<typeof scheduleStore>
  settings: ReturnType<typeof settingStore>
  exclusions: ReturnType<typeof exclusionStore>
  secrets: ReturnType<typeof secretStore>
  /** For the stores of other nouns; SQL lives only in this folder. */
  db: Database.Database
  /** Runs `work` in one transaction: all of it is kept, or none. */
  transaction<T>(work: () => T): T
  close(): void
}

/**
 * Opens `outflow.db` in the data folder, making both if need be (readable by this user only). The caller holds the
 * folder's lock and closes the store.
 *
 * Throws a ProblemError when the file is damaged, is from a newer version or cannot be written; it is then left as it is.
 */
export function openStore(folder: string, migrations: readonly Migration[] = allMigrations): Store {
  const db = openDatabase(folder, migrations)
  return {
    connections: connectionStore(db),
    audiences: audienceStore(db),
    syncs: syncStore(db),
    schedules: scheduleStore(db),
    settings: settingStore(db),
    exclusions: exclusionStore(db),
    secrets: secretStore(db),
    db,
    transaction: (work) => db.transaction(work).immediate(),
    close: () => void db.close(),
  }
}

function openDatabase(folder: string, migrations: readonly Migration[]): Database.Database {
  let db: Database.Database | undefined
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    db = new Database(join(folder, 'outflow.db'))
    checkIntegrity(db)
    refuseForeign(db, migrations)
    db.pragma('journal_mode = WAL')
    // FULL: a saved connection or a finished run must survive a power cut. Writes are few; the bulk is in the syncs' files.
    db.pragma('synchronous = FULL')
    db.pragma('foreign_keys = ON')
    db.pragma('busy_timeout = 5000')
    migrate(db, migrations)
    return db
  } catch (error) {
    db?.close()
    throw error instanceof ProblemError ? error : unusable(error)
  }
}

/** Damage shows now, before anything is written, rather than in the middle of someone's work. The file is small. */
function checkIntegrity(db: Database.Database): void {
  const found = db.pragma('quick_check(1)', { simple: true })
  if (found !== 'ok') throw new ProblemError(damaged(String(found)))
}

function unusable(error: unknown): ProblemError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const detail = error instanceof Error ? `${code} ${error.message}`.trim() : String(error)
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT'))
    return new ProblemError(damaged(detail), { cause: error })
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') {
    return new ProblemError(
      { remedy: 'retry', message: 'The disk is full. Free some space and start Outflow again.', detail },
      { cause: error },
    )
  }
  return new ProblemError(
    {
      remedy: 'retry',
      message:
        'Outflow cannot read or write its data folder. Check that the folder exists and that you may write to it.',
      detail,
    },
    { cause: error },
  )
}

function damaged(detail: string) {
  return {
    remedy: 'report' as const,
    message:
      'The file outflow.db in the data folder is damaged. Outflow leaves it as it is: restore it from a backup, or move it away to start afresh.',
    detail,
  }
}
