import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../connectors/testing/postgres.ts'
import { openPipeline, type Pipeline } from './testing/pipeline.ts'

let server: PostgresServer
let pipeline: Pipeline

beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())
afterEach(() => pipeline.close())

const KEY = 4_711

test('a source that dies in the middle of reading fails the plan: no removals, and what was sent is still known', async () => {
  pipeline = await openPipeline({ mode: 'mirror', webhook: { batchSize: 10_000 } })
  const { call, app } = pipeline.workspace
  await server.query(`CREATE TABLE people AS SELECT id, 'Name ' || id AS name, 'x@example.com' AS email
    FROM generate_series(1, 20000) AS id`)
  const { host, port, user, password, database } = server
  const { id: connection } = await call('connections.save', {
    name: 'Shop',
    connector: 'postgres',
    values: { host, port, user, database, tls: 'disable' },
    secrets: { password },
  })
  await server.query('CREATE TABLE range AS SELECT 0 AS low')
  // The last row waits for a lock that the test holds: by then the plan has seen all the others.
  await server.query(`CREATE FUNCTION gate(id int, name text) RETURNS text LANGUAGE plpgsql AS $$
    BEGIN IF id = 20000 THEN PERFORM pg_advisory_lock_shared(${KEY}); END IF; RETURN name; END $$`)
  const { id: audience } = await call('audiences.save', {
    name: 'Gated',
    connection,
    query: {
      kind: 'sql',
      sql: 'SELECT id, gate(id, name) AS name, email FROM people WHERE id > (SELECT low FROM range) ORDER BY id',
    },
    uniqueId: ['id'],
  })
  await pipeline.edit({ audience })
  expect(await pipeline.run()).toMatchObject({ status: 'done', counts: { added: 20_000, accepted: 20_000 } })
  pipeline.receiver.received.length = 0

  await server.query('UPDATE range SET low = 100')
  await server.query(`SELECT pg_advisory_lock(${KEY})`)
  const run = await call('plans.make', { sync: pipeline.sync })
  await server.query(`DO $$ BEGIN
    WHILE NOT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted) LOOP
      PERFORM pg_sleep(0.02);
    END LOOP;
    PERFORM pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted;
  END $$`)
  const failed = await app.runs.settled(run.id)
  expect(failed).toMatchObject({ status: 'failed', problem: { remedy: 'retry' } })
  expect(failed.counts.removed).toBe(0)
  expect(failed.read).toBeGreaterThan(10_000)
  expect(await pipeline.workspace.refusal('plans.push', { run: run.id, confirm: [] })).toMatchObject({
    remedy: 'retry',
  })
  expect(pipeline.sent()).toEqual([])

  await server.query(`SELECT pg_advisory_unlock(${KEY})`)
  expect((await pipeline.plan()).counts).toMatchObject({ added: 0, changed: 0, removed: 100, unchanged: 19_900 })
})
