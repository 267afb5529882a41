import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { field, type TestContext, target, testContext, write } from '../../testing/destination.ts'
import { type PostgresServer, startPostgres } from '../../testing/postgres.ts'
import type { DestinationSession, Field, Mode, Row, Value, Write, WriteResult } from '../../types.ts'
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
    CREATE TYPE mood AS ENUM ('calm', 'busy');
    CREATE TABLE country (code text PRIMARY KEY); INSERT INTO country VALUES ('DE'), ('FR');
    CREATE TABLE person (
      id bigint PRIMARY KEY, name varchar(10) NOT NULL, email text UNIQUE, age smallint CHECK (age >= 0),
      country text REFERENCES country, mood mood DEFAULT 'calm' NOT NULL,
      shout text GENERATED ALWAYS AS (upper(name)) STORED)`)
  context = testContext()
  const { host, port, database, user, password } = server
  session = await postgresTable.open({ host, port, database, user, password, tls: 'disable' }, context)
})
afterEach(async () => session.close())

const fields = ['id', 'name', 'email', 'age', 'country'].map((id) => field(id))
const openWriter = (mode: Mode, more: { fields?: Field[]; object?: string; key?: string } = {}) =>
  session.openWriter(target({ object: 'public.person', mode, key: 'id', fields, ...more }))
const person = (id: Value, more: Row = {}): Row => ({
  id,
  name: `P${String(id)}`,
  email: null,
  age: 30,
  country: 'DE',
  ...more,
})
const add = (record: Row): Write => write('add', record.id ?? null, record)
const send = async (mode: Mode, writes: Write[], more = {}) => (await openWriter(mode, more)).write(writes)
const reasonOf = (result: WriteResult | undefined) =>
  result?.status === 'refused' ? result.problem.message : result?.status
const names = async () => (await server.query('SELECT id || name AS t FROM person ORDER BY id')).map(({ t }) => t)

describe('what the catalog says', () => {
  it('offers tables with their unique columns, and says what is possible with a table without one', async () => {
    await server.query('CREATE TABLE "Odd.Name" (a int UNIQUE, b int, UNIQUE (a, b)); CREATE TABLE loose (x int)')
    const objects = await session.listObjects()
    expect(objects.map(({ id, keys }) => [id, keys])).toEqual([
      ['public."Odd.Name"', ['a']],
      ['public.country', ['code']],
      ['public.loose', []],
      ['public.person', ['id', 'email']],
    ])
    expect(objects.find(({ id }) => id === 'public.loose')).toMatchObject({
      modes: ['replace', 'append'],
      removals: [],
      readable: false,
      notes: [expect.stringContaining('unique'), expect.stringContaining('all rows')],
    })
  })

  it('leaves out indexes that ON CONFLICT cannot use', async () => {
    await server.query(`CREATE TABLE t (a int, b int, c int UNIQUE DEFERRABLE);
      CREATE UNIQUE INDEX ON t (a) WHERE b > 0; CREATE UNIQUE INDEX ON t (abs(b))`)
    expect((await session.listObjects()).find(({ id }) => id === 'public.t')?.keys).toEqual([])
  })

  it('knows type, length, choices, what is required and what the database fills itself', async () => {
    const found = await session.listFields('public.person')
    expect(found.map(({ id, type, required, readOnly }) => [id, type, required, readOnly])).toEqual([
      ['id', 'integer', true, false],
      ['name', 'text', true, false],
      ['email', 'text', false, false],
      ['age', 'integer', false, false],
      ['country', 'text', false, false],
      ['mood', 'text', false, false],
      ['shout', 'text', false, true],
    ])
    expect(found[1]?.maxLength).toBe(10)
    expect(found[5]?.choices?.map(({ value }) => value)).toEqual(['calm', 'busy'])
  })

  it('knows what a column holds, also of a domain, and the server rounds or refuses beyond it', async () => {
    await server.query(`CREATE DOMAIN price AS numeric(10,2);
      CREATE TABLE kept (id int PRIMARY KEY, n numeric(6,1), free numeric, p price, at timestamptz(0), t time(3));
      CREATE TABLE held (id int PRIMARY KEY, small smallint, large bigint, r real, d double precision, m money, l timestamp,
        thousands numeric(2,-3), tiny numeric(3,5), list numeric(4,2)[])`)
    const found = await session.listFields('public.kept')
    const range = ['-2147483648', '2147483647']
    expect(found.map(({ id, holds }) => [id, holds])).toEqual([
      ['id', { range }],
      ['n', { decimals: 1, wholeDigits: 5 }],
      ['free', undefined],
      ['p', { decimals: 2, wholeDigits: 8 }],
      ['at', { decimals: 0 }],
      ['t', { decimals: 3 }],
    ])
    const held = await session.listFields('public.held')
    expect(held.slice(1).map(({ id, holds }) => [id, holds])).toEqual([
      ['small', { range: ['-32768', '32767'] }],
      ['large', { range: ['-9223372036854775808', '9223372036854775807'] }],
      ['r', { single: true }],
      ['d', undefined],
      ['m', { decimals: 2 }],
      ['l', { decimals: 6 }],
      ['thousands', { decimals: -3, wholeDigits: 5 }],
      ['tiny', { decimals: 5, wholeDigits: -2 }],
      ['list', undefined],
    ])
    const record = { id: 1, n: '1.25', free: '1.25', p: '-0.005', at: '2026-03-01T08:00:01.6Z', t: '10:00:00.1239' }
    await send('upsert', [add(record)], { object: 'public.kept', fields: found })
    const kept = { n: '1.3', free: '1.25', p: '-0.01', at: '2026-03-01T08:00:02Z', t: '10:00:00.124' }
    expect(await session.read?.('public.kept', 'id', [1], Object.keys(kept))).toEqual([kept])
  })
})

describe('the modes', () => {
  beforeEach(() => server.query("INSERT INTO person (id, name) VALUES (1, 'old')"))

  it('upsert adds and changes, and leaves columns alone that are not mapped', async () => {
    await server.query("UPDATE person SET mood = 'busy'")
    expect(await send('upsert', [add(person(1)), add(person(2))])).toEqual([
      { status: 'accepted', created: false },
      { status: 'accepted', created: true },
    ])
    expect(await server.query('SELECT id::int, name, mood FROM person ORDER BY id')).toEqual([
      { id: 1, name: 'P1', mood: 'busy' },
      { id: 2, name: 'P2', mood: 'calm' },
    ])
  })

  it('insert skips what is there, also between others', async () => {
    const results = await send('insert', [add(person(0)), add(person(1)), add(person(2))])
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'skipped', 'accepted'])
    expect(await names()).toEqual(['0P0', '1old', '2P2'])
  })

  it('update skips what is not there', async () => {
    const results = await send('update', [add(person(0)), add(person(1))])
    expect(results.map(({ status }) => status)).toEqual(['skipped', 'accepted'])
    expect(await names()).toEqual(['1P1'])
  })

  it('removes by the key that was sent last; what is gone is fine', async () => {
    const results = await send('mirror', [write('remove', 1, {}), write('remove', 9, {}), add(person(2))])
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'accepted', 'accepted'])
    expect(await names()).toEqual(['2P2'])
  })

  it('follows a record whose key has changed instead of leaving the old row behind', async () => {
    const change = (id: number, was: number) => write('change', id, person(id), { previous: person(was) })
    expect(await send('upsert', [change(5, 1), change(6, 4)])).toEqual([
      { status: 'accepted', created: false },
      { status: 'accepted', created: true },
    ])
    expect(await names()).toEqual(['5P5', '6P6'])
  })

  it('works with a table of which only the key is mapped', async () => {
    const more = { object: 'public.country', key: 'code', fields: [field('code')] }
    const writes = ['DE', 'IT', ''].map((code) => write('add', code, { code }))
    for (const mode of ['upsert', 'update', 'insert'] as const) {
      expect((await send(mode, writes, more)).map(({ status }) => status)).not.toContain('refused')
    }
    expect((await server.query('SELECT code FROM country ORDER BY code COLLATE "C"')).map(({ code }) => code)).toEqual([
      '',
      'DE',
      'FR',
      'IT',
    ])
  })
})

describe('refusals', () => {
  it.each<[string, Row, string]>([
    ['the wrong type', { age: 'ninety' }, 'Column "age": "ninety" does not fit its type (smallint).'],
    ['too large a number', { age: 99_999 }, 'Column "age": "99999" is out of the range of its type (smallint).'],
    [
      'too long a text',
      { name: 'x'.repeat(200) },
      `Column "name": "${'x'.repeat(59)}…" is too long, at most 10 characters are allowed.`,
    ],
    ['a missing value', { name: null }, 'Column "name" must not be empty.'],
    ['a broken rule', { age: -1 }, 'The table\'s rule "person_age_check" does not allow this row.'],
    [
      'a reference to nothing',
      { country: 'XX' },
      '"XX" in column "country" has no matching row in the table "country".',
    ],
    [
      'a value that must be unique',
      { email: 'a@example.com' },
      'Another row of the table already has "a@example.com" in column "email".',
    ],
    ['a NUL', { name: 'a\0b' }, 'Column "name" holds the character NUL, which PostgreSQL cannot store.'],
    ['an empty key', { id: null }, 'Column "id" is empty, but rows are found by it.'],
  ])('says in plain words what is wrong: %s', async (_what, more, message) => {
    await server.query("INSERT INTO person (id, name, email) VALUES (1, 'old', 'a@example.com')")
    const results = await send('upsert', [add(person(2)), add({ ...person(3), ...more }), add(person(4))])
    expect(results.map(reasonOf)).toEqual(['accepted', message, 'accepted'])
    expect(await names()).toEqual(['1old', '2P2', '4P4'])
  })

  it('says why a row cannot be removed', async () => {
    await send('upsert', [add(person(1))])
    const more = { object: 'public.country', key: 'code', fields: [field('code')] }
    const results = await send('mirror', [write('remove', 'DE', {}), write('remove', 'FR', {})], more)
    expect(results.map(reasonOf)).toEqual([
      'The table "person" does not allow this: rows there refer to it.',
      'accepted',
    ])
  })

  it('finds many bad ones of several kinds among many, and takes all others', async () => {
    const faults: Row[] = [{ age: 'x' }, { country: 'XX' }, { name: null }, { age: -5 }]
    const writes = Array.from({ length: 3_000 }, (_, id) => add(person(id, id % 37 === 0 ? faults[(id / 37) % 4] : {})))
    const results = await send('upsert', writes)
    for (const [id, result] of results.entries()) expect(result.status).toBe(id % 37 === 0 ? 'refused' : 'accepted')
    expect((await server.query('SELECT count(*)::int AS n FROM person'))[0]?.n).toBe(3_000 - 82)
  })

  it("passes on a trigger's own words, and obeys constraints that are deferred", async () => {
    await server.query(`
      ALTER TABLE person ADD UNIQUE (age) DEFERRABLE INITIALLY DEFERRED;
      CREATE FUNCTION no_bob() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF new.name = 'Bob' THEN RAISE 'Bob is not wanted'; END IF; RETURN new; END $$;
      CREATE TRIGGER no_bob BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION no_bob()`)
    const results = await send('upsert', [
      add(person(1, { name: 'Bob', age: 1 })),
      add(person(2, { age: 7 })),
      add(person(3, { age: 7 })),
    ])
    expect(results.map(reasonOf)).toEqual([
      'The database refused this row: Bob is not wanted',
      'accepted',
      'Another row of the table already has "7" in column "age".',
    ])
  })
})

it('reads back exactly what was written, for every type', async () => {
  await server.query(`CREATE TABLE exact (id text PRIMARY KEY, i8 int8, n numeric, f float8, b bool, d date, t time, ts timestamp,
    tz timestamptz, j jsonb, by bytea, u uuid, tx text, arr text[], m money)`)
  const values: Row = {
    id: '1',
    i8: '9007199254740993',
    n: '12345678901234567890.123456789',
    f: 0.1,
    b: true,
    d: '2024-02-29',
    t: '23:59:59.123456',
    ts: '2024-01-02T03:04:05.123456',
    tz: '2024-01-02T03:04:05.123456Z',
    j: { a: [1, null, 'x\ty'], é: '🦊' },
    by: 'AAEC/w==',
    u: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
    tx: '\\N\t\n\r\b\v\f\\.',
    arr: ['a', null, 'b "c"\\', 'NULL', ''],
    m: '12.30',
  }
  const edge: Row = {
    id: '2',
    i8: -1,
    n: 'NaN',
    f: 'Infinity',
    b: false,
    d: '-000043-03-15',
    t: '00:00:00',
    ts: '+012345-01-01T00:00:00',
    tz: '0000-12-31T23:00:00Z',
    j: 'just text',
    by: '',
    u: null,
    tx: 'NULL',
    arr: [],
    m: null,
  }
  const all = Object.keys(values)
  const writes = [values, edge].map((record) => write('add', record.id ?? null, record))
  const more = { object: 'public.exact', key: 'id', fields: await session.listFields('public.exact') }
  expect((await send('upsert', writes, more)).map(({ status }) => status)).toEqual(['accepted', 'accepted'])
  expect(await session.read?.('public.exact', 'id', ['2', 'none', '1'], all)).toEqual([edge, null, values])
})

it('connects by a connection string as well', async () => {
  const byUrl = await postgresTable.open({ how: 'url', url: server.url, tls: 'disable' }, context)
  expect(await byUrl.test()).toMatch(/^PostgreSQL \d+(\.\d+)?, database postgres, as owner$/)
  await byUrl.close()
})

it('reads keys that do not fit the type of their column as absent', async () => {
  await send('upsert', [add(person(1))])
  expect(await session.read?.('public.person', 'id', ['x', 1, null, '99999999999999999999'], ['name'])).toEqual([
    null,
    { name: 'P1' },
    null,
    null,
  ])
})
