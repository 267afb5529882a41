/**
 * Reads a table in keyset pages, each joined to one blob by SQLite itself: values then never become JavaScript values,
 * which is what reading costs most. A page that holds something this cannot carry is read again, value by value.
 */
import type Database from 'better-sqlite3'
import { ProblemError } from '../../problems.ts'
import { endOfFields, RowBuilder } from '../../rows.ts'
import type { Column, ReadRequest, RowBatch } from '../../types.ts'
import { columnSql, type SqliteValue, toTexts, valueSql } from './columns.ts'
import { toCopyText } from './joined.ts'
import { type Bound, binary, type Looked, selectSql } from './look.ts'

const largestPage = 1_000
/** In bytes. A page that holds a longer row is read value by value, as far as one batch goes. */
const longestLine = 64 * 1024
const pageBytes = 256 * 1024
/** SQLite's own limit of arguments is 127 or more (sqlite.org/limits.html#max_function_arg). */
const mostColumns = 100

/** Why a page could not be joined: some text has to be escaped, or some row may be huge. */
type Unjoined = 'odd' | 'large'
type Page = { batch: RowBatch; last: SqliteValue[]; isLast: boolean }

/** The unique id is unique, never NULL and in an index: each page starts behind the last row of the one before. */
export function* readPages(database: Database.Database, request: ReadRequest, looked: Looked): Generator<RowBatch> {
  const joined = canBeJoined(database, request, looked.columns) ? joinedReader(database, request, looked) : null
  const exact = exactReader(database, request, looked)
  let last: SqliteValue[] = []
  let rows = 100
  for (;;) {
    let page = joined?.(last, rows) ?? 'large'
    if (page === 'odd' || page === 'large') page = exact(last, rows, page)
    if (page.batch.length > 0) yield page.batch
    if (page.isLast) return
    last = page.last
    const { length, data } = page.batch
    rows = Math.max(1, Math.min(largestPage, Math.floor((length * pageBytes) / Math.max(1, data.length))))
  }
}

/** The first page and those behind it; both end in a LIMIT. */
function pageSql(request: ReadRequest, looked: Looked, expressions: string[]): [first: string, next: string] {
  const key = binary(looked.columns.slice(0, request.uniqueId.length))
  const select = selectSql(looked, expressions)
  const order = `ORDER BY ${key.join(', ')} LIMIT ?`
  return [`${select} ${order}`, `${select} WHERE (${key.join(', ')}) > (${key.map(() => '?').join(', ')}) ${order}`]
}

function exactReader(database: Database.Database, request: ReadRequest, looked: Looked) {
  const { columns, bound } = looked
  const [first, next] = pageSql(request, looked, columns.map(valueSql)).map((sql) =>
    database.prepare<Parameter[], SqliteValue[]>(sql).raw().safeIntegers(),
  ) as [Statement, Statement]
  const builder = new RowBuilder()
  return (after: SqliteValue[], limit: number, why: Unjoined): Page => {
    const statement = after.length === 0 ? first : next
    let last: SqliteValue[] = []
    let isLast = true
    // One by one is slower, but holds only one row that may be huge; then the page ends where the batch is full.
    for (const row of why === 'odd'
      ? statement.all(...after, limit, bound)
      : statement.iterate(...after, limit, bound)) {
      last = row.slice(0, request.uniqueId.length)
      builder.append(toTexts(row, columns))
      isLast = why === 'odd' || !builder.full
      if (!isLast) break
    }
    if (last.some((part) => typeof part === 'number')) throw idTooLarge()
    return { isLast: isLast && builder.length < limit, batch: builder.take(), last }
  }
}

/** The next page could not be found behind it. */
function idTooLarge(): ProblemError {
  const message = 'A row has a unique id of more than 8 MB. Choose other columns as the unique id.'
  return new ProblemError({ remedy: 'edit-sync', message })
}

type Parameter = SqliteValue | Bound
type Statement = Database.Statement<Parameter[], SqliteValue[]>

/**
 * Only keys that come back from their text as the same value, text that is UTF-8 in the file already, and columns that
 * declare a type: the others are where blobs are.
 */
function canBeJoined(database: Database.Database, { uniqueId }: ReadRequest, columns: Column[]): boolean {
  const key = columns.slice(0, uniqueId.length)
  return (
    columns.length <= mostColumns &&
    columns.every(({ type, sourceType }) => type !== 'bytes' && sourceType !== '') &&
    key.every(({ type }) => type === 'integer' || type === 'text') &&
    database.pragma('encoding', { simple: true }) === 'UTF-8'
  )
}

/** Answers why, for a page that has to be read value by value. */
function joinedReader(database: Database.Database, request: ReadRequest, looked: Looked) {
  const { columns, bound } = looked
  const keys = request.uniqueId.length
  const line = `concat_ws(char(9), ${columns.map((column, index) => fieldSql(column, index < keys)).join(', ')}) AS line`
  const [first, next] = pageSql(request, looked, [line]).map((sql) =>
    database
      .prepare<Parameter[], [Buffer | null, string | null, number]>(
        // FE is in no text: it sends the page to the other reader.
        `SELECT CAST(group_concat(CASE WHEN octet_length(line) > ${longestLine} THEN x'fe' ELSE line END, '') AS BLOB),
           group_concat(octet_length(line)), count(*) FROM (${sql})`,
      )
      .raw(),
  ) as [Joined, Joined]
  const ends = new Uint32Array(largestPage)
  return (after: SqliteValue[], limit: number): Page | Unjoined => {
    const [data, lengths, length] = (after.length === 0 ? first : next).get(...after, limit, bound) ?? [null, null, 0]
    if (data === null || lengths === null)
      return { batch: { data: Buffer.alloc(0), ends, length: 0 }, last: [], isLast: true }
    if (!toCopyText(data, length * (columns.length - 1))) return hasLongLine(lengths) ? 'large' : 'odd'
    sumUp(lengths, ends)
    const batch = { data, ends: ends.subarray(0, length), length }
    return { batch, last: lastKey(batch, columns.slice(0, keys)), isLast: length < limit }
  }
}

type Joined = Database.Statement<Parameter[], [Buffer | null, string | null, number]>

/** NULL becomes FF and N, as no text in UTF-8 has an FF; columns of the unique id are never NULL here. */
function fieldSql(column: Column, isKey: boolean): string {
  const name = columnSql(column)
  const value = column.type === 'boolean' ? `CASE ${name} WHEN 1 THEN 't' WHEN 0 THEN 'f' ELSE ${name} END` : name
  return isKey ? value : `coalesce(${value}, x'ff4e')`
}

const hasLongLine = (lengths: string) => lengths.split(',').some((length) => Number(length) > longestLine)

/** `"3,5"` → 3, 8. */
function sumUp(lengths: string, ends: Uint32Array): void {
  let end = 0
  let number = 0
  let row = 0
  for (let at = 0; at < lengths.length; at++) {
    const digit = lengths.charCodeAt(at) - ZERO
    if (digit >= 0) number = number * 10 + digit
    else {
      end += number
      ends[row++] = end
      number = 0
    }
  }
  ends[row] = end + number
}

function lastKey({ data, ends, length }: RowBatch, key: Column[]): SqliteValue[] {
  const row = Buffer.from(data.buffer, data.byteOffset, data.length).subarray(length === 1 ? 0 : ends[length - 2])
  const texts = row.toString('utf8', 0, endOfFields(row, 0, row.length, key.length)).split('\t')
  return texts.map((text, index) => (key[index]?.type === 'integer' && /^-?\d+$/.test(text) ? BigInt(text) : text))
}

const ZERO = 0x30
