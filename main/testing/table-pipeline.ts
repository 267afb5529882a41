/** A SQLite table that is synced into a real PostgreSQL table, where people edit by hand; for tests. */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import pg from 'pg'
import { type PostgresServer, startPostgres } from '../../connectors/testing/postgres.ts'
import type { Change, ChangeFilter, Run, SyncDraft } from '../../preload/api.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

export type TablePipeline = {
  workspace: Workspace
  source: Database.Database
  postgres: PostgresServer
  sync: string
  /** What the table holds, by id. */
  rows(): Promise<Record<string, unknown>[]>
  edit(more: Partial<SyncDraft>): Promise<void>
  plan(): Promise<Run>
  push(run: Run): Promise<Run>
  /** Plans and pushes, confirming every guard. */
  run(): Promise<Run>
  undo(run: Run): Promise<Run>
  changes(run: Run, filter?: ChangeFilter): Promise<Change[]>
  /** Pushes a plan, and closes the app while the table does not answer; then it is opened again. */
  cutOff(run: Run): Promise<void>
  close(): Promise<void>
}

let server: Promise<PostgresServer> | undefined

/** The server is started once for all pipelines of a test file. */
export async function stopServer(): Promise<void> {
  await (await server)?.stop()
}

/** `people (id, name, email, city)` on both sides, found by id; `there` are rows that the table holds already. */
export async function openTablePipeline(
  rows: string,
  { there = '', ...more }: Partial<SyncDraft> & { there?: string } = {},
): Promise<TablePipeline> {
  server ??= startPostgres()
  const postgres = await server
  await postgres.query('DROP TABLE IF EXISTS people')
  await postgres.query('CREATE TABLE people (id integer PRIMARY KEY, name text, email text, city text)')
  if (there) await postgres.query(`INSERT INTO people VALUES ${there}`)
  const workspace = await openWorkspace()
  const file = join(workspace.folder, 'people.db')
  const source = new Database(file)
  source.exec('CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, email TEXT, city TEXT)')
  source.exec(`INSERT INTO people VALUES ${rows}`)
  const { call } = workspace
  const made = { values: { file }, secrets: {} }
  const warehouse = await call('connections.save', { name: 'People', connector: 'sqlite', ...made })
  const { host, port, database, user, password } = postgres
  const table = await call('connections.save', {
    name: 'Table',
    connector: 'postgres-table',
    values: { how: 'form', host, port, database, user, tls: 'disable' },
    secrets: { password },
  })
  const audience = await call('audiences.save', {
    name: 'People',
    connection: warehouse.id,
    query: { kind: 'table', table: ['people'] },
    uniqueId: ['id'],
  })
  const draft: SyncDraft = {
    name: 'People → Table',
    audience: audience.id,
    destination: table.id,
    object: 'public.people',
    mode: 'upsert',
    key: 'id',
    mapping: ['id', 'name', 'email', 'city'].map((column) => ({ field: column, from: { kind: 'column', column } })),
    removal: 'delete',
    firstRun: 'send-all',
    edits: 'keep',
    guards: {},
    schedule: { kind: 'manual' },
    ...more,
  }
  const { id: sync } = await call('syncs.save', draft)
  const settled = async (run: { id: string }) => {
    const { runs } = pipeline.workspace.app
    const ended = await runs.settled(run.id)
    await runs.filesClosed(sync)
    return ended
  }
  const ask: Workspace['call'] = (method, input) => pipeline.workspace.call(method, input)
  const pipeline: TablePipeline = {
    workspace,
    source,
    postgres,
    sync,
    rows: () => postgres.query('SELECT * FROM people ORDER BY id'),
    edit: async (changed) => void (await ask('syncs.save', Object.assign(draft, changed, { id: sync }))),
    plan: async () => settled(await ask('plans.make', { sync })),
    push: async (run) =>
      settled(await ask('plans.push', { run: run.id, confirm: [...new Set(run.guards.map(({ id }) => id))] })),
    async run() {
      const run = await pipeline.push(await pipeline.plan())
      if (run.status !== 'done') throw new Error(`${run.status}: ${run.problem?.message} ${run.problem?.detail}`)
      return run
    },
    undo: async (run) => settled(await ask('runs.undo', { id: run.id })),
    changes: async (run, filter = {}) => (await ask('plans.changes', { run: run.id, filter, limit: 500 })).changes,
    async cutOff({ id: run, guards }) {
      const lock = new pg.Client({ ...postgres })
      await lock.connect()
      await lock.query('BEGIN; LOCK TABLE people IN SHARE MODE')
      await ask('plans.push', { run, confirm: [...new Set(guards.map((guard) => guard.id))] })
      const waiting = `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'people'::regclass`
      while ((await lock.query(waiting)).rows.length === 0) await delay(20)
      pipeline.workspace = await pipeline.workspace.restart()
      await lock.end()
    },
    async close() {
      await pipeline.workspace.close()
      source.close()
    },
  }
  return pipeline
}
