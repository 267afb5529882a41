import { basename } from 'node:path'
import type Database from 'better-sqlite3'
import {
  countSql,
  duplicatesSql,
  emptyIdsSql,
  fromSql,
  type KeyExpression,
  pick,
  previewSql,
  tag,
  uniqueIdTotalsSql,
} from '../../sql.ts'
import type { Column, Context, Query, RowBatch, SourceSession, TablePage, Value } from '../../types.ts'
import { decodeValue } from '../../values.ts'
import { columnSql, describe, type SqliteValue, textOf, valueSql } from './columns.ts'
import { openFile, sqliteProblem } from './problems.ts'
import { readRows } from './read.ts'

/** Opens the file for looking around; each `read` opens it once more, for a snapshot of its own. */
export async function openSqlite({ file }: { file: string | undefined }, { signal }: Context): Promise<SourceSession> {
  const database = openFile(file)
  const reading = new Set<Database.Database>()

  async function run<T>(work: () => T): Promise<T> {
    signal.throwIfAborted()
    try {
      return work()
    } catch (error) {
      throw sqliteProblem(error)
    }
  }

  return {
    test: () => run(() => `SQLite file ${basename(file ?? '')}, ${tables(database).length} tables and views`),
    listTables: (page) => run(() => listTables(database, page)),
    listColumns: (query) => run(() => describe(database, query)),
    count: (query) =>
      run(() => {
        const row = database.prepare<[], { n: number }>(countSql(fromSql(query, 'sqlite'))).get()
        return row?.n ?? 0
      }),
    preview: (query, limit) =>
      run(() => {
        const columns = describe(database, query)
        const rows = select(database, previewSql(fromSql(query, 'sqlite'), columns.map(valueSql), limit))
        return { columns, rows: rows.map((row) => valuesOf(row, columns)) }
      }),
    checkUniqueId: (query, uniqueId) => run(() => checkUniqueId(database, query, uniqueId)),
    async read(request) {
      const own = await run(() => openFile(file))
      reading.add(own)
      const close = () => {
        reading.delete(own)
        own.close()
      }
      try {
        const columns = await run(() => {
          own.exec('BEGIN')
          return pick(describe(own, request.query), [...request.uniqueId, ...request.columns])
        })
        return { columns, batches: closing(readRows(own, request, columns, signal), close) }
      } catch (error) {
        close()
        throw error
      }
    },
    async close() {
      for (const own of [database, ...reading]) own.close()
      reading.clear()
    },
  }
}

async function* closing(batches: AsyncGenerator<RowBatch>, close: () => void): AsyncGenerator<RowBatch> {
  try {
    yield* batches
  } catch (error) {
    throw sqliteProblem(error)
  } finally {
    close()
  }
}

type Table = { name: string; type: string }

function tables(database: Database.Database): Table[] {
  return database
    .prepare<[], Table>(
      `${tag} SELECT name, type FROM pragma_table_list
       WHERE schema = 'main' AND type IN ('table', 'view', 'virtual') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name COLLATE BINARY`,
    )
    .all()
}

function listTables(database: Database.Database, page: { search?: string; after?: string; limit: number }): TablePage {
  const search = page.search?.toLowerCase() ?? ''
  const bytes = (name: string) => Buffer.from(name)
  const after = page.after === undefined ? undefined : bytes(page.after)
  const found = tables(database).filter(
    ({ name }) => name.toLowerCase().includes(search) && (after === undefined || bytes(name).compare(after) > 0),
  )
  const estimates = rowEstimates(database)
  const shown = found.slice(0, page.limit).map(({ name, type }) => {
    const rowEstimate = estimates.get(name)
    return {
      path: [name],
      kind: type === 'view' ? ('view' as const) : ('table' as const),
      ...(rowEstimate !== undefined && { rowEstimate }),
    }
  })
  const last = shown.at(-1)?.path[0]
  return found.length > shown.length && last !== undefined ? { tables: shown, next: last } : { tables: shown }
}

/** What ANALYZE noted, if it was ever run (sqlite.org/fileformat2.html#stat1tab): the first number of `stat` counts rows. */
function rowEstimates(database: Database.Database): Map<string, number> {
  const analyzed = database.prepare(`${tag} SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'`).get()
  if (!analyzed) return new Map()
  const lines = database.prepare<[], { tbl: string; stat: string }>(`${tag} SELECT tbl, stat FROM sqlite_stat1`).all()
  return new Map(lines.map(({ tbl, stat }) => [tbl, Number.parseInt(stat, 10)]))
}

/** Rows with exact integers. */
function select(database: Database.Database, sql: string): SqliteValue[][] {
  return database.prepare<[], SqliteValue[]>(sql).raw().safeIntegers().all()
}

/** Through the same texts as `read`, so that a preview shows what a run would send. */
function valuesOf(row: SqliteValue[], columns: Column[]): Value[] {
  return columns.map(({ type }, index) => {
    const text = textOf(row[index] as SqliteValue, type)
    return text === null ? null : decodeValue(text, type)
  })
}

function checkUniqueId(database: Database.Database, query: Query, uniqueId: string[]) {
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
  const examples = empty === 0 ? [] : select(database, emptyIdsSql(from, keys, columns.map(valueSql)))
  return {
    rows,
    empty,
    duplicated,
    duplicates: duplicates.map((row) => ({ id: valuesOf(row, key), rows: Number(row.at(-1)) })),
    examplesOfEmpty: examples.map((row) =>
      Object.fromEntries(valuesOf(row, columns).map((value, index) => [columns[index]?.name, value])),
    ),
  }
}
