/** Tables of a PostgreSQL database: for a company's own application, or a second warehouse. */
import pg from 'pg'
import { connectPostgres, describeServer } from '../../postgres/connect.ts'
import { ProblemError } from '../../problems.ts'
import { accessOf, settings } from '../../sources/postgres/settings.ts'
import { destination, type Row, type SettingValues, type Value } from '../../types.ts'
import { decodeValue } from '../../values.ts'
import { listTables, readTable, type Table, type TableColumn, toField } from './catalog.ts'
import { openClients } from './clients.ts'
import { textOf } from './encode.ts'
import { readSql } from './statements.ts'
import { openTableWriter } from './writer.ts'

function columnOf(table: Table, name: string): TableColumn {
  const column = table.columns.find((candidate) => candidate.name === name)
  if (column) return column
  throw new ProblemError({
    remedy: 'edit-sync',
    message: `The table ${table.sql} has no column "${name}" (any more). Correct the mapping.`,
  })
}

/** A key that does not fit its column's type is in no row: it is looked for by halving, so that the others are read. */
async function readRows(
  client: pg.Client,
  sql: string,
  keys: (string | null)[],
  fields: TableColumn[],
): Promise<(Row | null)[]> {
  if (keys.length === 0) return []
  try {
    const { rows } = await client.query<(string | null)[]>({ text: sql, values: [keys], rowMode: 'array' })
    const records: (Row | null)[] = keys.map(() => null)
    for (const [position, ...texts] of rows) {
      const entries = fields.map((field, index): [string, Value] => {
        const text = texts[index] ?? null
        return [field.name, text === null ? null : decodeValue(text, field.type)]
      })
      records[Number(position) - 1] = Object.fromEntries(entries)
    }
    return records
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || !error.code?.startsWith('22')) throw error
    if (keys.length === 1) return [null]
    const middle = keys.length >> 1
    const first = await readRows(client, sql, keys.slice(0, middle), fields)
    return [...first, ...(await readRows(client, sql, keys.slice(middle), fields))]
  }
}

/** The database, without user and password, which a connection string holds. */
function placeOf({ how, url, host, port, database }: SettingValues<typeof settings>): string {
  const parsed = how === 'url' ? URL.parse(url ?? '') : undefined
  return `postgres ${parsed ? `${parsed.host}${parsed.pathname}` : `${host}:${port}/${database}`}`
}

export const postgresTable = destination({
  id: 'postgres-table',
  name: 'PostgreSQL table',
  kind: 'destination',
  summary: 'Adds, updates and removes rows in the tables of a PostgreSQL database.',
  settings,
  quotaHolder: placeOf,
  async open(values, context) {
    const access = accessOf(values)
    // Proves at once that the connection's settings are right, and is kept for the first caller.
    const first = await connectPostgres(access, 'write', context.signal)
    const clients = openClients(access, first, context.signal)
    return {
      limits: { records: 10_000, concurrency: 2 },
      test: () => clients.use(describeServer),
      place: async () => placeOf(values),
      listObjects: () => clients.use(listTables),
      listFields: (object) => clients.use(async (client) => (await readTable(client, object)).columns.map(toField)),
      read: (object, key, keys, fields) =>
        clients.use(async (client) => {
          const table = await readTable(client, object)
          const keyColumn = columnOf(table, key)
          const columns = fields.map((field) => columnOf(table, field))
          const texts = keys.map((value) => textOf(value, keyColumn))
          return readRows(client, readSql(table, keyColumn, columns), texts, columns)
        }),
      openWriter: (target) => openTableWriter(clients, target, context),
      close: () => clients.close(),
    }
  },
})
