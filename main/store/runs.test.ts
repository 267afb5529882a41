import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { noCounts } from '../runs/worker-messages.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { runStore } from './runs.ts'
import { openStore } from './store.ts'

const at = '2026-03-01T09:30:00.000Z'
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-runs-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The file as version 5 left it, with runs of these statuses and remedies. */
function fileOfVersion5(runs: Record<string, { status: string; remedy: string }>): void {
  const db = new Database(join(folder, 'outflow.db'))
  migrate(db, migrations.slice(0, 5))
  db.exec(`
    INSERT INTO connection (id, name, connector, kind, form, status, created_at)
      VALUES ('warehouse', 'W', 'sqlite', 'source', '{}', 'ok', '${at}'), ('crm', 'C', 'webhook', 'destination', '{}', 'ok', '${at}');
    INSERT INTO audience (id, name, connection, query, unique_id, updated_at)
      VALUES ('a', 'A', 'warehouse', '{"kind":"table","table":["t"]}', '["id"]', '${at}');
    INSERT INTO sync (id, name, audience, destination, object, mode, mapping, removal, schedule, updated_at)
      VALUES ('s', 'S', 'a', 'crm', 'o', 'upsert', '[]', 'nothing', '{"kind":"manual"}', '${at}');`)
  const put =
    db.prepare(`INSERT INTO run (id, sync, status, started_by, counts, read, guards, started_at, problem, signature)
    VALUES (?, 's', ?, 'person', ?, 0, '[]', ?, ?, '')`)
  for (const [id, { status, remedy }] of Object.entries(runs)) {
    put.run(id, status, JSON.stringify(noCounts()), at, JSON.stringify({ remedy, message: 'No.' }))
  }
  db.close()
}

test('a run of an older version that waits for a sign-in waits for the one to its destination', () => {
  fileOfVersion5({
    waiting: { status: 'waiting', remedy: 'reconnect' },
    other: { status: 'waiting', remedy: 'edit-sync' },
    failed: { status: 'failed', remedy: 'reconnect' },
  })
  const store = openStore(folder)
  const runs = runStore(store.db)
  expect(runs.get('waiting')?.needsSignIn).toBe('crm')
  expect(runs.get('other')).not.toHaveProperty('needsSignIn')
  expect(runs.get('failed')).not.toHaveProperty('needsSignIn')
  store.close()
})

test('the connection that a run needs is kept, and forgotten when it is over', () => {
  fileOfVersion5({ waiting: { status: 'waiting', remedy: 'reconnect' } })
  let store = openStore(folder)
  const { needsSignIn, problem, ...run } = runStore(store.db).get('waiting') ?? {}
  expect([needsSignIn, problem?.remedy]).toEqual(['crm', 'reconnect'])
  runStore(store.db).save({ ...(run as Parameters<ReturnType<typeof runStore>['save']>[0]), needsSignIn: 'warehouse' })
  store.close()
  store = openStore(folder)
  expect(runStore(store.db).get('waiting')?.needsSignIn).toBe('warehouse')
  runStore(store.db).save(run as Parameters<ReturnType<typeof runStore>['save']>[0])
  expect(runStore(store.db).get('waiting')).not.toHaveProperty('needsSignIn')
  store.close()
})
