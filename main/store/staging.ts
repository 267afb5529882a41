import { rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { Staging } from '../engine/types.ts'

/** A temporary file that sorts rows by key. It survives nothing: an older one is thrown away, `close` deletes it. */
export function openStaging(file: string): Staging {
  rmSync(file, { force: true })
  const db = new Database(file)
  db.pragma('journal_mode = OFF')
  db.pragma('synchronous = OFF')
  db.exec(
    'CREATE TABLE staged (key BLOB NOT NULL, sequence INTEGER NOT NULL, row BLOB NOT NULL, PRIMARY KEY (key, sequence)) STRICT, WITHOUT ROWID',
  )
  const add = db.prepare('INSERT INTO staged VALUES (?, ?, ?)')
  const first = db.prepare('SELECT * FROM staged ORDER BY key, sequence LIMIT ?').raw()
  const next = db.prepare('SELECT * FROM staged WHERE (key, sequence) > (?, ?) ORDER BY key, sequence LIMIT ?').raw()
  let sequence = 0
  return {
    put: (rows) => db.transaction(() => rows.forEach(([key, row]) => void add.run(key, sequence++, row)))(),
    page: (after, limit) =>
      (after === null ? first.all(limit) : next.all(after[0], after[1], limit)) as [Uint8Array, number, Uint8Array][],
    close() {
      db.close()
      rmSync(file, { force: true })
    },
  }
}
