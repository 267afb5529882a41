/** The destinations as the torture sees them: made before the sync, read when it is over, past the app. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pg from 'pg'
import type { PostgresServer } from '../../connectors/testing/postgres.ts'
import type { ConnectionDraft, MappingLine, Row } from '../../preload/api.ts'
import { columnsOf, keyOf, type Texts } from './expected.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import type { Scenario } from './scenario.ts'
import { throughWire } from './source.ts'
import { openWire, type Wire } from './wire.ts'

export type TestPlace = {
  connection: ConnectionDraft
  object: string
  mapping: MappingLine[]
  /** What is there, record by record. */
  read(): Promise<Texts[]>
  /** Webhook only. */
  receiver?: Receiver
  /** PostgreSQL only. */
  wire?: Wire
  close(): Promise<void>
}

const texts = (row: Row): Texts =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]))

const sameNames = (scenario: Scenario): MappingLine[] =>
  columnsOf(scenario.place).map((column) => ({ field: column, from: { kind: 'column', column } }))

/** `before`: the records that are there already. */
export async function openPlace(
  folder: string,
  scenario: Scenario,
  before: Texts[],
  postgres?: { server: PostgresServer; database: string },
): Promise<TestPlace> {
  if (scenario.place === 'webhook') return openWebhook(scenario, before)
  if (scenario.place === 'csv-file') return openCsv(folder, scenario, before)
  if (scenario.place === 'practice-crm') return openCrm(folder, before)
  if (!postgres) throw new Error('this scenario needs PostgreSQL')
  return openTable(postgres, scenario, before)
}

async function openWebhook(scenario: Scenario, before: Texts[]): Promise<TestPlace> {
  const foreign = new Map(before.map((record): [string, Row] => [keyOf(scenario, record), record]))
  const receiver = await startReceiver(scenario, columnsOf('webhook'), foreign)
  const { answers, batchSize, concurrency } = scenario
  const rule = answers === 'rule' ? { bodyRule: '$.ok = true' } : answers === 'results' ? { results: '$.results' } : {}
  const values = { url: receiver.url, key: 'id', batchSize, concurrency, timeout: 1, ...rule }
  return {
    connection: { name: 'There', connector: 'webhook', values, secrets: {} },
    object: 'records',
    mapping: sameNames(scenario),
    read: async () => [...receiver.records.values()].map(texts),
    receiver,
    close: () => receiver.close(),
  }
}

async function openCsv(folder: string, scenario: Scenario, before: Texts[]): Promise<TestPlace> {
  const out = join(folder, 'out')
  mkdirSync(out)
  const file = join(out, 'people.csv')
  const columns = columnsOf('csv-file')
  const line = (record: Texts) => columns.map((column) => record[column] ?? '').join()
  if (before.length > 0) writeFileSync(file, [columns.join(), ...before.map(line), ''].join('\r\n'))
  return {
    connection: { name: 'There', connector: 'csv-file', values: { folder: out }, secrets: {} },
    object: 'people.csv',
    mapping: sameNames(scenario),
    async read() {
      if (!existsSync(file)) return []
      const [header = [], ...lines] = parseCsv(readFileSync(file, 'utf8'))
      return lines.map((cells) => Object.fromEntries(header.map((name, at) => [name ?? '', cells[at] ?? null])))
    },
    close: async () => undefined,
  }
}

/** RFC 4180; an empty cell without quotes is null. */
export function parseCsv(text: string): (string | null)[][] {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy
  const lines: (string | null)[][] = []
  let line: (string | null)[] = []
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text)
    if (!found) throw new Error(`not CSV near ${text.slice(cell.lastIndex, cell.lastIndex + 40)}`)
    line.push(found[1]?.replaceAll('""', '"') ?? (found[2] || null))
    if (found[3] === ',') continue
    lines.push(line)
    line = []
  }
  return lines
}

async function openCrm(folder: string, before: Texts[]): Promise<TestPlace> {
  const { openDatabase } = await import('../../connectors/destinations/practice-crm/database.ts')
  const file = join(folder, 'crm.db')
  const db = openDatabase(file)
  const add = db.prepare(
    "INSERT INTO record (object, match, fields, search, updated_at) VALUES ('contacts', ?, ?, '', '2026-01-01')",
  )
  for (const { id, email, name, score } of before) {
    const fields = { email, last_name: name, notes: id, ...(score && { orders_count: Number(score) }) }
    add.run(email?.toLowerCase(), JSON.stringify(fields))
  }
  db.close()
  const names = { email: 'email', last_name: 'name', notes: 'id', orders_count: 'score' }
  return {
    connection: { name: 'There', connector: 'practice-crm', values: { file }, secrets: {} },
    object: 'contacts',
    mapping: Object.entries(names).map(([field, column]) => ({ field, from: { kind: 'column', column } })),
    async read() {
      const read = new Database(file, { readonly: true })
      const lines = read.prepare('SELECT fields FROM record WHERE archived = 0').pluck().all() as string[]
      read.close()
      return lines.map((line) => {
        const fields = JSON.parse(line) as Row
        return texts(Object.fromEntries(Object.entries(names).map(([field, name]) => [name, fields[field] ?? null])))
      })
    },
    close: async () => undefined,
  }
}

async function openTable(
  { server, database }: { server: PostgresServer; database: string },
  scenario: Scenario,
  before: Texts[],
): Promise<TestPlace> {
  const { key, idType } = scenario
  const wire = await openWire(server.port)
  const client = new pg.Client({ ...server, database, application_name: 'torture' })
  client.on('error', () => undefined)
  await client.connect()
  await client.query(`CREATE TABLE there (
    id ${idType} ${key === 'id' ? 'PRIMARY KEY' : ''}, email text ${key === 'email' ? 'NOT NULL UNIQUE' : ''},
    name text, score integer, mood text CHECK (mood = 'fine'))`)
  const rows = 'SELECT (json_populate_recordset(NULL::there, $1)).*'
  await client.query(`INSERT INTO there ${rows}`, [JSON.stringify(before)])
  return {
    connection: throughWire('There', 'postgres-table', server, wire, database),
    object: 'public.there',
    mapping: sameNames(scenario),
    read: async () => (await client.query<Row>('SELECT id, email, name, score, mood FROM there')).rows.map(texts),
    wire,
    async close() {
      await client.end()
      await wire.close()
    },
  }
}
