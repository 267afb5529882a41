/** Schemas that change between two runs: named before any request, or told row by row; never a silent change. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../../connectors/testing/postgres.ts'
import type { Problem } from '../../preload/api.ts'
import { openPipeline, type Pipeline } from '../testing/pipeline.ts'
import { accessTo, readFrom } from '../testing/postgres-source.ts'

let server: PostgresServer
let pipeline: Pipeline

beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())
afterEach(() => pipeline.close())

const ROWS = 50

/** Runs SQL at the source. */
let execute: (sql: string) => Promise<unknown>

/** A mirror of 50 people that were sent once. */
const sources: [name: string, open: (kind: 'table' | 'view') => Promise<void>][] = [
  [
    'SQLite',
    async (kind) => {
      pipeline = await openPipeline({
        mode: 'mirror',
        query: `SELECT id, name, email FROM ${from(kind)}`,
        sql: source(''),
      })
      execute = async (sql) => pipeline.source.exec(sql)
    },
  ],
  [
    'PostgreSQL',
    async (kind) => {
      await server.query(source('DROP TABLE IF EXISTS people CASCADE;'))
      pipeline = await openPipeline({ mode: 'mirror' })
      await readFrom(pipeline, server, { kind: 'table', table: ['public', from(kind)] })
      execute = (sql) => server.query(sql)
    },
  ],
]
const from = (kind: 'table' | 'view') => (kind === 'table' ? 'people' : 'everybody')
const source = (
  before: string,
) => `${before} CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, email TEXT, age INTEGER);
  INSERT INTO people WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ${ROWS})
    SELECT id, 'Name ' || id, 'p' || id || '@example.com', 20 + id FROM n;
  CREATE VIEW everybody AS SELECT * FROM people`

async function sentOnce(): Promise<void> {
  expect(await pipeline.run()).toMatchObject({ status: 'done', counts: { added: ROWS, accepted: ROWS } })
  pipeline.receiver.received.length = 0
}

/** The plan fails with this problem, and nothing leaves. */
async function expectNamed(problem: Partial<Record<keyof Problem, unknown>>): Promise<void> {
  const plan = await pipeline.plan()
  expect(plan).toMatchObject({ status: 'failed', counts: { removed: 0 }, problem })
  expect(plan.problem?.message).not.toMatch(/SQLITE|\b42\w{3}\b|undefined/)
  expect(pipeline.receiver.received).toEqual([])
}

describe.each(sources)('column dropped / renamed / retyped, table dropped: %s', (name, open) => {
  test('a dropped column is named', async () => {
    await open('table')
    await sentOnce()
    await execute('DROP VIEW everybody; ALTER TABLE people DROP COLUMN email')
    await expectNamed({ remedy: 'edit-sync', message: expect.stringContaining('email') })
  })

  test('a renamed column is named by the name that is missed', async () => {
    await open('table')
    await sentOnce()
    await execute('ALTER TABLE people RENAME COLUMN email TO mail')
    await expectNamed({ remedy: 'edit-sync', message: expect.stringContaining('email') })
  })

  test('a dropped table is named; when it is back, nothing has been removed', async () => {
    await open('table')
    await sentOnce()
    await execute('DROP VIEW everybody; ALTER TABLE people RENAME TO elsewhere')
    await expectNamed({ remedy: 'edit-sync', message: expect.stringContaining('people') })
    await execute('ALTER TABLE elsewhere RENAME TO people')
    expect((await pipeline.plan()).counts).toMatchObject({ added: 0, changed: 0, removed: 0, unchanged: ROWS })
  })

  test('a view that is broken is told with what it misses', async () => {
    await open('view')
    await sentOnce()
    await execute(
      name === 'SQLite' ? 'ALTER TABLE people RENAME TO elsewhere; DROP VIEW everybody' : 'DROP VIEW everybody',
    )
    if (name === 'SQLite') {
      await execute('CREATE VIEW everybody AS SELECT * FROM people')
      await expectNamed({ remedy: 'edit-sync', message: expect.stringContaining('people') })
    } else {
      await expectNamed({ remedy: 'edit-sync', message: expect.stringContaining('everybody') })
      await execute('CREATE VIEW everybody AS SELECT id, name, 1 / (id - 7) AS email FROM people')
      await expectNamed({ remedy: 'edit-sync', message: expect.stringContaining('division by zero') })
    }
  })

  test('a column that is added or moved changes nothing', async () => {
    await open('table')
    await sentOnce()
    await execute('ALTER TABLE people ADD COLUMN note TEXT')
    expect((await pipeline.plan()).counts).toMatchObject({ changed: 0, removed: 0, unchanged: ROWS })
  })

  test('a text column that becomes another text type sends nothing again', async () => {
    await open('table')
    await sentOnce()
    await retype('name', name === 'SQLite' ? 'VARCHAR(200)' : 'varchar(200)')
    expect((await pipeline.plan()).counts).toMatchObject({ added: 0, changed: 0, removed: 0, unchanged: ROWS })
  })

  test('a number column that becomes text is a change, and the plan shows the value before and after', async () => {
    await open('table')
    const line = (column: string, field = column) => ({ field, from: { kind: 'column' as const, column } })
    const whole = { audience: await withAge(name) }
    await pipeline.edit({ ...whole, mapping: [line('id'), line('name'), line('age')] })
    await sentOnce()
    await retype('age', 'TEXT')
    const plan = await pipeline.plan()
    // 21 and "21" are not the same to a webhook.
    expect(plan.counts).toMatchObject({ added: 0, changed: ROWS, removed: 0 })
    const [change] = await pipeline.changes(plan)
    expect(change).toMatchObject({ before: { age: 21 }, after: { age: '21' } })
  })
})

async function withAge(name: string): Promise<string> {
  const { call } = pipeline.workspace
  const { audience } = await call('syncs.get', { id: pipeline.sync })
  const { updatedAt: _, ...draft } = await call('audiences.get', { id: audience })
  if (name === 'SQLite') await call('audiences.save', { ...draft, query: { kind: 'sql', sql: 'SELECT * FROM people' } })
  return audience
}

/** SQLite has no ALTER COLUMN TYPE: the table is made anew, as its users do it. */
async function retype(column: string, type: string): Promise<void> {
  if (execute !== undefined && pipeline.source.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'people'").get()) {
    const type1 = column === 'name' ? type : 'TEXT'
    const age = column === 'age' ? type : 'INTEGER'
    await execute(`DROP VIEW everybody; ALTER TABLE people RENAME TO old;
      CREATE TABLE people (id INTEGER PRIMARY KEY, name ${type1}, email TEXT, age ${age});
      INSERT INTO people SELECT * FROM old; DROP TABLE old`)
  } else await execute(`DROP VIEW everybody; ALTER TABLE people ALTER COLUMN ${column} TYPE ${type}`)
}

describe('the destination changes: a table of PostgreSQL', () => {
  /** From a table that stays as it is, into one that changes. */
  async function open(rows = 'NULL'): Promise<void> {
    await server.query(`DROP TABLE IF EXISTS people CASCADE; DROP TABLE IF EXISTS target; DROP TYPE IF EXISTS plan_name CASCADE;
      CREATE TYPE plan_name AS ENUM ('free', 'pro', 'gold');
      CREATE TABLE people (id int PRIMARY KEY, name text, plan text);
      INSERT INTO people VALUES (1, 'Ada', 'free'), (2, 'Grace', 'gold'), (3, ${rows}, 'pro');
      CREATE TABLE target (id int PRIMARY KEY, name text, plan plan_name)`)
    pipeline = await openPipeline()
    const there = await pipeline.workspace.call('connections.save', {
      name: 'There',
      ...accessTo(server),
      connector: 'postgres-table',
    })
    const line = (column: string) => ({ field: column, from: { kind: 'column' as const, column } })
    const mapping = ['id', 'name', 'plan'].map(line)
    const sync = { mapping, destination: there.id, object: 'public.target', key: 'id', mode: 'upsert' as const }
    await readFrom(
      pipeline,
      server,
      { kind: 'table', table: ['public', 'people'] },
      { sync: { ...sync, removal: 'nothing' } },
    )
    expect(await pipeline.run()).toMatchObject({ status: 'done', counts: { added: 3, accepted: 3 } })
  }

  const stored = () => server.query('SELECT id, name, plan::text FROM target ORDER BY id')

  async function expectNothingWritten(message: unknown): Promise<void> {
    const before = await stored().catch(() => 'gone')
    expect(await pipeline.plan()).toMatchObject({ status: 'failed', problem: { remedy: 'edit-sync', message } })
    expect(await stored().catch(() => 'gone')).toEqual(before)
  }

  test('a column that is dropped there is named before anything is written', async () => {
    await open()
    await server.query('ALTER TABLE target DROP COLUMN name')
    expect(await pipeline.plan()).toMatchObject({
      status: 'failed',
      problem: { remedy: 'edit-sync', message: expect.stringContaining('name') },
    })
  })

  test('a table that is dropped there is named', async () => {
    await open()
    await server.query('DROP TABLE target')
    await expectNothingWritten(expect.stringContaining('target'))
  })

  test('a column that is dropped between plan and push stops the push, and no row is refused', async () => {
    await open()
    await server.query("UPDATE people SET name = 'New' WHERE id = 1")
    const planned = await pipeline.plan()
    await server.query('ALTER TABLE target DROP COLUMN name')
    const run = await pipeline.push(planned)
    expect(run).toMatchObject({
      counts: { accepted: 0, refused: 0 },
      problem: { remedy: 'edit-sync', message: expect.stringContaining('name') },
    })
  })

  test('NOT NULL that is added there makes the empty rows invalid, and only them', async () => {
    await open()
    await server.query(
      "UPDATE target SET name = '?' WHERE name IS NULL; ALTER TABLE target ALTER COLUMN name SET NOT NULL",
    )
    await server.query("UPDATE people SET plan = 'free'")
    const run = await pipeline.run()
    expect(run).toMatchObject({ status: 'done', counts: { changed: 1, accepted: 1, invalid: 1, unchanged: 1 } })
    expect(await pipeline.changes(run, { op: 'invalid' })).toMatchObject([
      { label: '3', problem: { remedy: 'fix-record', message: 'name is empty, and it is required.' } },
    ])
  })

  test('a required field that is new there and not mapped is named, and nothing is written without it', async () => {
    await open("'Edsger'")
    await server.query(`ALTER TABLE target ADD COLUMN country text NOT NULL DEFAULT '';
      ALTER TABLE target ALTER COLUMN country DROP DEFAULT; INSERT INTO people VALUES (4, 'New', 'free')`)
    const before = await stored()
    expect(await pipeline.plan()).toMatchObject({
      status: 'failed',
      problem: { remedy: 'edit-sync', message: expect.stringContaining('“country”') },
    })
    expect(await stored()).toEqual(before)
  })

  test('a choice that is removed there makes the rows that hold it invalid, with the choices that are left', async () => {
    await open("'Edsger'")
    await server.query(`CREATE TYPE plan_now AS ENUM ('free', 'pro');
      ALTER TABLE target ALTER COLUMN plan TYPE plan_now USING (CASE plan::text WHEN 'gold' THEN 'pro' ELSE plan::text END)::plan_now;
      UPDATE people SET name = name || '!'`)
    const run = await pipeline.run()
    expect(run).toMatchObject({ status: 'done', counts: { changed: 2, accepted: 2, invalid: 1 } })
    expect(await pipeline.changes(run, { op: 'invalid' })).toMatchObject([
      { label: '2', problem: { message: 'plan: “gold” is not one of the choices free, pro.' } },
    ])
    await server.query('ALTER TABLE target ALTER COLUMN plan TYPE text; DROP TYPE plan_now')
  })
})
