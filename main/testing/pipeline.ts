/** A whole pipeline of real parts for tests: a SQLite table, the app, and a loopback receiver or the Practice CRM. */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type LoopbackServer, startLoopbackServer } from '../../connectors/testing/http.ts'
import type { Change, ChangeFilter, GuardId, Mode, Row, Run, SyncDraft } from '../../preload/api.ts'
import type { AppOptions } from '../app.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

export type Sent = { op: string; key?: unknown; record: Row }

export type Pipeline = {
  workspace: Workspace
  source: Database.Database
  receiver: LoopbackServer
  sync: string
  /** Everything the receiver was sent so far, in order. */
  sent: () => Sent[]
  plan(): Promise<Run>
  /** Pushes a plan and waits until the run is no longer under way. */
  push(run: Run, confirm?: GuardId[]): Promise<Run>
  /** Plans and pushes, confirming every guard. */
  run(): Promise<Run>
  changes(run: Run, filter?: ChangeFilter): Promise<Change[]>
  edit(more: Partial<SyncDraft>): Promise<void>
  close(): Promise<void>
}

export type PipelineOptions = {
  mode?: Mode
  /** Values of the webhook connection beside its address. */
  webhook?: Record<string, string | number | boolean>
  /** Runs on the source before anything else; the default table has `id`, `name` and `email`. */
  sql?: string
  /** The audience's SQL. */
  query?: string
  sync?: Partial<SyncDraft>
  uniqueId?: string[]
  app?: Partial<AppOptions>
}

const TABLE = 'CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, email TEXT)'

/** SQLite table `people` → webhook. */
export async function openPipeline(options: PipelineOptions = {}): Promise<Pipeline> {
  const receiver = await startLoopbackServer()
  const workspace = await openWorkspace(options.app)
  const file = join(workspace.folder, 'people.db')
  const source = new Database(file)
  source.exec(options.sql ?? TABLE)
  const { call } = workspace
  const warehouse = await call('connections.save', {
    name: 'People',
    connector: 'sqlite',
    values: { file },
    secrets: {},
  })
  const values = { url: `${receiver.origin}/hook`, key: 'id', ...options.webhook }
  const hook = await call('connections.save', { name: 'Hook', connector: 'webhook', values, secrets: {} })
  const audience = await call('audiences.save', {
    name: 'People',
    connection: warehouse.id,
    query: { kind: 'sql', sql: options.query ?? 'SELECT * FROM people' },
    uniqueId: options.uniqueId ?? ['id'],
  })
  const draft: SyncDraft = {
    name: 'People → Hook',
    audience: audience.id,
    destination: hook.id,
    object: 'records',
    mode: options.mode ?? 'upsert',
    key: 'id',
    mapping: ['id', 'name', 'email'].map((column) => ({ field: column, from: { kind: 'column', column } })),
    removal: 'delete',
    firstRun: 'send-all',
    edits: 'keep',
    guards: {},
    schedule: { kind: 'manual' },
    ...options.sync,
  }
  const { id: sync } = await call('syncs.save', draft)
  return pipelineOf(workspace, source, receiver, sync, draft)
}

/** The same pipeline after the app was closed and opened again, here or by the caller. */
export async function restarted(pipeline: Pipeline, opened?: Workspace): Promise<Pipeline> {
  const workspace = opened ?? (await pipeline.workspace.restart())
  const { updatedAt: _, ...draft } = await workspace.call('syncs.get', { id: pipeline.sync })
  return pipelineOf(workspace, pipeline.source, pipeline.receiver, pipeline.sync, draft)
}

function pipelineOf(
  workspace: Workspace,
  source: Database.Database,
  receiver: LoopbackServer,
  sync: string,
  draft: SyncDraft,
): Pipeline {
  const { call, app } = workspace
  const settled = async (run: { id: string }) => {
    const ended = await app.runs.settled(run.id)
    await app.runs.filesClosed(sync)
    return ended
  }
  const pipeline: Pipeline = {
    workspace,
    source,
    receiver,
    sync,
    sent: () => receiver.received.flatMap(({ body }) => (JSON.parse(body) as { changes: Sent[] }).changes),
    plan: async () => settled(await call('plans.make', { sync })),
    push: async (run, confirm = []) => settled(await call('plans.push', { run: run.id, confirm })),
    async run() {
      const planned = await pipeline.plan()
      return pipeline.push(
        planned,
        planned.guards.map(({ id }) => id),
      )
    },
    changes: async (run, filter = {}) => (await call('plans.changes', { run: run.id, filter, limit: 500 })).changes,
    async edit(more) {
      Object.assign(draft, more)
      const { id, name, audience, destination, object, mode, key, mapping } = { ...draft, id: sync }
      const { removal, firstRun, edits, guards, schedule } = draft
      const how = { mode, key, mapping, removal, firstRun, edits, guards, schedule }
      await call('syncs.save', { id, name, audience, destination, object, ...how })
    },
    async close() {
      await workspace.close()
      source.close()
      await receiver.close()
    },
  }
  return pipeline
}
