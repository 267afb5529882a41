import { setImmediate } from 'node:timers/promises'
import type Database from 'better-sqlite3'
import { RowBuilder } from '../../rows.ts'
import type { ReadRequest, RowBatch } from '../../types.ts'
import { type SqliteValue, toTexts, valueSql } from './columns.ts'
import { type Bound, binary, type Looked, selectSql } from './look.ts'
import { readPages } from './pages.ts'
import { isUnique } from './unique.ts'

/**
 * The rows in the order of the unique id, in batches that each give the thread back. The database is one connection that
 * nobody else uses, inside a read transaction: all batches show one moment. Throws SqliteError, or the signal's reason.
 */
export async function* readRows(
  database: Database.Database,
  request: ReadRequest,
  looked: Looked,
  signal: AbortSignal,
): AsyncGenerator<RowBatch> {
  const { columns } = looked
  const read = isUnique(database, request.query, columns.slice(0, request.uniqueId.length)) ? readPages : readStream
  for (const batch of read(database, request, looked)) {
    yield batch
    // A synchronous driver: others on this thread get their turn here.
    await setImmediate()
    signal.throwIfAborted()
  }
}

/** A view or SELECT would be run again for each page, so it is run once and sorted by SQLite, on disk if it is large. */
function* readStream(database: Database.Database, request: ReadRequest, looked: Looked): Generator<RowBatch> {
  const { columns, bound } = looked
  const order = binary(columns.slice(0, request.uniqueId.length)).join(', ')
  const sql = `${selectSql(looked, columns.map(valueSql))} ORDER BY ${order}`
  const builder = new RowBuilder()
  for (const row of database.prepare<[Bound], SqliteValue[]>(sql).raw().safeIntegers().iterate(bound)) {
    builder.append(toTexts(row, columns))
    if (builder.full) yield builder.take()
  }
  if (builder.length > 0) yield builder.take()
}
