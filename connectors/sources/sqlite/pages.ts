/**
 * Reads a table in keyset pages, each joined to one blob by SQLite itself: values then never become JavaScript values,
 * which is what reading costs most. A page that holds something this cannot carry is read again, value by value.
 */
import type Database from 'better-sqlite3'
import { RowBuilder } from '../../rows.ts'
import type { Column, ReadRequest, RowBatch } from '../../types.ts'
import { columnSql, type SqliteValue, valueSql } from './columns.ts'
import { binary, selectSql, toTexts } from './read.ts'

const largestPage = 1_000
const pageBytes = 256 * 1024
/** SQLite's own limit of arguments is 127 or more (sqlite.org/limits.html#max_function_arg). */
const mostColumns = 100

type Page = { batch: RowBatch; last: SqliteValue[] }

/** The unique id is unique, never NULL and in an index: each page starts behind the last row of the one before. */
export function* readPages(database: Database.Database, request: ReadRequest, columns: Column[]): Generator<RowBatch> {
  const joined = canBeJoined(database, request, columns) ? joinedReader(database, request, columns) : null
  const exact = exactReader(database, request, columns)
  let last: SqliteValue[] = []
  let rows = 100
  for (;;) {
    const page = joined?.(last, rows) ?? exact(last, rows)
    if (page.batch.length === 0) return
    yield page.batch
    if (page.batch.length < rows) return
    last = page.last
    rows = Math.max(1, Math.min(largestPage, Math.floor((rows * pageBytes) / Math.max(1, page.batch.data.length))))
  }
}

/** The first page and those behind it; both end in a LIMIT. */
function pageSql(request: ReadRequest, columns: Column[], expressions: string[]): [first: string, next: string] {
  const key = binary(columns.slice(0, request.uniqueId.length))
  const select = selectSql(request, expressions)
  const order = `ORDER BY ${key.join(', ')} LIMIT ?`
  return [`${select} ${order}`, `${select} WHERE (${key.join(', ')}) > (${key.map(() => '?').join(', ')}) ${order}`]
}

function exactReader(database: Database.Database, request: ReadRequest, columns: Column[]) {
  const [first, next] = pageSql(request, columns, columns.map(valueSql)).map((sql) =>
    database.prepare<SqliteValue[], SqliteValue[]>(sql).raw().safeIntegers(),
  ) as [Statement, Statement]
  const builder = new RowBuilder()
  return (after: SqliteValue[], limit: number): Page => {
    const rows = (after.length === 0 ? first : next).all(...after, limit)
    const last = rows.at(-1)?.slice(0, request.uniqueId.length) ?? []
    for (const row of rows) builder.append(toTexts(row, columns))
    return { batch: builder.take(), last }
  }
}

type Statement = Database.Statement<SqliteValue[], SqliteValue[]>

/** Only keys that come back from their text as the same value, and text that is UTF-8 in the file already. */
function canBeJoined(database: Database.Database, { uniqueId }: ReadRequest, columns: Column[]): boolean {
  const key = columns.slice(0, uniqueId.length)
  return (
    columns.length <= mostColumns &&
    columns.every(({ type }) => type !== 'bytes') &&
    key.every(({ type, sourceType }) => sourceType !== '' && (type === 'integer' || type === 'text')) &&
    database.pragma('encoding', { simple: true }) === 'UTF-8'
  )
}

/** Answers null for a page that has to be read value by value. */
function joinedReader(database: Database.Database, request: ReadRequest, columns: Column[]) {
  const line = `concat_ws(char(9), ${columns.map(fieldSql).join(', ')}) AS line`
  const [first, next] = pageSql(request, columns, [line]).map((sql) =>
    database
      .prepare<SqliteValue[], [Buffer | null, number]>(
        `SELECT CAST(group_concat(line, char(10)) AS BLOB), count(*) FROM (${sql})`,
      )
      .raw(),
  ) as [Joined, Joined]
  const split = new Splitter(columns.length)
  return (after: SqliteValue[], limit: number): Page | null => {
    const [bytes, rows] = (after.length === 0 ? first : next).get(...after, limit) ?? [null, 0]
    const batch = split.rows(bytes ?? Buffer.alloc(0), rows)
    return batch && { batch, last: lastKey(batch, columns.slice(0, request.uniqueId.length)) }
  }
}

type Joined = Database.Statement<SqliteValue[], [Buffer | null, number]>

/** Everything sorts before a blob (sqlite.org/datatype3.html#sort_order), NULL is neither: one comparison for the usual case. */
function fieldSql(column: Column): string {
  const name = columnSql(column)
  const value = column.type === 'boolean' ? `CASE ${name} WHEN 1 THEN 't' WHEN 0 THEN 'f' ELSE ${name} END` : name
  return `CASE WHEN ${name} < x'' THEN ${value} WHEN ${name} IS NULL THEN x'ff' ELSE char(8) END`
}

function lastKey({ data, ends, length }: RowBatch, key: Column[]): SqliteValue[] {
  if (length === 0) return []
  const row = Buffer.from(data.buffer, data.byteOffset + (length === 1 ? 0 : (ends[length - 2] as number)))
  const texts = row.toString('utf8', 0, data.length - (row.byteOffset - data.byteOffset)).split('\t', key.length)
  return texts.map((text, index) => (key[index]?.type === 'integer' && /^-?\d+$/.test(text) ? BigInt(text) : text))
}

/** Makes rows of a page's lines: the newlines go, and FF, which no UTF-8 text holds, becomes \N. */
class Splitter {
  readonly #fields: number
  #data: Buffer = Buffer.allocUnsafe(0)
  readonly #ends = new Uint32Array(largestPage)

  constructor(fields: number) {
    this.#fields = fields
  }

  /** Null when a text holds a separator, a backslash or another character that must be escaped, or a value is a blob. */
  rows(page: Buffer, rows: number): RowBatch | null {
    if (this.#data.length < 2 * page.length) this.#data = Buffer.allocUnsafe(3 * page.length)
    const data = this.#data
    const length = page.length
    let to = 0
    let fields = 1
    let row = 0
    for (let at = 0; at < length; at++) {
      const byte = page[at] as number
      if (byte > CARRIAGE_RETURN && byte !== BACKSLASH && byte !== NULL_MARK) data[to++] = byte
      else if (byte === TAB) {
        data[to++] = TAB
        fields++
      } else if (byte === NEWLINE) {
        if (fields !== this.#fields || row === rows - 1) return null
        fields = 1
        this.#ends[row++] = to
      } else if (byte === NULL_MARK) {
        data[to++] = BACKSLASH
        data[to++] = CAPITAL_N
      } else if (byte < BACKSPACE) data[to++] = byte
      else return null
    }
    if (rows > 0) {
      if (fields !== this.#fields || row !== rows - 1) return null
      this.#ends[row++] = to
    }
    return { data: data.subarray(0, to), ends: this.#ends.subarray(0, rows), length: rows }
  }
}

const BACKSPACE = 0x08
const TAB = 0x09
const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const CAPITAL_N = 0x4e
const BACKSLASH = 0x5c
const NULL_MARK = 0xff
