/** What the app's own page about the Practice CRM shows: its records, also the archived ones, a page at a time. */
import { existsSync } from 'node:fs'
import type Database from 'better-sqlite3'
import type { Field, Row } from '../../types.ts'
import { matchOf, openDatabase, plainly, toRecord } from './database.ts'
import { type CrmObject, crmObject } from './objects.ts'

type RecordLine = Parameters<typeof toRecord>[0]

export type RecordPage = {
  fields: Field[]
  records: { id: string; values: Row; archived: boolean; updatedAt: string }[]
  /** How many match the search, archived ones too, over all pages. */
  total: number
  /** The `after` of the next page; absent on the last one. */
  next?: string
}

/** Every field of the object, `null` where it is empty. */
export function allFields(object: CrmObject, stored: Row): Row {
  return Object.fromEntries(object.fields.map((field) => [field.id, stored[field.id] ?? null]))
}

/**
 * Records in the order in which they were made. `search` is part of any value, case does not matter. A file that is not
 * there yet has no records; it is not made.
 * @throws ProblemError as `openDatabase`, and `edit-sync` for an unknown object
 */
export function listRecords(
  file: string,
  page: { object: string; search?: string; after?: string; limit: number },
): RecordPage {
  const object = crmObject(page.object)
  if (!existsSync(file)) return { fields: object.fields, records: [], total: 0 }
  const db = openDatabase(file)
  try {
    return plainly(() => pageOf(db, object, page))
  } finally {
    db.close()
  }
}

function pageOf(
  db: Database.Database,
  object: CrmObject,
  page: { search?: string; after?: string; limit: number },
): RecordPage {
  const search = page.search?.trim().toLowerCase() ?? ''
  const where = "object = ? AND (? = '' OR instr(search, ?) > 0)"
  const total = db
    .prepare<[string, string, string], { n: number }>(`SELECT count(*) AS n FROM record WHERE ${where}`)
    .get(object.id, search, search)
  const lines = db
    .prepare<[string, string, string, number, number], RecordLine>(
      `SELECT id, fields, archived, updated_at FROM record WHERE ${where} AND id > ? ORDER BY id LIMIT ?`,
    )
    .all(object.id, search, search, Number(page.after ?? 0) || 0, page.limit + 1)
  const records = lines.slice(0, page.limit).map((line) => {
    const { fields, ...rest } = toRecord(line)
    return { ...rest, values: allFields(object, fields) }
  })
  const last = records.at(-1)
  return {
    fields: object.fields,
    records,
    total: total?.n ?? 0,
    ...(lines.length > page.limit && last ? { next: last.id } : {}),
  }
}

/** The records that have these keys and are not archived, `null` where there is none, in order. */
export function readByKey(
  db: Database.Database,
  object: CrmObject,
  keys: (string | null)[],
  fields: string[],
): (Row | null)[] {
  const statement = db.prepare<[string, string], RecordLine>(
    'SELECT id, fields, archived, updated_at FROM record WHERE object = ? AND match = ? AND archived = 0',
  )
  return keys.map((key) => {
    const line = key === null ? undefined : statement.get(object.id, matchOf(key))
    if (!line) return null
    const stored = toRecord(line).fields
    return Object.fromEntries(fields.map((field) => [field, stored[field] ?? null]))
  })
}
