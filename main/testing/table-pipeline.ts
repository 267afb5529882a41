/** A SQLite table that is synced into a real PostgreSQL table, where people edit by hand; for tests. */
import { join } from 'node:path'
import Database from 'better-sqlite3'
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
  const { call, app } = workspace
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
    const ended = await app.runs.settled(run.id)
    await app.runs.filesClosed(sync)
    return ended
  }
  const pipeline: TablePipeline = {
    workspace,
    source,
    postgres,
    sync,
    rows: () => postgres.query('SELECT * FROM people ORDER BY id'),
    edit: async (changed) => void (await call('syncs.save', Object.assign(draft, changed, { id: sync }))),
    plan: async () => settled(await call('plans.make', { sync })),
    push: async (run) =>
      settled(await call('plans.push', { run: run.id, confirm: [...new Set(run.guards.map(({ id }) => id))] })),
    async run() {
      const run = await pipeline.push(await pipeline.plan())
      if (run.status !== 'done') throw new Error(`${run.status}: ${run.problem?.message} ${run.problem?.detail}`)
      return run
    },
    undo: async (run) => settled(await call('runs.undo', { id: run.id })),
    changes: async (run, filter = {}) => (await call('plans.changes', { run: run.id, filter, limit: 500 })).changes,
    async close() {
      await workspace.close()
      source.close()
    },
  }
  return pipeline
}
