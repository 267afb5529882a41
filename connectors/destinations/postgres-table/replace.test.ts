import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { field, problemFrom, type TestContext, target, testContext, write } from '../../testing/destination.ts'
import { type PostgresServer, startPostgres } from '../../testing/postgres.ts'
import type { DestinationSession, Row, WriteResult } from '../../types.ts'
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
    CREATE TABLE country (code text PRIMARY KEY); INSERT INTO country VALUES ('DE'), ('FR');
    CREATE TABLE person (
      id bigint PRIMARY KEY, name varchar(10) NOT NULL, email text UNIQUE, age smallint CHECK (age >= 0),
      country text REFERENCES country, number bigint GENERATED ALWAYS AS IDENTITY,
      source text DEFAULT 'by hand', shout text GENERATED ALWAYS AS (upper(name)) STORED);
    CREATE INDEX by_age ON person (age);
    INSERT INTO person (id, name, country) VALUES (1, 'old', 'DE'), (2, 'older', 'FR')`)
  context = testContext()
  session = await open()
})
afterEach(async () => session.close())

const open = (more = {}) => {
  const { host, port, database, user, password } = server
  return postgresTable.open({ host, port, database, user, password, tls: 'disable', ...more }, context)
}
const fields = ['id', 'name', 'email', 'age', 'country'].map((id) => field(id))
const openWriter = (more = {}, by = session) =>
  by.openWriter(target({ object: 'public.person', mode: 'replace', fields, ...more }))
const person = (id: number, more: Row = {}): Row => ({
  id,
  name: `P${id}`,
  email: null,
  age: 30,
  country: 'DE',
  ...more,
})
const adds = (records: Row[]) => records.map((record) => write('add', null, record))
const replace = async (records: Row[], more = {}) => {
  const writer = await openWriter(more)
  try {
    const results = await writer.write(adds(records))
    await writer.finish()
    return results
  } finally {
    await writer.close()
  }
}
const people = async (table = 'person') =>
  (await server.query(`SELECT id || name AS t FROM ${table} ORDER BY id`)).map(({ t }) => t)
const reasonOf = (result: WriteResult | undefined) =>
  result?.status === 'refused' ? result.problem.message : result?.status

describe('what hangs on a table', () => {
  it('keeps views, rights, indexes, triggers, sequences and what the database fills itself', async () => {
    await server.query(`
      CREATE VIEW adults AS SELECT id, name FROM person WHERE age >= 18;
      CREATE TABLE log (line text);
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (new.name); RETURN new; END $$;
      CREATE TRIGGER note AFTER INSERT ON person FOR EACH ROW EXECUTE FUNCTION note();
      DROP ROLE IF EXISTS watcher; CREATE ROLE watcher; GRANT SELECT ON person TO watcher`)
    const oid = async () => (await server.query("SELECT 'person'::regclass::oid::int AS oid"))[0]?.oid
    const before = await oid()
    expect(await replace([person(3), person(4, { age: 5 })])).toEqual([{ status: 'accepted' }, { status: 'accepted' }])
    expect(await people('adults')).toEqual(['3P3'])
    expect(await oid()).toBe(before)
    expect(await server.query('SELECT shout, source, number::int FROM person ORDER BY id')).toEqual([
      { shout: 'P3', source: 'by hand', number: 3 },
      { shout: 'P4', source: 'by hand', number: 4 },
    ])
    expect(await server.query('SELECT line FROM log')).toEqual([{ line: 'P3' }, { line: 'P4' }])
    expect(await server.query("SELECT has_table_privilege('watcher', 'person', 'SELECT') AS may")).toEqual([
      { may: true },
    ])
    expect(await server.query("SELECT count(*)::int AS n FROM pg_indexes WHERE tablename = 'person'")).toEqual([
      { n: 3 },
    ])
    await server.query('DROP OWNED BY watcher; DROP ROLE watcher')
  })

  it('may be referred to by other tables, as long as their rows find what they refer to', async () => {
    const more = { object: 'public.country', fields: [field('code')] }
    await replace([{ code: 'DE' }, { code: 'FR' }, { code: 'IT' }], more)
    expect(await server.query('SELECT count(*)::int AS n FROM country')).toEqual([{ n: 3 }])
    expect(await problemFrom(replace([{ code: 'DE' }], more))).toMatchObject({
      remedy: 'edit-sync',
      message: expect.stringMatching(/^public.country was not replaced and is as it was\. .*"person"/),
    })
    expect(await server.query('SELECT count(*)::int AS n FROM country')).toEqual([{ n: 3 }])
  })

  it.each(['CASCADE', 'SET NULL', 'RESTRICT'])(
    'is not replaced where rows of others would go or change: ON DELETE %s',
    async (rule) => {
      await server.query(
        `CREATE TABLE visit (person bigint REFERENCES person ON DELETE ${rule}); INSERT INTO visit VALUES (1)`,
      )
      expect(await problemFrom(openWriter())).toMatchObject({
        remedy: 'edit-sync',
        message: expect.stringContaining('public.visit'),
      })
      expect(await server.query('SELECT person::int FROM visit')).toEqual([{ person: 1 }])
    },
  )
})

describe('bad records', () => {
  it('are refused one by one when they come, also those that only meet in different batches', async () => {
    const writer = await openWriter()
    const first = await writer.write(
      adds([
        person(1),
        person(2, { name: null }),
        person(3, { age: -1 }),
        person(4, { email: 'a' }),
        person(5, { age: 'x' }),
      ]),
    )
    const second = await writer.write(adds([person(1), person(6, { email: 'a' }), person(7), { id: 8, name: 'part' }]))
    await writer.finish()
    await writer.close()
    expect(first.map(reasonOf)).toEqual([
      'accepted',
      'Column "name" must not be empty.',
      'The table\'s rule "person_age_check" does not allow this row.',
      'accepted',
      'Column "age": "x" does not fit its type (smallint).',
    ])
    expect(second.map(reasonOf)).toEqual([
      'Another row of the table already has "1" in column "id".',
      'Another row of the table already has "a" in column "email".',
      'accepted',
      'accepted',
    ])
    expect(await people()).toEqual(['1P1', '4P4', '7P7', '8part'])
  })

  it('that refer to nothing are refused by name; what they refer to may go before the end', async () => {
    await server.query(`CREATE TABLE place (land text, town text, PRIMARY KEY (land, town)); INSERT INTO place VALUES ('DE', 'Köln');
      ALTER TABLE person ADD town text, ADD FOREIGN KEY (country, town) REFERENCES place`)
    const writer = await openWriter({ fields: [...fields, field('town')] })
    const results = await writer.write(
      adds([person(1), person(2, { country: 'XX' }), person(3, { town: 'Köln' }), person(4, { town: 'Nizza' })]),
    )
    expect(results.map(reasonOf)).toEqual([
      'accepted',
      '"XX" in column "country" has no matching row in the table "country".',
      'accepted',
      'The values in the columns "country", "town" have no matching row in the table "place".',
    ])
    await server.query('DELETE FROM place')
    expect(await problemFrom(writer.finish())).toMatchObject({
      remedy: 'edit-sync',
      message: expect.stringMatching(/^public.person was not replaced and is as it was\. .*"place"/),
    })
    await writer.close()
    expect(await people()).toEqual(['1old', '2older'])
    expect((await replace([person(1), person(2, { country: 'XX' })])).map(({ status }) => status)).toEqual([
      'accepted',
      'refused',
    ])
    expect(await people()).toEqual(['1P1'])
  })
})

describe('faults of the other side', () => {
  it('asks for the right to delete before anything is sent', async () => {
    await server.query(`DROP ROLE IF EXISTS adder; CREATE ROLE adder LOGIN PASSWORD 'adder';
      GRANT USAGE ON SCHEMA public TO adder; GRANT SELECT, INSERT ON person TO adder`)
    const adder = await open({ user: 'adder', password: 'adder' })
    expect((await problemFrom(openWriter({}, adder))).remedy).toBe('reconnect')
    await adder.close()
    await server.query('DROP OWNED BY adder; DROP ROLE adder')
  })

  it('blames no record when the connection is lost, and never swaps what is incomplete', async () => {
    const writer = await openWriter()
    await writer.write(adds([person(3)]))
    await server.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'Outflow'")
    const lost = { remedy: 'retry', unreachable: true, message: expect.stringContaining('is as it was') }
    expect(await problemFrom(writer.write(adds([person(4)])))).toMatchObject(lost)
    expect(await problemFrom(writer.write(adds([person(4)])))).toMatchObject(lost)
    expect(await problemFrom(writer.finish())).toMatchObject(lost)
    await writer.close()
    expect(await people()).toEqual(['1old', '2older'])
  })

  it('waits for whoever is writing to the table, and then replaces their rows, too', async () => {
    const writer = await openWriter()
    await writer.write(adds([person(3)]))
    await server.query("BEGIN; INSERT INTO person (id, name) VALUES (9, 'late')")
    const finishing = writer.finish()
    const waiting =
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'Outflow' AND wait_event_type = 'Lock'"
    while ((await server.query(waiting))[0]?.n !== 1);
    await server.query('COMMIT')
    await finishing
    await writer.close()
    expect(await people()).toEqual(['3P3'])
  })

  it('stops when it is canceled, and leaves no connection behind', async () => {
    const writer = await openWriter()
    await writer.write(adds([person(3)]))
    const reason = new DOMException('canceled by a person', 'AbortError')
    context.abort(reason)
    await expect(writer.finish()).rejects.toBe(reason)
    await writer.close()
    await session.close()
    const left = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'Outflow'"
    while ((await server.query(left))[0]?.n !== 0);
    expect(await people()).toEqual(['1old', '2older'])
  })
})

it('takes overlapping batches, and refuses single changes', async () => {
  const writer = await openWriter()
  await Promise.all([3, 4, 5].map((id) => writer.write(adds([person(id)]))))
  expect((await problemFrom(writer.write([write('remove', null, {})]))).remedy).toBe('edit-sync')
  await writer.finish()
  await writer.close()
  expect(await people()).toEqual(['3P3', '4P4', '5P5'])
})
