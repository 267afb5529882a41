/** The SQL of the Practice CRM's own file, and how its records are looked up. */
import type Database from 'better-sqlite3'
import type { Row, Write } from '../../types.ts'
import { matchOf, type StoredRecord, toRecord } from './database.ts'

export type RecordLine = Parameters<typeof toRecord>[0]

const columns = 'id, fields, archived, updated_at'
const now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"

export type Statements = ReturnType<typeof prepareStatements>

/** Prepared once per writer. */
export function prepareStatements(db: Database.Database) {
  return {
    byId: db.prepare<[string, string], RecordLine>(`SELECT ${columns} FROM record WHERE object = ? AND id = ?`),
    byMatch: db.prepare<[string, string], RecordLine>(`SELECT ${columns} FROM record WHERE object = ? AND match = ?`),
    insert: db.prepare<[string, string, string, string], { id: number }>(
      `INSERT INTO record (object, match, fields, search, updated_at) VALUES (?, ?, ?, ?, ${now}) RETURNING id`,
    ),
    update: db.prepare<[string, string, string, string]>(
      `UPDATE record SET match = ?, fields = ?, search = ?, archived = 0, updated_at = ${now} WHERE id = ?`,
    ),
    archive: db.prepare<[string]>(`UPDATE record SET archived = 1, updated_at = ${now} WHERE id = ?`),
    delete: db.prepare<[string]>('DELETE FROM record WHERE id = ?'),
    enter: db.prepare<[string, string]>(
      `INSERT INTO member (list, contact, joined_at) VALUES (?, ?, ${now}) ON CONFLICT DO NOTHING`,
    ),
    leave: db.prepare<[string, string]>('DELETE FROM member WHERE list = ? AND contact = ?'),
  }
}

/** The record that a write is about: by its id if an earlier answer named it, otherwise by its key. */
export function findRecord(statements: Statements, object: string, write: Write): StoredRecord | undefined {
  const { remoteId, key } = write
  const known = remoteId === undefined ? undefined : statements.byId.get(object, remoteId)
  if (known) return toRecord(known)
  return typeof key === 'string' ? findByKey(statements, object, key) : undefined
}

/** Also one that is archived. */
export function findByKey(statements: Statements, object: string, key: string): StoredRecord | undefined {
  const line = statements.byMatch.get(object, matchOf(key))
  return line && toRecord(line)
}

/** What is searched for on the page that shows the records. */
export function searchText(fields: Row): string {
  return Object.values(fields)
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .join('\n')
    .toLowerCase()
}

/** The stored values with those of the record over them; `null` clears. */
export function merge(stored: Row, record: Row): Row {
  const kept = Object.entries({ ...stored, ...record }).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(kept)
}
