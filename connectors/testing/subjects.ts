/** The destinations under test, each with a real other side: a file, a folder, a PostgreSQL server, a loopback web server. */
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { csvFile } from '../destinations/csv-file/index.ts'
import { postgresTable } from '../destinations/postgres-table/index.ts'
import { listRecords, practiceCrm } from '../destinations/practice-crm/index.ts'
import { webhook } from '../destinations/webhook/index.ts'
import type { Destination, Field, Mode, Row, SettingValues } from '../types.ts'
import { field } from './destination.ts'
import { type LoopbackServer, startLoopbackServer } from './http.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'

export type Subject = {
  destination: Destination
  /** A connection that works. */
  values: SettingValues
  /** None of these may appear in a problem or a log line. */
  secrets: string[]
  object: string
  /** The field by which records are found, `null` where there is none. */
  key: string | null
  /** The mode by which most tests write. */
  mode: Mode
  fields: Field[]
  /** A record that is accepted; another one for every number. `text` goes into a field for free text. */
  record: (number: number, text?: string) => Row
  /** A record that is refused, where the destination looks at single records. */
  badRecord?: Row
  /** Connections that must end in `reconnect`. */
  wrongValues: SettingValues[]
  /** What somebody who reads the other side sees now, in no special order, as texts by field; '' for nothing. */
  stored: () => Promise<Record<string, string>[]>
  /** Called before each test, where the other side could not take all tests at once. */
  renew?: () => Promise<void>
  /** Only for those that speak HTTP. */
  server?: LoopbackServer
  stop: () => Promise<void>
}

const texts = (row: Row, names: string[]): Record<string, string> =>
  Object.fromEntries(
    names.map((name) => [name, row[name] === null || row[name] === undefined ? '' : String(row[name])]),
  )

async function startPracticeCrm(): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), 'outflow-crm-'))
  const file = join(folder, 'practice.crm')
  return {
    destination: practiceCrm,
    values: { file },
    secrets: [],
    object: 'contacts',
    key: 'email',
    mode: 'upsert',
    fields: ['email', 'last_name', 'notes'].map((id) => field(id)),
    record: (number, text = 'fine') => ({
      email: `person${number}@example.com`,
      last_name: `Person ${number}`,
      notes: text,
    }),
    badRecord: { email: 'nobody at example.com', last_name: 'Nobody', notes: 'x' },
    wrongValues: [{ file: join(folder, 'missing', 'practice.crm') }, {}],
    stored: async () => {
      const { records } = listRecords(file, { object: 'contacts', limit: 1000 })
      return records
        .filter((record) => !record.archived)
        .map((record) => texts(record.values, ['email', 'last_name', 'notes']))
    },
    // Its quota is kept in the file, and the tests are faster than it allows.
    renew: async () => {
      for (const name of await readdir(folder)) await rm(join(folder, name))
    },
    stop: () => rm(folder, { recursive: true, force: true }),
  }
}

async function startCsvFile(): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), 'outflow-csv-'))
  return {
    destination: csvFile,
    values: { folder },
    secrets: [],
    object: 'people.csv',
    key: null,
    mode: 'replace',
    fields: ['email', 'notes'].map((id) => field(id)),
    record: (number, text = 'fine') => ({ email: `person${number}@example.com`, notes: text }),
    wrongValues: [{ folder: join(folder, 'missing') }, {}],
    stored: async () => {
      if (!(await readdir(folder)).includes('people.csv')) return []
      const [, ...lines] = parseCsv(await readFile(join(folder, 'people.csv'), 'utf8'))
      return lines.map(([email = '', notes = '']) => ({ email, notes }))
    },
    stop: async () => {
      await chmod(folder, 0o700)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A reader of RFC 4180 that shares no code with the writer. */
export function parseCsv(text: string): string[][] {
  const lines: string[][] = []
  const token = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n)/gy
  let line: string[] = []
  for (const [, quoted, plain, end] of text.matchAll(token)) {
    line.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end !== '\r\n') continue
    lines.push(line)
    line = []
  }
  return lines
}

async function startPostgresTable(): Promise<Subject> {
  const server: PostgresServer = await startPostgres()
  await server.query('CREATE TABLE person (email text PRIMARY KEY, age integer, notes text)')
  const { host, port, database, user, password } = server
  const values = { host, port, database, user, password, tls: 'disable' }
  return {
    destination: postgresTable,
    values,
    secrets: [server.password],
    object: 'public.person',
    key: 'email',
    mode: 'upsert',
    fields: [field('email'), field('age', { type: 'integer' }), field('notes')],
    record: (number, text = 'fine') => ({ email: `person${number}@example.com`, age: number, notes: text }),
    badRecord: { email: 'bad@example.com', age: 'ninety', notes: 'x' },
    wrongValues: [
      { ...values, password: 'not the password' },
      { ...values, user: 'nobody' },
      { ...values, database: 'nowhere' },
      { ...values, tls: 'require' },
      {},
    ],
    stored: async () => {
      const rows = await server.query('SELECT email, age::text, notes FROM person')
      return rows.map((row) => texts(row as Row, ['email', 'age', 'notes']))
    },
    stop: () => server.stop(),
  }
}

type Sent = { changes: { op: string; key: string; record: Row }[] }

async function startWebhook(): Promise<Subject> {
  const server = await startLoopbackServer()
  const secret = 'tok-9f31c07e5d'
  const values = { url: `${server.origin}/hook`, method: 'POST', headers: `Authorization: Bearer ${secret}` }
  return {
    destination: webhook,
    values,
    secrets: [secret],
    object: 'records',
    key: null,
    mode: 'upsert',
    fields: ['email', 'notes'].map((id) => field(id)),
    record: (number, text = 'fine') => ({ email: `person${number}@example.com`, notes: text }),
    wrongValues: [
      { ...values, url: 'ftp://example.com' },
      { ...values, headers: 'no colon' },
      { ...values, body: '{' },
      {},
    ],
    stored: async () => {
      const people = new Map<string, Record<string, string>>()
      for (const { method, body } of server.received) {
        if (method !== 'POST') continue
        for (const { record } of (JSON.parse(body) as Sent).changes)
          people.set(String(record.email), texts(record, ['email', 'notes']))
      }
      return [...people.values()]
    },
    server,
    stop: () => server.close(),
  }
}

/** Each by the name under which its tests run. A new destination adds one line here. */
export const subjects: Record<string, () => Promise<Subject>> = {
  'Practice CRM': startPracticeCrm,
  'CSV file': startCsvFile,
  'PostgreSQL table': startPostgresTable,
  Webhook: startWebhook,
}
