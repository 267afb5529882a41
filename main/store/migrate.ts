import { renameSync, rmSync } from 'node:fs'
import type Database from 'better-sqlite3'
import { ProblemError } from '../../connectors/problems.ts'
import type { Migration } from './migrations/index.ts'

/** "OFlw": marks our files, see sqlite.org/pragma.html#pragma_application_id. */
const APPLICATION_ID = 0x4f466c77

/** Throws a ProblemError when the file is from a newer version or is a database of something else. Only reads. */
export function refuseForeign(db: Database.Database, migrations: readonly Migration[]): void {
  const [version, newest] = [versionOf(db), newestOf(migrations)]
  if (isForeign(db)) {
    throw new ProblemError({
      remedy: 'report',
      message: 'The file outflow.db in this data folder belongs to another program. Choose another data folder.',
    })
  }
  if (version > newest) {
    throw new ProblemError({
      remedy: 'report',
      message:
        'This data folder was last used by a newer version of Outflow. Update Outflow, or choose another data folder.',
      detail: `outflow.db has version ${version}, this app knows ${newest}`,
    })
  }
}

/**
 * Brings the workspace file to the newest version, one transaction per step. Before the first step a file that holds
 * something is copied to `<file>.v<version>.backup`, beside it.
 */
export function migrate(db: Database.Database, migrations: readonly Migration[]): void {
  const [version, newest] = [versionOf(db), newestOf(migrations)]
  if (version > 0 && version < newest) backUp(db, version)
  for (const step of migrations.filter(({ to }) => to > version)) {
    db.transaction(() => {
      db.exec(step.sql)
      db.pragma(`application_id = ${APPLICATION_ID}`)
      db.pragma(`user_version = ${step.to}`)
    }).immediate()
  }
}

const versionOf = (db: Database.Database) => Number(db.pragma('user_version', { simple: true }))
const newestOf = (migrations: readonly Migration[]) => migrations.at(-1)?.to ?? 0

function isForeign(db: Database.Database): boolean {
  if (Number(db.pragma('application_id', { simple: true })) === APPLICATION_ID) return false
  return db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined
}

function backUp(db: Database.Database, version: number): void {
  const backup = `${db.name}.v${version}.backup`
  const unfinished = `${backup}.tmp`
  rmSync(unfinished, { force: true })
  db.prepare('VACUUM INTO ?').run(unfinished)
  renameSync(unfinished, backup)
}
