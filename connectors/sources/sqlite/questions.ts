/**
 * What a screen asks a SQLite file. Each answer may take long (a view that sorts, a count of millions of rows), and the
 * driver works on the thread that calls it: so these run in a thread of their own (ask.ts).
 */
import type Database from 'better-sqlite3'
import { decodeRow, RowBuilder } from '../../rows.ts'
import { sqlite } from '../../sql/dialects/sqlite.ts'
import { distinctSql, profileColumns, profileOf } from '../../sql/profile.ts'
import {
  countSql,
  duplicatesSql,
  emptyIdsSql,
  type KeyExpression,
  pick,
  previewSql,
  uniqueIdTotalsSql,
} from '../../sql.ts'
import type { Column, Preview, Profile, Query, UniqueIdCheck, Value, ValueType } from '../../types.ts'
import { columnSql, type SqliteValue, toTexts, valueSql } from './columns.ts'
import { type Bound, lookAt, showSql } from './look.ts'

/** Each throws ProblemError or SqliteError. */
export const questions = {
  listColumns: (database: Database.Database, query: Query): Column[] => lookAt(database, query).columns,

  showSql,

  count(database: Database.Database, query: Query): number {
    const { from, bound } = lookAt(database, query)
    return database.prepare<[Bound], { n: number }>(countSql(from)).get(bound)?.n ?? 0
  },

  preview(database: Database.Database, query: Query, limit: number): Preview {
    const { from, columns, bound } = lookAt(database, query)
    const sql = previewSql(from, columns.map(valueSql), limit)
    return { columns, rows: valuesOf(select(database, sql, bound), columns) }
  },

  profile(database: Database.Database, query: Query, names: string[]): Profile {
    const { from, columns, bound } = lookAt(database, query)
    const operand = (column: Column) => sqlite.operand(column, columnSql(column))
    const asked = pick(columns, names)
    return profileOf(
      asked,
      profileColumns(asked, operand, from).map((sql) => select(database, sql, bound).map((row) => row.map(cell))),
    )
  },

  distinct(
    database: Database.Database,
    query: Query,
    name: string,
    limit: number,
  ): { type: ValueType; values: string[] } {
    const { from, columns, bound } = lookAt(database, query)
    const [column] = pick(columns, [name]) as [Column]
    const sql = distinctSql(from, sqlite.operand(column, columnSql(column)), limit)
    return { type: column.type, values: select(database, sql, bound).map(([value]) => String(value)) }
  },

  checkUniqueId(database: Database.Database, query: Query, uniqueId: string[]): UniqueIdCheck {
    const { from, columns, bound } = lookAt(database, query)
    const key = pick(columns, uniqueId)
    const keys = key.map((column): KeyExpression => {
      const sql = `(${valueSql(column)}) COLLATE BINARY`
      return { sql, empty: `coalesce(${columnSql(column)}, '') = ''` }
    })
    const [totals = []] = select(database, uniqueIdTotalsSql(from, keys), bound)
    const [rows = 0, empty = 0, duplicated = 0] = totals.map(Number)
    const duplicates = duplicated === 0 ? [] : select(database, duplicatesSql(from, keys), bound)
    const counts = duplicates.map((row) => Number(row.at(-1)))
    const examples = empty === 0 ? [] : select(database, emptyIdsSql(from, keys, columns.map(valueSql)), bound)
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
function select(database: Database.Database, sql: string, bound: Bound): SqliteValue[][] {
  return database.prepare<[Bound], SqliteValue[]>(sql).raw().safeIntegers().all(bound)
}

const cell = (value: SqliteValue): string | null => (value === null ? null : String(value))

/** The leading columns of rows, through the same bytes as `read`, so that a preview shows what a run would send. */
function valuesOf(rows: SqliteValue[][], columns: Column[]): Value[][] {
  const builder = new RowBuilder()
  return rows.map((row) => {
    builder.append(toTexts(row.slice(0, columns.length), columns))
    const { data } = builder.take()
    return decodeRow(data, 0, data.length, columns)
  })
}
