/** Reads a table in keyset pages, anything else as one streamed statement. */
import { setImmediate } from 'node:timers/promises'
import type Database from 'better-sqlite3'
import { RowBuilder } from '../../rows.ts'
import { fromSql, tag } from '../../sql.ts'
import type { Column, Query, ReadRequest, RowBatch } from '../../types.ts'
import { columnSql, findTable, type SqliteValue, textOf } from './columns.ts'

const pageRows = 1_000

/**
 * The rows in the order of the unique id, in batches that each give the thread back. The database is one connection that
 * nobody else uses, inside a read transaction: all batches show one moment.
 */
export async function* readRows(
  database: Database.Database,
  request: ReadRequest,
  columns: Column[],
  signal: AbortSignal,
): AsyncGenerator<RowBatch> {
  const key = columns.slice(0, request.uniqueId.length)
  const builder = new RowBuilder()
  const pages = isUnique(database, request.query, key)
    ? keysetPages(database, request.query, columns, key.length)
    : streamedPages(database, request.query, columns, key.length)
  for (const page of pages) {
    for (const row of page) builder.append(toTexts(row, columns))
    if (builder.length === 0) continue
    yield builder.take()
    // A synchronous driver: others on this thread get their turn here.
    await setImmediate()
    signal.throwIfAborted()
  }
}

/** Turns what JavaScript would print in another way than RowReader promises into its text. */
function toTexts(row: SqliteValue[], columns: Column[]): (string | number | null)[] {
  for (let index = 0; index < row.length; index++) {
    const value = row[index] as SqliteValue
    if (typeof value === 'string' || value === null) continue
    const { type } = columns[index] as Column
    if (typeof value !== 'number' || type === 'boolean') row[index] = textOf(value, type)
  }
  return row as (string | number | null)[]
}

/** By bytes, whatever collation the column declares. */
const binary = (columns: Column[], keys: number) =>
  columns.slice(0, keys).map((column) => `${columnSql(column)} COLLATE BINARY`)

const selectSql = (query: Query, columns: Column[]) =>
  `${tag} SELECT ${columns.map(columnSql).join(', ')} FROM ${fromSql(query, 'sqlite')}`

/** Each page starts behind the last row of the one before: faster than one long statement that hands over rows singly. */
function* keysetPages(
  database: Database.Database,
  query: Query,
  columns: Column[],
  keys: number,
): Generator<SqliteValue[][]> {
  const select = selectSql(query, columns)
  const key = binary(columns, keys)
  const order = `ORDER BY ${key.join(', ')} LIMIT ${pageRows}`
  const after = `(${key.join(', ')}) > (${key.map(() => '?').join(', ')})`
  const next = pageReader(database, `${select} WHERE ${after} ${order}`)
  let page = pageReader(database, `${select} ${order}`)([])
  while (page.length > 0) {
    yield page
    if (page.length < pageRows) return
    page = next((page.at(-1) as SqliteValue[]).slice(0, keys))
  }
}

/**
 * Integers come as numbers, which is fast; a page in which one may have been rounded is read again with exact ones. Both
 * readings show the same rows, being in one transaction.
 */
function pageReader(database: Database.Database, sql: string): (after: SqliteValue[]) => SqliteValue[][] {
  const fast = database.prepare<SqliteValue[], SqliteValue[]>(sql).raw()
  const exact = database.prepare<SqliteValue[], SqliteValue[]>(sql).raw().safeIntegers()
  return (after) => {
    const page = fast.all(...after)
    for (const row of page) for (const value of row) if (isUnsafe(value)) return exact.all(...after)
    return page
  }
}

const isUnsafe = (value: SqliteValue) =>
  typeof value === 'number' && (value > Number.MAX_SAFE_INTEGER || value < -Number.MAX_SAFE_INTEGER)

/** A view or SELECT would be run again for each page, so it is run once and sorted by SQLite, on disk if it is large. */
function* streamedPages(
  database: Database.Database,
  query: Query,
  columns: Column[],
  keys: number,
): Generator<SqliteValue[][]> {
  const sql = `${selectSql(query, columns)} ORDER BY ${binary(columns, keys).join(', ')}`
  let page: SqliteValue[][] = []
  for (const row of database.prepare<[], SqliteValue[]>(sql).raw().safeIntegers().iterate()) {
    page.push(row)
    if (page.length < pageRows) continue
    yield page
    page = []
  }
  yield page
}

/** Whether these columns are unique, never NULL and in an index that has their byte order: what keyset pages stand on. */
function isUnique(database: Database.Database, query: Query, key: Column[]): boolean {
  if (query.kind === 'sql' || findTable(database, query.table) === 'view') return false
  const [table] = query.table
  const names = key.map((column) => column.name)
  const all = database
    .prepare<[string | undefined], TableColumn>(
      `${tag} SELECT name, type, "notnull" AS filled, pk FROM pragma_table_info(?)`,
    )
    .all(table)
  const indexes = database
    .prepare<[string | undefined], IndexColumn>(
      `${tag} SELECT i.name AS "index", i.origin, c.name, c.coll, c."desc" FROM pragma_index_list(?) AS i, pragma_index_xinfo(i.name) AS c
       WHERE i."unique" = 1 AND i.partial = 0 AND c.key = 1 ORDER BY i.seq, c.seqno`,
    )
    .all(table)
  const primary = all.filter((column) => column.pk > 0)
  const isRowid =
    primary.length === 1 &&
    primary[0]?.type.toUpperCase() === 'INTEGER' &&
    !indexes.some(({ origin }) => origin === 'pk')
  if (isRowid && names.length === 1 && names[0] === primary[0]?.name) return true
  const parts = Map.groupBy(indexes, ({ index }) => index)
  const covers = (index: IndexColumn[]) =>
    index.length === names.length &&
    index.every((part, place) => part.name === names[place] && part.coll === 'BINARY' && part.desc === 0)
  if (!parts.values().some(covers)) return false
  const nullable = key.filter(({ name }) => all.some((column) => column.name === name && column.filled === 0))
  if (nullable.length === 0) return true
  const isNull = nullable.map((column) => `${columnSql(column)} IS NULL`).join(' OR ')
  return (
    database.prepare(`${tag} SELECT 1 FROM ${fromSql(query, 'sqlite')} WHERE ${isNull} LIMIT 1`).get() === undefined
  )
}

type TableColumn = { name: string; type: string; filled: number; pk: number }
type IndexColumn = { index: string; origin: string; name: string | null; coll: string; desc: number }
