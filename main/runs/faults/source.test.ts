import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../connectors/testing/postgres.ts'
import { openPipeline, type Pipeline } from '../../testing/pipeline.ts'
import { readFrom } from '../../testing/postgres-source.ts'
import { type NetworkFault, startTcpProxy } from '../../testing/tcp-proxy.ts'

let server: PostgresServer
let pipeline: Pipeline

beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())
afterEach(() => pipeline.close())

const KEY = 4_711

test('source dies mid-read: the plan fails, no removals, and what was sent is still known', async () => {
  pipeline = await openPipeline({ mode: 'mirror', webhook: { batchSize: 10_000 } })
  const { call, app } = pipeline.workspace
  await server.query(`CREATE TABLE people AS SELECT id, 'Name ' || id AS name, 'x@example.com' AS email
    FROM generate_series(1, 20000) AS id`)
  await server.query('CREATE TABLE range AS SELECT 0 AS low')
  // The last row waits for a lock that the test holds: by then the plan has seen all the others.
  await server.query(`CREATE FUNCTION gate(id int, name text) RETURNS text LANGUAGE plpgsql AS $$
    BEGIN IF id = 20000 THEN PERFORM pg_advisory_lock_shared(${KEY}); END IF; RETURN name; END $$`)
  await readFrom(pipeline, server, {
    kind: 'sql',
    sql: 'SELECT id, gate(id, name) AS name, email FROM people WHERE id > (SELECT low FROM range) ORDER BY id',
  })
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

describe.each<[NetworkFault, RegExp]>([
  ['cut', /connection to the database was lost/],
  ['closed', /connection to the database was lost/],
  ['garbled', /garbled|connection to the database was lost/],
])('source dies mid-read: the network is %s in the middle of COPY', (fault, message) => {
  test('the plan fails, removes nothing, and the next one is complete', async () => {
    const proxy = await startTcpProxy(server.port)
    try {
      await openWith(proxy.port)
      proxy.fail(fault, { what: 'answers', after: 300_000 })
      const failed = await pipeline.plan()
      expect(failed).toMatchObject({
        status: 'failed',
        counts: { added: 0, changed: 0, removed: 0 },
        problem: { remedy: 'retry', message: expect.stringMatching(message) },
      })
      expect(await pipeline.workspace.refusal('plans.push', { run: failed.id, confirm: [] })).toMatchObject({
        remedy: 'retry',
      })
      expect((await pipeline.plan()).counts).toMatchObject({ added: 0, changed: 0, removed: 0, unchanged: 20_000 })
      expect(pipeline.sent()).toEqual([])
    } finally {
      await proxy.close()
    }
  })
})

test('source dies mid-read: one that falls silent in the middle of COPY can be canceled, and nothing was sent', async () => {
  const proxy = await startTcpProxy(server.port)
  try {
    await openWith(proxy.port)
    proxy.fail('stalled', { what: 'answers', after: 300_000 })
    const stalled = proxy.failed()
    const { id } = await pipeline.workspace.call('plans.make', { sync: pipeline.sync })
    await stalled
    await pipeline.workspace.call('runs.cancel', { id })
    expect(await pipeline.workspace.app.runs.settled(id)).toMatchObject({ status: 'canceled' })
    expect((await pipeline.plan()).counts).toMatchObject({ removed: 0, unchanged: 20_000 })
    expect(pipeline.sent()).toEqual([])
  } finally {
    await proxy.close()
  }
})

test('source dies mid-read: one that is out of reach fails the plan with a sentence', async () => {
  const proxy = await startTcpProxy(server.port)
  await openWith(proxy.port)
  await proxy.close()
  expect(await pipeline.plan()).toMatchObject({
    status: 'failed',
    problem: { remedy: 'retry', message: expect.stringContaining('No database answers') },
  })
})

/** A mirror of 20,000 rows that were sent, read through this port. */
async function openWith(port: number): Promise<void> {
  pipeline = await openPipeline({ mode: 'mirror', webhook: { batchSize: 10_000 } })
  await server.query(`DROP TABLE IF EXISTS people; CREATE TABLE people AS
    SELECT id, 'Name ' || id AS name, 'x@example.com' AS email FROM generate_series(1, 20000) AS id`)
  await readFrom(pipeline, server, { kind: 'table', table: ['public', 'people'] }, { proxy: port })
  expect(await pipeline.run()).toMatchObject({ status: 'done', counts: { added: 20_000, accepted: 20_000 } })
  pipeline.receiver.received.length = 0
}
