/**
 * What a screen asks a SQLite file. Each answer may take long (a view that sorts, a count of millions of rows), and the
 * driver works on the thread that calls it: so these run in a thread of their own (ask.ts).
 */
import type Database from 'better-sqlite3'
import { decodeRow, RowBuilder } from '../../rows.ts'
import {
  countSql,
  duplicatesSql,
  emptyIdsSql,
  fromSql,
  type KeyExpression,
  pick,
  previewSql,
  uniqueIdTotalsSql,
} from '../../sql.ts'
import type { Column, Preview, Query, UniqueIdCheck, Value } from '../../types.ts'
import { columnSql, describe, type SqliteValue, valueSql } from './columns.ts'
import { toTexts } from './read.ts'

/** Each throws ProblemError or SqliteError. */
export const questions = {
  listColumns: describe,

  count(database: Database.Database, query: Query): number {
    return database.prepare<[], { n: number }>(countSql(fromSql(query, 'sqlite'))).get()?.n ?? 0
  },

  preview(database: Database.Database, query: Query, limit: number): Preview {
    const columns = describe(database, query)
    const sql = previewSql(fromSql(query, 'sqlite'), columns.map(valueSql), limit)
    return { columns, rows: valuesOf(select(database, sql), columns) }
  },

  checkUniqueId(database: Database.Database, query: Query, uniqueId: string[]): UniqueIdCheck {
    const columns = describe(database, query)
    const key = pick(columns, uniqueId)
    const keys = key.map((column): KeyExpression => {
      const sql = `(${valueSql(column)}) COLLATE BINARY`
      return { sql, empty: `coalesce(${columnSql(column)}, '') = ''` }
    })
    const from = fromSql(query, 'sqlite')
    const [totals = []] = select(database, uniqueIdTotalsSql(from, keys))
    const [rows = 0, empty = 0, duplicated = 0] = totals.map(Number)
    const duplicates = duplicated === 0 ? [] : select(database, duplicatesSql(from, keys))
    const counts = duplicates.map((row) => Number(row.at(-1)))
    const examples = empty === 0 ? [] : select(database, emptyIdsSql(from, keys, columns.map(valueSql)))
    return {
      rows,
      empty,
      duplicated,
      duplicates: valuesOf(duplicates, key).map((id, index) => ({ id, rows: counts[index] as number })),
      examplesOfEmpty: valuesOf(examples, columns).map((values) =>
        Object.fromEntries(values.map((value, index) => [columns[index]?.name, value])),
      ),
    }
  },
}

/** Rows with exact integers. */
function select(database: Database.Database, sql: string): SqliteValue[][] {
  return database.prepare<[], SqliteValue[]>(sql).raw().safeIntegers().all()
}

/** The leading columns of rows, through the same bytes as `read`, so that a preview shows what a run would send. */
function valuesOf(rows: SqliteValue[][], columns: Column[]): Value[][] {
  const builder = new RowBuilder()
  return rows.map((row) => {
    builder.append(toTexts(row.slice(0, columns.length), columns))
    const { data } = builder.take()
    return decodeRow(data, 0, data.length, columns)
  })
}
