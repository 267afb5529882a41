import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { field, type TestContext, target, testContext, write } from '../../testing/destination.ts'
import { type PostgresServer, startPostgres } from '../../testing/postgres.ts'
import type { DestinationSession, Mode, Removal, Row, Write, WriteResult } from '../../types.ts'
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
    CREATE TABLE person (id bigint PRIMARY KEY, name text NOT NULL, email text UNIQUE, age smallint DEFAULT 7, tags text[]);
    INSERT INTO person VALUES (1, 'one', 'a@example.com', 1, '{x}'), (2, 'two', NULL, 2, NULL)`)
  context = testContext()
  const { host, port, database, user, password } = server
  session = await postgresTable.open({ host, port, database, user, password, tls: 'disable' }, context)
})
afterEach(async () => session.close())

const fields = ['id', 'name', 'email', 'age', 'tags'].map((id) => field(id))
const openWriter = (mode: Mode, more: { removal?: Removal; fields?: typeof fields } = {}) =>
  session.openWriter(target({ object: 'public.person', mode, key: 'id', fields, ...more }))
const send = async (mode: Mode, writes: Write[], more = {}) => (await openWriter(mode, more)).write(writes)
const add = (record: Row) => write('add', record.id ?? null, record)
const rows = async () =>
  (await server.query("SELECT concat_ws(' ', id, name, email, age, tags) AS t FROM person ORDER BY id")).map(
    ({ t }) => t,
  )
const told = (results: WriteResult[]) =>
  results.map((result) => (result.status === 'accepted' ? result.created : result.status))
const full = (id: number, more: Row = {}): Row => ({ id, name: `P${id}`, email: null, age: 30, tags: null, ...more })

describe('records that hold different fields', () => {
  it('are all carried out in one batch, each with its own', async () => {
    await server.query("INSERT INTO person VALUES (9, 'nine')")
    const results = await send('upsert', [
      add({ id: 1, age: 11 }),
      add(full(3)),
      add({ id: 2, name: 'zwei' }),
      add({ id: 4, name: 'four' }),
      add({ id: 5, age: 5 }),
      add({ id: 1 }),
      write('change', 6, { id: 6, age: 66 }, { previous: { id: 9 } }),
    ])
    expect(told(results)).toEqual([false, true, false, true, 'refused', 'refused', false])
    expect(results[4]).toMatchObject({ problem: { message: 'Column "name" must not be empty.' } })
    expect(await rows()).toEqual(['1 one a@example.com 11 {x}', '2 zwei 2', '3 P3 30', '4 four 7', '6 nine 66'])
  })

  it('are told whether they were created also where bad ones stand between', async () => {
    const writes = Array.from({ length: 400 }, (_, id) => add(full(id, id % 50 === 9 ? { age: 99_999 } : {})))
    const results = told(await send('upsert', writes))
    for (const [id, result] of results.entries())
      expect(result, `${id}`).toBe(id % 50 === 9 ? 'refused' : id !== 1 && id !== 2)
  })

  it('update those that are there although the sync does not fill a required column', async () => {
    const more = { fields: [field('id'), field('age')] }
    const results = await send('upsert', [add({ id: 1, age: 41 }), add({ id: 9, age: 49 })], more)
    expect(told(results)).toEqual([false, 'refused'])
    expect(await rows()).toEqual(['1 one a@example.com 41 {x}', '2 two 2'])
  })
})

it('a row that is cleared keeps what must not be empty', async () => {
  const [result] = await send('mirror', [write('remove', 1, {})], { removal: 'clear' })
  expect(result).toMatchObject({ status: 'accepted' })
  expect(await rows()).toEqual(['1 one', '2 two 2'])
})

it('says what it created after a batch with records that were there', async () => {
  const writer = await openWriter('upsert')
  expect(told(await writer.write([add(full(3)), add(full(4))]))).toEqual([true, true])
  expect(told(await writer.write([add(full(5)), add(full(1)), add(full(6))]))).toEqual([true, false, true])
  expect(told(await writer.write([add(full(7)), add(full(5)), add(full(3))]))).toEqual([true, false, false])
})

it('does not say that it created what a trigger left out', async () => {
  await server.query(`
    CREATE FUNCTION no_bob() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN CASE WHEN new.name <> 'Bob' THEN new END; END $$;
    CREATE TRIGGER no_bob BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION no_bob()`)
  const writer = await openWriter('upsert')
  expect(told(await writer.write([add(full(3)), add(full(4, { name: 'Bob' }))]))).toEqual([undefined, undefined])
  expect(told(await writer.write([add(full(1)), add(full(5, { name: 'Bob' })), add(full(6))]))).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

it('works where row-level security does not let COPY in', async () => {
  await server.query(`DROP ROLE IF EXISTS tenant; CREATE ROLE tenant LOGIN PASSWORD 'tenant'; GRANT USAGE ON SCHEMA public TO tenant;
    GRANT ALL ON person TO tenant; ALTER TABLE person ENABLE ROW LEVEL SECURITY; CREATE POLICY small ON person USING (id < 100)`)
  const { host, port, database } = server
  const tenant = await postgresTable.open(
    { host, port, database, user: 'tenant', password: 'tenant', tls: 'disable' },
    context,
  )
  const writer = await tenant.openWriter(target({ object: 'public.person', mode: 'upsert', key: 'id', fields }))
  expect(told(await writer.write([add(full(3)), add(full(1))]))).toEqual([true, false])
  await tenant.close()
  await server.query('DROP OWNED BY tenant; DROP ROLE tenant')
})

describe('the description', () => {
  const odd = { name: `O'Hara\\ "x"\n${'é'.repeat(3)}`, tags: ['a', null, 'b "c"'] }
  const renamed = write('change', 8, full(8, odd), { previous: { id: 2 } })
  const removed = write('remove', 2, { id: 2 })
  const unnamed = fields.filter(({ id }) => id !== 'name')
  it.each<[Mode, Removal, Write[], typeof fields]>([
    ['upsert', 'delete', [add(full(1, odd)), add(full(3, odd)), add({ id: 4, name: 'four' }), renamed], fields],
    ['update', 'delete', [add(full(1, odd)), add({ id: 2, age: 22 }), add(full(3))], fields],
    ['insert', 'delete', [add(full(1, odd)), add(full(3, odd)), add({ id: 4, name: 'four' })], fields],
    ['mirror', 'delete', [add(full(1, odd)), add({ id: 4, name: 'four' }), removed], fields],
    ['mirror', 'clear', [add({ id: 1, age: 5 }), removed], unnamed],
    ['append', 'nothing', [add(full(3, odd)), add({ id: 4, name: 'four' })], fields],
  ])('is SQL that does the same when somebody runs it: %s, %s', async (mode, removal, batch, mapped) => {
    const writer = await openWriter(mode, { removal, fields: mapped })
    const before = await rows()
    await server.query(`BEGIN; ${await writer.describe(batch)}`)
    const byHand = await rows()
    await server.query('ROLLBACK')
    expect(byHand).not.toEqual(before)
    expect(told(await writer.write(batch))).not.toContain('refused')
    expect(await rows()).toEqual(byHand)
  })

  it('says which records are not sent, and why', async () => {
    const writer = await openWriter('upsert')
    const text = await writer.describe([add(full(3)), add(full(3)), write('add', null, full(4))])
    expect(text).toContain('-- Record 2 is not sent. "3" is the "id" of more than one row')
    expect(text).toContain('-- Record 3 is not sent. Column "id" is empty')
  })
})
