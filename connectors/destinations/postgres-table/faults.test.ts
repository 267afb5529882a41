import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { field, problemFrom, type TestContext, target, testContext, write } from '../../testing/destination.ts'
import { type PostgresServer, startPostgres } from '../../testing/postgres.ts'
import type { DestinationSession, Mode, Row } from '../../types.ts'
import { postgresTable } from './index.ts'

let server: PostgresServer
let context: TestContext
let session: DestinationSession

beforeAll(async () => {
  server = await startPostgres()
}, 60_000)
afterAll(async () => server?.stop())
beforeEach(async () => {
  await server.query(`
    DROP SCHEMA public CASCADE; CREATE SCHEMA public;
    CREATE TABLE person (id bigint PRIMARY KEY, name text NOT NULL, email text UNIQUE, age smallint)`)
  context = testContext()
  const { host, port, database, user, password } = server
  session = await postgresTable.open({ host, port, database, user, password, tls: 'disable' }, context)
})
afterEach(async () => session.close())

const fields = ['id', 'name', 'email', 'age'].map((id) => field(id))
const openWriter = (mode: Mode, more: { key?: string } = {}) =>
  session.openWriter(target({ object: 'public.person', mode, key: 'id', fields, ...more }))
const person = (id: number): Row => ({ id, name: `P${id}`, email: null, age: 30 })
const add = (record: Row) => write('add', record.id ?? null, record)
const names = async () => (await server.query('SELECT id || name AS t FROM person ORDER BY id')).map(({ t }) => t)

describe('faults of the other side', () => {
  it('names a column that is gone before it sends anything', async () => {
    await server.query('ALTER TABLE person RENAME age TO years')
    expect(await problemFrom(openWriter('upsert'))).toMatchObject({
      remedy: 'edit-sync',
      message: expect.stringContaining('"age"'),
    })
  })

  it('names a key that is no longer unique', async () => {
    await server.query('ALTER TABLE person DROP CONSTRAINT person_email_key')
    expect(await problemFrom(openWriter('upsert', { key: 'email' }))).toMatchObject({
      remedy: 'edit-sync',
      message: expect.stringContaining('"email"'),
    })
  })

  it('asks to correct the sync when the table is dropped between two batches', async () => {
    const writer = await openWriter('upsert')
    await server.query('DROP TABLE person')
    expect((await problemFrom(writer.write([add(person(1))]))).remedy).toBe('edit-sync')
  })

  it('asks for rights that the user does not have', async () => {
    await server.query(
      "CREATE ROLE reader LOGIN PASSWORD 'reader'; GRANT USAGE ON SCHEMA public TO reader; GRANT SELECT ON person TO reader",
    )
    try {
      const { host, port, database } = server
      const reader = await postgresTable.open(
        { host, port, database, user: 'reader', password: 'reader', tls: 'disable' },
        context,
      )
      expect(await reader.listObjects()).toEqual([])
      const writer = await reader.openWriter(target({ object: 'public.person', mode: 'upsert', key: 'id', fields }))
      expect((await problemFrom(writer.write([add(person(1))]))).remedy).toBe('reconnect')
      await reader.close()
    } finally {
      await server.query('DROP OWNED BY reader; DROP ROLE reader')
    }
  })

  it('may be tried again after the server has cut the connection', async () => {
    const writer = await openWriter('upsert')
    await writer.write([add(person(1))])
    await server.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'Outflow'")
    expect((await problemFrom(writer.write([add(person(2))]))).remedy).toBe('retry')
    expect(await writer.write([add(person(2))])).toEqual([{ status: 'accepted', created: true }])
  })

  it('blames no record, and leaves nothing open, when no connection can be made', async () => {
    const other = await startPostgres()
    const { host, port, database, user, password } = other
    const there = await postgresTable.open({ host, port, database, user, password, tls: 'disable' }, context)
    await other.query('CREATE TABLE person (id bigint, name text)')
    const writer = await there.openWriter(
      target({ object: 'public.person', mode: 'append', fields: fields.slice(0, 2) }),
    )
    await other.stop()
    await problemFrom(writer.write([add(person(1))]))
    const found = await problemFrom(writer.write([add(person(1))]))
    expect(found).toMatchObject({ remedy: 'retry', unreachable: true })
    expect(found.outcomeUnknown).toBeUndefined()
    await there.close()
  }, 60_000)

  it.each([
    ['before the commit nothing was added', 'BEFORE', undefined],
    ['in the commit nobody knows', 'AT COMMIT', true],
  ])('knows what a lost connection means for rows that are only added: %s', async (_what, moment, outcomeUnknown) => {
    await server.query(`
      CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN new; END $$;
      ${
        moment === 'BEFORE'
          ? 'CREATE TRIGGER cut BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION cut()'
          : // The only thing that runs at the commit although constraints are checked at once.
            `CREATE TABLE shadow (id bigint); CREATE FUNCTION later() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               SET CONSTRAINTS ALL DEFERRED; INSERT INTO shadow VALUES (new.id); RETURN new; END $$;
             CREATE TRIGGER later AFTER INSERT ON person FOR EACH ROW EXECUTE FUNCTION later();
             CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON shadow DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cut()`
      }`)
    const writer = await openWriter('append')
    const found = await problemFrom(writer.write([add(person(1))]))
    expect(found.remedy).toBe('retry')
    expect(found.outcomeUnknown).toBe(outcomeUnknown)
  })

  it('stops in the middle of a batch when it is canceled, and nothing of the batch is kept', async () => {
    const writer = await openWriter('upsert')
    await server.query('BEGIN; LOCK TABLE person')
    const writing = writer.write([add(person(1))])
    const reason = new DOMException('canceled by a person', 'AbortError')
    const waiting =
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'Outflow' AND wait_event_type = 'Lock'"
    while ((await server.query(waiting))[0]?.n !== 1);
    context.abort(reason)
    await expect(writing).rejects.toBe(reason)
    await server.query('COMMIT')
    const left = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'Outflow'"
    while ((await server.query(left))[0]?.n !== 0);
    expect(await names()).toEqual([])
  })

  it('speaks of a database that is not there, and of a server that does not answer', async () => {
    const values = { host: '127.0.0.1', port: 1, database: 'x', user: 'x', password: 'x', tls: 'disable' }
    expect(await problemFrom(postgresTable.open(values, context))).toMatchObject({
      remedy: 'retry',
      message: expect.stringContaining('No database answers'),
    })
  })
})
