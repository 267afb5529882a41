/** The customers that every case moves: 12 columns, about 120 bytes a row; and what changes between two syncs. */
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import Database from 'better-sqlite3'
import type { PostgresServer } from '../../connectors/testing/postgres.ts'
import { psqlInput } from './processes.ts'

export const columns = [
  'id',
  'email',
  'first_name',
  'last_name',
  'country',
  'city',
  'age',
  'lifetime_value',
  'consent',
  'signed_up_at',
  'birthday',
  'plan',
] as const

/** Understood by PostgreSQL and, as names of affinities, by SQLite. */
const definition = `(id integer PRIMARY KEY, email text NOT NULL, first_name text, last_name text, country text, city text,
  age integer, lifetime_value numeric(12, 2), consent boolean, signed_up_at timestamp with time zone, birthday date, plan text)`

const countries = ['US', 'DE', 'FR', 'GB', 'JP']
const DAY_MS = 86_400_000

/** As texts, in the order of `columns`. None is empty, and none has a character that any format would escape. */
function customer(i: number): string[] {
  return [
    String(i),
    `user${i}@example.com`,
    `First${i % 977}`,
    `Last${i % 7919}`,
    countries[i % 5] as string,
    `City ${i % 211}`,
    String(i % 90),
    ((i % 100_000) / 100).toFixed(2),
    String(i % 3 === 0),
    new Date(Date.UTC(2024, 0, 1) + i * 17_000).toISOString(),
    new Date(Date.UTC(1950, 0, 1) + (i % 20_000) * DAY_MS).toISOString().slice(0, 10),
    `plan-${i % 7}`,
  ]
}

/** Each edit needs residues of its own. */
export const MOST_EDITS = 50

/** What one edit does to a table of `rows`: 1 % changed, 0.5 % added, 0.5 % removed. */
export const editedRows = (rows: number): number => rows / 50

/** The rows after this many edits. */
function* customers(rows: number, edits: number): Generator<string[]> {
  for (let i = 1; i <= rows; i++) {
    const rest = i % 200
    if (rest >= 50 && rest < 50 + edits) continue
    const row = customer(i)
    if (i % 100 < edits) row[3] += '+'
    yield row
  }
  for (let edit = 0; edit < edits; edit++) {
    for (let i = 150 + edit; i <= rows; i += 200) {
      const row = customer(i)
      row[0] = String(i + rows * (edit + 1))
      row[1] = `new${row[1]}`
      yield row
    }
  }
}

/** The same edit as in `customers`, for databases; `edit` counts from 0. */
function editSql(table: string, rows: number, edit: number): string {
  const [, , ...rest] = columns
  return `UPDATE ${table} SET last_name = last_name || '+' WHERE id <= ${rows} AND id % 100 = ${edit};
    DELETE FROM ${table} WHERE id <= ${rows} AND id % 200 = ${50 + edit};
    INSERT INTO ${table} SELECT id + ${rows * (edit + 1)}, 'new' || email, ${rest.join(', ')} FROM ${table}
      WHERE id <= ${rows} AND id % 200 = ${150 + edit}`
}

function* pieces(rows: Iterable<string[]>, separator: string): Generator<string> {
  let piece = ''
  for (const row of rows) {
    piece += `${row.join(separator)}\n`
    if (piece.length < 256 * 1024) continue
    yield piece
    piece = ''
  }
  yield piece
}

/** Makes a table of customers. */
export async function makeTable(server: PostgresServer, table: string, rows: number): Promise<void> {
  await server.query(`CREATE TABLE ${table} ${definition}`)
  await psqlInput(server, `COPY ${table} FROM STDIN`, pieces(customers(rows, 0), '\t'))
  await server.query(`VACUUM ANALYZE ${table}`)
}

/** Edits a table that `makeTable` made with these rows. */
export async function editTable(server: PostgresServer, table: string, rows: number, edit: number): Promise<void> {
  await server.query(editSql(table, rows, edit))
  await server.query(`VACUUM ANALYZE ${table}`)
}

/** Makes a SQLite file with a table `customers`. */
export function makeSqlite(file: string, rows: number): void {
  const database = new Database(file)
  database.exec(`CREATE TABLE customers ${definition}`)
  const insert = database.prepare(`INSERT INTO customers VALUES (${columns.map(() => '?').join(', ')})`)
  database.transaction(() => {
    for (const row of customers(rows, 0)) insert.run(...row.with(8, row[8] === 'true' ? '1' : '0'))
  })()
  database.close()
}

/** Edits a file that `makeSqlite` made with these rows. */
export function editSqlite(file: string, rows: number, edit: number): void {
  const database = new Database(file)
  database.exec(editSql('customers', rows, edit))
  database.close()
}

/** Writes a CSV file with a header as it is after this many edits. */
export async function writeCsv(file: string, rows: number, edits: number): Promise<void> {
  function* lines() {
    yield `${columns.join(',')}\n`
    yield* pieces(customers(rows, edits), ',')
  }
  await pipeline(lines, createWriteStream(file))
}
