/** Real files for the suite that proves every source: each table of a scratch database is written as a CSV file. */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { SourceFixture } from '../../testing/source-fixtures.ts'
import { testContext } from '../../testing/sources.ts'
import type { Query, SourceSession } from '../../types.ts'
import { file } from './index.ts'

export function csvFixture(): SourceFixture {
  let folder: string
  let database: Database.Database
  const names = () =>
    database
      .prepare<[], string>(
        "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name COLLATE BINARY",
      )
      .pluck()
      .all()
  const pathOf = (table: string) => join(folder, `${table}.csv`)
  return {
    name: 'CSV files',
    async start() {
      folder = await mkdtemp(join(tmpdir(), 'outflow-files-'))
      database = new Database(':memory:')
      await this.execute('CREATE TABLE "shop 😀" (id INTEGER); INSERT INTO "shop 😀" VALUES (1)')
    },
    async stop() {
      database.close()
      await rm(folder, { recursive: true })
    },
    async execute(sql) {
      const before = names()
      database.exec(sql)
      const now = names()
      for (const name of before) if (!now.includes(name)) rmSync(pathOf(name))
      for (const name of now) if (sql.includes(name.replaceAll('"', '""'))) writeTable(database, name, pathOf(name))
    },
    async open(signal) {
      return manyFiles((table) => file.open({ path: pathOf(table) }, testContext(signal)), names)
    },
    path: (table) => [table],
    secrets: [],
    noViews: true,
    tablesAreFiles: true,
    types: [
      ['integer', '-7', 'integer', -7],
      ['integer', '999999999999999', 'integer', 999999999999999],
      ['text', '9007199254740993', 'text', '9007199254740993'],
      ['text', "'007'", 'text', '007'],
      ['text', "'+4917012345678'", 'text', '+4917012345678'],
      ['decimal', '12.5', 'decimal', '12.5'],
      ['decimal', '-0.25', 'decimal', '-0.25'],
      ['boolean', "'true'", 'boolean', true],
      ['boolean', "'FALSE'", 'boolean', false],
      ['text', "'NULL'", 'text', 'NULL'],
      ['text', "''", 'text', ''],
      ['text', "'1e5'", 'text', '1e5'],
      ['text', "'NaN'", 'text', 'NaN'],
      ['date', "'0001-02-28'", 'date', '0001-02-28'],
      ['text', "'2023-02-29'", 'text', '2023-02-29'],
      ['timestamp', "'2024-01-02 03:04:05.123456'", 'timestamp', '2024-01-02T03:04:05.123456'],
      ['instant', "'2024-01-02T03:04:05Z'", 'instant', '2024-01-02T03:04:05Z'],
      ['time', "'23:59:59.5'", 'time', '23:59:59.5'],
      ['text', `'{"a": [1, null]}'`, 'text', '{"a": [1, null]}'],
    ],
  }
}

/** NULL as nothing, every text in quotes, in a file of its own that then takes the place of the old one. */
function writeTable(database: Database.Database, name: string, path: string): void {
  const written = openSync(`${path}.new`, 'w')
  const statement = database
    .prepare<[], unknown[]>(`SELECT * FROM "${name.replaceAll('"', '""')}"`)
    .raw()
    .safeIntegers()
  const line = (values: unknown[]) => `${values.map(cell).join(',')}\r\n`
  writeSync(written, line(statement.columns().map((column) => column.name)))
  for (const row of statement.iterate()) writeSync(written, line(row))
  closeSync(written)
  renameSync(`${path}.new`, path)
}

function cell(value: unknown): string {
  if (value === null) return ''
  return typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : String(value)
}

/** One session over all files of a folder: each question goes to a real session of the file that it is about. */
function manyFiles(open: (table: string) => Promise<SourceSession>, names: () => string[]): SourceSession {
  const opened: Promise<SourceSession>[] = []
  const about = (query: Query) => {
    const named = query.kind === 'sql' ? names().find((name) => query.sql.includes(name)) : query.table[0]
    const session = open(named ?? (query.kind === 'sql' && query.sql.match(/leaving/) ? 'leaving' : 'shop 😀'))
    opened.push(session)
    return session
  }
  return {
    test: async () => (await about({ kind: 'table', table: ['shop 😀'] })).test(),
    async listTables({ search, after, limit }) {
      const pages = await Promise.all(
        names().map(async (name) =>
          (await about({ kind: 'table', table: [name] })).listTables({
            limit,
            ...(search !== undefined && { search }),
          }),
        ),
      )
      const tables = pages
        .flatMap((page) => page.tables)
        .filter(({ path: [name = ''] }) => after === undefined || name > after)
      const next = tables[limit - 1]?.path[0]
      return { tables: tables.slice(0, limit), ...(tables.length > limit && next !== undefined && { next }) }
    },
    listColumns: async (query) => (await about(query)).listColumns(query),
    preview: async (query, limit) => (await about(query)).preview(query, limit),
    count: async (query) => (await about(query)).count(query),
    checkUniqueId: async (query, uniqueId) => (await about(query)).checkUniqueId(query, uniqueId),
    profile: async (query, columns) => (await about(query)).profile(query, columns),
    distinct: async (query, column, limit) => (await about(query)).distinct(query, column, limit),
    showSql: async (query) => (await about(query)).showSql(query),
    read: async (request) => (await about(request.query)).read(request),
    async close() {
      const sessions = await Promise.allSettled(opened)
      await Promise.all(sessions.map((session) => session.status === 'fulfilled' && session.value.close()))
    },
  }
}
