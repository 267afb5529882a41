/** What the app's own page about the Practice CRM shows: its records, archived ones as well, a page at a time. */
import { existsSync } from 'node:fs'
import type Database from 'better-sqlite3'
import type { Field, Row } from '../../types.ts'
import { matchOf, openDatabase, plainly, toRecord } from './database.ts'
import { type CrmObject, crmObject, shownFields } from './objects.ts'
import type { RecordLine } from './statements.ts'

export type RecordPage = {
  fields: Field[]
  records: { id: string; values: Row; archived: boolean; updatedAt: string }[]
  /** How many match the search, archived ones too, over all pages. */
  total: number
  /** The `after` of the next page; absent on the last one. */
  next?: string
}

/** These fields, `null` where one is empty. */
function valuesOf(fields: readonly string[], stored: Row): Row {
  return Object.fromEntries(fields.map((field) => [field, stored[field] ?? null]))
}

/** Where an object's records are: its id is the statement's first parameter. Members of a list are contacts. */
function sourceOf({ kind }: CrmObject): string {
  return kind === 'list'
    ? "member m JOIN record r ON r.id = m.contact WHERE m.list = ? AND r.object = 'contacts' AND r.archived = 0"
    : 'record r WHERE r.object = ?'
}

const columns = 'r.id, r.fields, r.archived, r.updated_at'

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
  if (!existsSync(file)) return { fields: shownFields(object), records: [], total: 0 }
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
  const fields = shownFields(object)
  const shown = fields.map(({ id }) => id)
  const from = `${sourceOf(object)} AND (? = '' OR instr(r.search, ?) > 0)`
  const total = db
    .prepare<[string, string, string], { n: number }>(`SELECT count(*) AS n FROM ${from}`)
    .get(object.id, search, search)
  const lines = db
    .prepare<[string, string, string, number, number], RecordLine>(
      `SELECT ${columns} FROM ${from} AND r.id > ? ORDER BY r.id LIMIT ?`,
    )
    .all(object.id, search, search, Number(page.after ?? 0) || 0, page.limit + 1)
  const records = lines.slice(0, page.limit).map((line) => {
    const { fields: stored, ...rest } = toRecord(line)
    return { ...rest, values: valuesOf(shown, stored) }
  })
  const last = records.at(-1)
  return {
    fields,
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
    `SELECT ${columns} FROM ${sourceOf(object)} AND r.match = ? AND r.archived = 0`,
  )
  return keys.map((key) => {
    const line = key === null ? undefined : statement.get(object.id, matchOf(key))
    if (!line) return null
    return valuesOf(fields, toRecord(line).fields)
  })
}
