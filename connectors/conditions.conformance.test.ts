/** Conditions mean the same on every source: random ones over random rows, against a plain evaluation. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { VisualQuery } from './conditions.ts'
import { file } from './sources/files/index.ts'
import { postgres } from './sources/postgres/index.ts'
import { snowflake } from './sources/snowflake/index.ts'
import { sqlite } from './sources/sqlite/index.ts'
import { type PlainRow, select, type World } from './testing/conditions.ts'
import { type PostgresServer, startPostgres } from './testing/postgres.ts'
import { createRandom, kinds, randomQuery, randomRows, today } from './testing/random-conditions.ts'
import { startSnowflake } from './testing/snowflake/double.ts'
import { readAll, testContext } from './testing/sources.ts'
import type { Column, SourceSession, Value } from './types.ts'

/** OUTFLOW_SEED=… repeats one that failed, OUTFLOW_CONDITIONS=… asks for more. */
const seed = Number(process.env.OUTFLOW_SEED ?? Math.floor(Math.random() * 2 ** 31))
const queries = Number(process.env.OUTFLOW_CONDITIONS ?? 40)
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland']

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`
const literal = (text: string | null) => (text === null ? 'NULL' : `'${text.replaceAll("'", "''")}'`)
type Texts = Record<string, string | null>

type Subject = {
  name: string
  /** Makes a table with the rows, numbered by `id`. */
  start(rows: Texts[]): Promise<{ session: SourceSession; table: string[]; stop(): Promise<void> }>
}

function tableSql(
  types: Record<string, string>,
  rows: Texts[],
  value: (text: string | null, type: string) => string,
): string {
  const columns = kinds.map(({ name, type }) => `${quote(name)} ${types[type]}`)
  const values = rows.map(
    (row, id) => `(${[id, ...kinds.map(({ name, type }) => value(row[name] ?? null, type))].join(', ')})`,
  )
  return `CREATE TABLE people (id INTEGER PRIMARY KEY, ${columns.join(', ')}); INSERT INTO people VALUES ${values.join(', ')}`
}

const inSqlite: Subject = {
  name: 'SQLite',
  async start(rows) {
    const folder = mkdtempSync(join(tmpdir(), 'outflow-conditions-'))
    const database = new Database(join(folder, 'people.db'))
    // A collation that ignores case, and text that sorts by something else, must not matter.
    const types = {
      text: 'TEXT COLLATE NOCASE',
      integer: 'INTEGER',
      decimal: 'DECIMAL(10,2)',
      float: 'REAL',
      boolean: 'BOOLEAN',
      date: 'DATE',
      timestamp: 'DATETIME',
      instant: 'TIMESTAMPTZ',
    }
    let stored = 0
    const value = (text: string | null, type: string) => {
      if (text === null) return 'NULL'
      if (type === 'instant') return `'${text}+00'`
      // Some programs store PostgreSQL's words for yes and no.
      if (type === 'boolean' && ++stored % 2 === 0) return literal(text.slice(0, 1))
      return type === 'integer' || type === 'decimal' || type === 'float' || type === 'boolean' ? text : literal(text)
    }
    database.exec(tableSql(types, rows, value))
    database.close()
    const session = await sqlite.open({ file: join(folder, 'people.db') }, testContext())
    return { session, table: ['people'], stop: async () => rmSync(folder, { recursive: true }) }
  },
}

const inPostgres: Subject = {
  name: 'PostgreSQL',
  async start(rows) {
    const server: PostgresServer = await startPostgres()
    await server.query(
      "ALTER DATABASE postgres SET datestyle = 'SQL, DMY'; ALTER DATABASE postgres SET timezone = 'Pacific/Auckland'",
    )
    const types = {
      text: 'text',
      integer: 'bigint',
      decimal: 'numeric',
      float: 'double precision',
      boolean: 'boolean',
      date: 'date',
      timestamp: 'timestamp',
      instant: 'timestamptz',
    }
    const value = (text: string | null, type: string) =>
      type === 'instant' && text !== null ? `'${text}+00'` : literal(text)
    await server.query(tableSql(types, rows, value))
    const session = await postgres.open({ how: 'url', url: server.url, tls: 'disable' }, testContext())
    return { session, table: ['public', 'people'], stop: () => server.stop() }
  },
}

const inCsv: Subject = {
  name: 'DuckDB, a CSV file',
  async start(rows) {
    const folder = mkdtempSync(join(tmpdir(), 'outflow-conditions-'))
    const cell = (text: string | null) => (text === null ? '' : `"${text.replaceAll('"', '""')}"`)
    const time = (text: string | null, type: string) =>
      type === 'instant' && text !== null ? `${text.replace(' ', 'T')}Z` : text
    const lines = rows.map((row, id) =>
      [String(id), ...kinds.map(({ name, type }) => cell(time(row[name] ?? null, type)))].join(','),
    )
    const head = ['id', ...kinds.map(({ name }) => cell(name))].join(',')
    writeFileSync(join(folder, 'people.csv'), `${[head, ...lines].join('\r\n')}\r\n`)
    const types = kinds.map(({ name, type }) => `${name}: ${type}`).join('\n')
    const session = await file.open({ path: join(folder, 'people.csv'), types }, testContext())
    return { session, table: ['people'], stop: async () => rmSync(folder, { recursive: true }) }
  },
}

const inParquet: Subject = {
  name: 'DuckDB, a Parquet file',
  async start(rows) {
    const folder = mkdtempSync(join(tmpdir(), 'outflow-conditions-'))
    const path = join(folder, 'people.parquet')
    const types = {
      text: 'VARCHAR',
      integer: 'BIGINT',
      decimal: 'DECIMAL(12, 4)',
      float: 'DOUBLE',
      boolean: 'BOOLEAN',
      date: 'DATE',
      timestamp: 'TIMESTAMP',
      instant: 'TIMESTAMPTZ',
    }
    const value = (text: string | null, type: string) =>
      type === 'instant' && text !== null ? `'${text}+00'` : literal(text)
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    await connection.run(tableSql(types, rows, value))
    await connection.run(`COPY (SELECT * FROM people ORDER BY id) TO ${literal(path)} (FORMAT parquet)`)
    connection.closeSync()
    instance.closeSync()
    const session = await file.open({ path }, testContext())
    return { session, table: ['people'], stop: async () => rmSync(folder, { recursive: true }) }
  },
}

const inSnowflake: Subject = {
  name: 'Snowflake, its SQL run by DuckDB',
  async start(rows) {
    const double = await startSnowflake()
    const types = {
      text: 'VARCHAR',
      integer: 'NUMBER(38,0)',
      decimal: 'NUMBER(38,10)',
      float: 'FLOAT',
      boolean: 'BOOLEAN',
      date: 'DATE',
      timestamp: 'TIMESTAMP_NTZ',
      instant: 'TIMESTAMP_LTZ',
    }
    const value = (text: string | null, type: string) =>
      type === 'instant' && text !== null ? `'${text}+00'` : literal(text)
    await double.execute(tableSql(types, rows, value))
    const session = await snowflake.open(double.values, testContext())
    return { session, table: ['SHOP', 'PUBLIC', 'people'], stop: () => double.close() }
  },
}

describe.each([inSqlite, inPostgres, inCsv, inParquet, inSnowflake])('$name', (subject) => {
  let session: SourceSession
  let table: string[]
  let columns: Column[]
  let rows: PlainRow[]
  let stop: () => Promise<void>

  beforeAll(async () => {
    const started = await subject.start(randomRows(createRandom(seed), 120))
    session = started.session
    table = started.table
    stop = started.stop
    const whole = { kind: 'table', table } as const
    columns = await session.listColumns(whole)
    const names = columns.map(({ name }) => name).filter((name) => name !== 'id')
    const read = await readAll(session, { query: whole, uniqueId: ['id'], columns: names })
    rows = read.map((values) => toRow(['id', ...names], values))
  }, 60_000)
  afterAll(async () => {
    await session.close()
    await stop()
  })

  const toRow = (names: string[], values: Value[]): PlainRow =>
    Object.fromEntries(names.map((name, index) => [name, values[index] ?? null]))

  test('what is in a column is told as the rows say it', async () => {
    const whole = { kind: 'table', table } as const
    const names = kinds.map(({ name }) => name)
    const profile = await session.profile(whole, names)
    expect([profile.rows, profile.whole]).toEqual([rows.length, true])
    expect(profile.columns.map(({ name }) => name)).toEqual(names)
    for (const { name, filled, distinct, samples } of profile.columns) {
      const values = rows.map((row) => row[name] ?? null).filter((value) => value !== null && value !== '')
      expect([name, filled, distinct]).toEqual([name, values.length, new Set(values).size])
      expect(samples.length).toBe(Math.min(20, distinct))
      const [most] = samples
      expect(values.filter((value) => value === most?.value).length, name).toBe(most?.rows)
    }
    const numbers = profile.columns.find(({ name }) => name === 'whole')
    expect([numbers?.least, numbers?.most]).toEqual(['-9223372036854775808', '9223372036854775807'])
  })

  test('the different values of a column are told up to a limit, and looked into', async () => {
    const whole = { kind: 'table', table } as const
    const { type, values } = await session.distinct(whole, 'word', 1_000)
    expect([type, new Set(values)]).toEqual([
      'text',
      new Set(rows.map(({ word }) => word).filter((word) => word !== null && word !== '')),
    ])
    expect((await session.distinct(whole, 'word', 3)).values).toHaveLength(3)
    const of = { kind: 'audience', audience: 'a' } as const
    for (const [column, match] of [
      ['word', 'it\'s "odd" %'],
      ['whole', 'amount'],
      ['whole', 'word'],
      ['amount', 'amount'],
    ] as const) {
      const members = {
        type: columns.find(({ name }) => name === match)?.type ?? 'text',
        values: rows.slice(0, 40).map((row) => row[match] ?? null),
      }
      const other: VisualQuery = {
        kind: 'visual',
        table,
        where: { kind: 'group', match: 'all', conditions: [{ kind: 'number', column: 'id', is: 'less', value: '40' }] },
      }
      for (const is of ['in', 'not-in'] as const) {
        const kept = await session.distinct(other, match, 1_000)
        for (const found of [
          { kind: 'query', query: other },
          { kind: 'values', ...kept },
        ] as const) {
          const member = { kind: 'member', column, is, of, match, rows: found } as const
          const query: VisualQuery = {
            kind: 'visual',
            table,
            where: { kind: 'group', match: 'all', conditions: [member] },
          }
          const expected = select(query, rows, { columns, today: { today, timeZone: 'UTC' }, members })
          expect(
            idsOf(await readAll(session, { query, uniqueId: ['id'], columns: [] })),
            `${column} ${is} ${match} by ${found.kind}`,
          ).toEqual(expected.map(({ id }) => id))
        }
      }
    }
  })

  test('the columns have the types that the conditions are made for', () => {
    expect(columns.map(({ name, type }) => [name, type])).toEqual([
      ['id', 'integer'],
      ...kinds.map(({ name, type }) => [name, type]),
    ])
  })

  test('odd letters are compared as they are written, A to Z without regard to case', async () => {
    const odd = ['É', 'é', 'e\u0301', 'İ', '\u212a', 'ß', '%', '_', '\\', "'", '😀', 'AB', ' ', 'NULL']
    const at = { today, timeZone: 'UTC' }
    for (const value of odd) {
      for (const is of ['equal', 'not-equal', 'contains', 'not-contains', 'starts', 'ends'] as const) {
        for (const cased of [{}, { matchCase: true }] as const) {
          const condition = { kind: 'text', column: 'word', is, value, ...cased } as const
          const query: VisualQuery = {
            kind: 'visual',
            table,
            where: { kind: 'group', match: 'all', conditions: [condition] },
            at,
          }
          const expected = select(query, rows, { columns, today: at })
          const read = await readAll(session, { query, uniqueId: ['id'], columns: [] })
          expect(idsOf(read), JSON.stringify(condition)).toEqual(expected.map(({ id }) => id))
        }
      }
    }
  }, 60_000)

  test('rows without a value come last, whether it is NULL or an empty text', async () => {
    const column = 'it\'s "odd" %'
    const filled = rows.filter((row) => row[column] !== null && row[column] !== '').length
    for (const descending of [true, false]) {
      for (const limit of [1, filled, filled + 1, filled + 3, filled + 6]) {
        const query: VisualQuery = {
          kind: 'visual',
          table,
          columns: ['id'],
          where: { kind: 'group', match: 'all', conditions: [] },
          sort: [{ column, descending }],
          limit,
        }
        const expected = select(query, rows, { columns, today: { today, timeZone: 'UTC' } }).map(({ id }) => Number(id))
        const read = await readAll(session, { query, uniqueId: ['id'], columns: [] })
        expect(idsOf(read), `${limit} ${descending}`).toEqual(expected.toSorted((a, b) => a - b))
      }
    }
  })

  test(`random conditions select the same rows as a plain evaluation (seed ${seed})`, async () => {
    const random = createRandom(seed)
    for (let asked = 0; asked < queries; asked++) {
      const at = { today, timeZone: random.one(zones) }
      const query: VisualQuery = { ...randomQuery(random, table, columns, 'id'), at }
      const world: World = { columns, today: at }
      const expected = select(query, rows, world)
      const told = `OUTFLOW_SEED=${seed}, query ${asked}: ${JSON.stringify(query)}`
      const picked = (query.columns ?? columns.map(({ name }) => name)).filter((name) => name !== 'id')
      const byId = expected.toSorted((a, b) => Number(a.id) - Number(b.id))
      const wanted = byId.map((row) => ['id', ...picked].map((name) => row[name]))
      const read = await readAll(session, { query, uniqueId: ['id'], columns: picked })
      expect(idsOf(read), told).toEqual(byId.map(({ id }) => id))
      expect(read, told).toEqual(wanted)
      if (asked % 5 > 0) continue
      expect(await session.count(query), told).toBe(expected.length)
      const preview = await session.preview(query, 200)
      const ids = preview.rows.map((row) => row[preview.columns.findIndex(({ name }) => name === 'id')])
      expect(ids.toSorted(byNumber), told).toEqual(byId.map(({ id }) => id))
      // What a person is shown as SQL selects the same rows.
      const written = { kind: 'sql', sql: await session.showSql(query) } as const
      const shown = await readAll(session, { query: written, uniqueId: ['id'], columns: [] })
      expect(idsOf(shown), `${told}\n${written.sql}`).toEqual(byId.map(({ id }) => id))
    }
  }, 120_000)
})

const idsOf = (read: Value[][]) => read.map(([id]) => id)
const byNumber = (a: Value | undefined, b: Value | undefined) => Number(a) - Number(b)
