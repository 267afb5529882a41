/** Writes the rows to a real database: a SQLite file, or a table behind a wire that can be cut. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pg from 'pg'
import type { PostgresServer } from '../../connectors/testing/postgres.ts'
import type { ConnectionDraft } from '../../preload/api.ts'
import type { SourceRow } from './rows.ts'
import type { Scenario } from './scenario.ts'
import { openWire, type Wire } from './wire.ts'

export type TestSource = {
  connection: ConnectionDraft
  /** All rows, in one transaction. */
  write(rows: SourceRow[]): Promise<void>
  /** SQLite only. */
  file?: string
  /** PostgreSQL only. */
  wire?: Wire
  close(): Promise<void>
}

const COLUMNS = ['id', 'email', 'name', 'score', 'mood'] as const

/** Where no id is bad the table has a primary key, so that both ways of reading are used. */
const tableOf = ({ idType, shares }: Scenario) =>
  `CREATE TABLE people (id ${idType} ${shares.badIds === 0 ? 'PRIMARY KEY' : ''}, email text, name text, score text, mood text)`

export function openSqliteSource(folder: string, scenario: Scenario): TestSource {
  const file = join(folder, 'people.db')
  return {
    file,
    connection: { name: 'People', connector: 'sqlite', values: { file }, secrets: {} },
    async write(rows) {
      // From nothing: a fault may have left a file that no longer opens.
      writeFileSync(file, '')
      fillSqlite(file, rows, scenario)
    },
    close: async () => undefined,
  }
}

/** Makes a SQLite file with these rows. */
export function fillSqlite(file: string, rows: SourceRow[], scenario: Scenario): void {
  const db = new Database(file)
  db.exec(tableOf(scenario))
  const add = db.prepare(`INSERT INTO people VALUES (${COLUMNS.map(() => '?').join()})`)
  db.transaction(() => {
    for (const row of rows) add.run(COLUMNS.map((column) => row[column]))
  })()
  db.close()
}

export async function openPostgresSource(
  server: PostgresServer,
  database: string,
  scenario: Scenario,
): Promise<TestSource> {
  const wire = await openWire(server.port)
  const client = new pg.Client({ ...server, database, application_name: 'torture' })
  client.on('error', () => undefined)
  await client.connect()
  await client.query(tableOf(scenario))
  return {
    wire,
    connection: throughWire('People', 'postgres', server, wire, database),
    async write(rows) {
      await client.query('BEGIN; TRUNCATE people')
      const list = JSON.stringify(rows)
      await client.query('INSERT INTO people SELECT (json_populate_recordset(NULL::people, $1)).*', [list])
      await client.query('COMMIT; ANALYZE people')
    },
    async close() {
      await client.end()
      await wire.close()
    },
  }
}

export function throughWire(
  name: string,
  connector: string,
  { host, user, password }: PostgresServer,
  wire: Wire,
  database: string,
): ConnectionDraft {
  const values = { host, port: wire.port, user, database, tls: 'disable' }
  return { name, connector, values, secrets: { password } }
}
