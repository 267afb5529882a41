import { basename } from 'node:path'
import type Database from 'better-sqlite3'
import { pick, tag } from '../../sql.ts'
import type { Context, RowBatch, SourceSession, TablePage } from '../../types.ts'
import { ask } from './ask.ts'
import { lookAt } from './look.ts'
import { openFile, sqliteProblem } from './problems.ts'
import { readRows } from './read.ts'

/** Opens the file for looking around; each question and each `read` opens it once more, for a snapshot of its own. */
export async function openSqlite({ file }: { file: string | undefined }, { signal }: Context): Promise<SourceSession> {
  const database = openFile(file)
  const reading = new Set<Database.Database>()
  const closed = new AbortController()
  const open = AbortSignal.any([signal, closed.signal])

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
    listColumns: (query) => ask(file, 'listColumns', [query], open),
    count: (query) => ask(file, 'count', [query], open),
    preview: (query, limit) => ask(file, 'preview', [query, limit], open),
    checkUniqueId: (query, uniqueId) => ask(file, 'checkUniqueId', [query, uniqueId], open),
    profile: (query, columns) => ask(file, 'profile', [query, columns], open),
    distinct: (query, column, limit) => ask(file, 'distinct', [query, column, limit], open),
    showSql: (query) => ask(file, 'showSql', [query], open),
    async read(request) {
      const own = await run(() => openFile(file))
      reading.add(own)
      const close = () => {
        reading.delete(own)
        own.close()
      }
      try {
        const looked = await run(() => {
          own.exec('BEGIN')
          return lookAt(own, request.query)
        })
        const columns = pick(looked.columns, [...request.uniqueId, ...request.columns])
        return { columns, batches: closing(readRows(own, request, { ...looked, columns }, signal), close) }
      } catch (error) {
        close()
        throw error
      }
    },
    async close() {
      closed.abort()
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
