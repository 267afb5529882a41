import type Database from 'better-sqlite3'

/** The keys of rows whose records the destination had before: as it said when they were sent first, and nothing made them since. */
export function openFound(db: Database.Database) {
  // Not in the first schema: a file of an older Outflow gets it here, and an older Outflow passes it over.
  db.exec('CREATE TABLE IF NOT EXISTS found (key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID')
  const sql = {
    has: db.prepare('SELECT 1 FROM found WHERE key = ?'),
    any: db.prepare('SELECT 1 FROM found LIMIT 1'),
    add: db.prepare('INSERT OR IGNORE INTO found VALUES (?)'),
    remove: db.prepare('DELETE FROM found WHERE key = ?'),
    clear: db.prepare('DELETE FROM found'),
  }
  const isEmpty = sql.any.get() === undefined
  return {
    has: (key: Uint8Array): boolean => sql.has.get(key) !== undefined,
    add: (key: Uint8Array): void => void sql.add.run(key),
    /** Only what was there when this was opened need be looked for. */
    remove: (key: Uint8Array): void => void (isEmpty || sql.remove.run(key)),
    clear: (): void => void sql.clear.run(),
  }
}
