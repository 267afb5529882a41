/** Every type that PostgreSQL has, from a real server through the whole app: what arrives is what left. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../../connectors/testing/postgres.ts'
import type { MappingLine, Value } from '../../preload/api.ts'
import { openPipeline, type Pipeline } from '../testing/pipeline.ts'
import { accessTo, readFrom } from '../testing/postgres-source.ts'

let server: PostgresServer
let pipeline: Pipeline

beforeAll(async () => {
  server = await startPostgres()
  await server.query(`SET timezone = 'UTC'; CREATE TYPE mood AS ENUM ('sad', 'so "so"', 'happy');
    CREATE DOMAIN email AS varchar(80) CHECK (VALUE LIKE '%@%'); CREATE DOMAIN age AS int;
    CREATE TYPE point3 AS (x int, y numeric, z text)`)
})
afterAll(() => server.stop())
afterEach(() => pipeline.close())

/** Declared type, literal, and what a webhook gets. Types that JSON does not know arrive as their text. */
const types: [declared: string, literal: string, sent: Value][] = [
  ['smallint', '-32768', -32768],
  ['int', '2147483647', 2147483647],
  ['bigint', '9007199254740993', '9007199254740993'],
  ['bigint', '-9223372036854775808', '-9223372036854775808'],
  ['age', '42', 42],
  ['numeric(30,10)', '12345678901234567890.0123456789', '12345678901234567890.0123456789'],
  ['numeric', '1.50', '1.50'],
  ['numeric', '0.00000000000000000001', '0.00000000000000000001'],
  ['money', '1234.5', '1234.50'],
  ['real', '0.1', 0.1],
  ['double precision', '0.1::float8 + 0.2', 0.30000000000000004],
  ['double precision', '5e-324', 5e-324],
  ['boolean', 'false', false],
  ['text', "'NULL'", 'NULL'],
  ['text', "''", ''],
  ['text', 'NULL', null],
  ['text', "' '", ' '],
  ['text', "'007'", '007'],
  ['text', `E'a\\tb\\n"c"\\\\\\\\ 👩‍👩‍👧 שלום'`, 'a\tb\n"c"\\\\ 👩‍👩‍👧 שלום'],
  ['varchar(10)', "'\\N'", '\\N'],
  ['char(5)', "'ab'", 'ab'],
  ['email', "'a@b.c'", 'a@b.c'],
  ['mood', `'so "so"'`, 'so "so"'],
  ['uuid', "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['date', "'0001-01-01'", '0001-01-01'],
  ['date', "'0044-03-15 BC'", '-000043-03-15'],
  ['date', "'10000-01-01'", '+010000-01-01'],
  ['time', "'23:59:59.999999'", '23:59:59.999999'],
  ['time', "'24:00'", '24:00:00'],
  ['timetz', "'10:00+05:30'", '10:00:00+05:30'],
  ['timestamp', "'2024-02-29 03:04:05.123456'", '2024-02-29T03:04:05.123456'],
  ['timestamptz', "'2024-02-29 03:04:05.123456+05:30'", '2024-02-28T21:34:05.123456Z'],
  ['timestamptz', "'0001-01-01 00:00:00 BC'", '0000-01-01T00:00:00Z'],
  ['interval', "'1 year -2 days 03:04:05.6'", '1 year -2 days +03:04:05.6'],
  ['json', `'{"b": [1, {"c": null}], "a": "x"}'`, { b: [1, { c: null }], a: 'x' }],
  ['jsonb', `'{"n": 1.5, "deep": [[], {}]}'`, { n: 1.5, deep: [[], {}] }],
  ['jsonb', `'"text"'`, 'text'],
  ['text[]', `ARRAY['a', NULL, '', 'NULL', '"q" \\,{}']`, ['a', null, '', 'NULL', '"q" \\,{}']],
  [
    'int[]',
    'ARRAY[[1, 2], [3, NULL]]',
    [
      [1, 2],
      [3, null],
    ],
  ],
  ['bigint[]', 'ARRAY[9007199254740993, 1]', ['9007199254740993', 1]],
  ['timestamptz[]', "ARRAY['2024-02-29 00:00:00Z'::timestamptz]", ['2024-02-29T00:00:00+00:00']],
  ['text[]', "'{}'", []],
  ['bytea', "'\\x00ff10'", 'AP8Q'],
  ['bytea', "''", ''],
  ['int4range', "'[1,5)'", '[1,5)'],
  ['tstzrange', "'[2024-01-01, infinity)'", '["2024-01-01 00:00:00+00",infinity)'],
  ['inet', "'10.0.0.1/8'", '10.0.0.1/8'],
  ['cidr', "'10.0.0.0/8'", '10.0.0.0/8'],
  ['macaddr', "'08:00:2b:01:02:03'", '08:00:2b:01:02:03'],
  ['bit(4)', "B'0101'", '0101'],
  ['point', "'(1.5,-2)'", '(1.5,-2)'],
  ['tsvector', "'a fat cat'", "'a' 'cat' 'fat'"],
]

const names = types.map((_, at) => `c${at}`)
const mapping: MappingLine[] = ['id', ...names].map((column) => ({ field: column, from: { kind: 'column', column } }))

async function makeTables(): Promise<void> {
  const columns = types.map(([declared], at) => `c${at} ${declared}`)
  await server.query(`DROP TABLE IF EXISTS typed, copied; CREATE TABLE typed (id int PRIMARY KEY, ${columns});
    CREATE TABLE copied (LIKE typed INCLUDING ALL);
    INSERT INTO typed VALUES (1, ${types.map(([, literal]) => literal)}); INSERT INTO typed (id) VALUES (2)`)
}

const table = (name: string) => ({ kind: 'table' as const, table: ['public', name] })

test('to a webhook: each value as it is, exactly, and NULL as null', async () => {
  await makeTables()
  pipeline = await openPipeline()
  await readFrom(pipeline, server, table('typed'), { sync: { mapping } })
  expect(await pipeline.run()).toMatchObject({ status: 'done', counts: { added: 2, accepted: 2, invalid: 0 } })
  const [first, second] = pipeline.sent().map(({ record }) => record)
  for (const [at, [declared, literal, sent]] of types.entries()) {
    expect([declared, literal, first?.[`c${at}`]]).toStrictEqual([declared, literal, sent])
    expect([declared, second?.[`c${at}`]]).toStrictEqual([declared, null])
  }
  expect((await pipeline.plan()).counts).toMatchObject({ added: 0, changed: 0, unchanged: 2 })
})

test('to a table with the same types: the server finds every column of both the same', async () => {
  await makeTables()
  pipeline = await openPipeline()
  const { call } = pipeline.workspace
  const there = await call('connections.save', { name: 'There', ...accessTo(server), connector: 'postgres-table' })
  const sync = { mapping, destination: there.id, object: 'public.copied', key: 'id', mode: 'upsert' as const }
  await readFrom(pipeline, server, table('typed'), { sync: { ...sync, removal: 'nothing' } })
  const run = await pipeline.run()
  expect([
    run.problem,
    await pipeline.changes(run, { state: 'refused' }),
    await pipeline.changes(run, { op: 'invalid' }),
  ]).toEqual([undefined, [], []])
  for (const [at, [declared, literal]] of types.entries()) {
    // Type json keeps blanks and the order of names, which mean nothing.
    const text = declared === 'json' ? 'jsonb::text' : 'text'
    const [row] = await server.query(`SELECT count(*)::int AS same FROM typed s JOIN copied d ON s.id = d.id
      AND s.c${at}::${text} IS NOT DISTINCT FROM d.c${at}::${text}`)
    expect([declared, literal, row?.same]).toEqual([declared, literal, 2])
  }
})

test('what no field of its type can hold makes the row invalid, with its field and value in the sentence', async () => {
  await server.query(`DROP TABLE IF EXISTS odd, odd_copied; CREATE TABLE odd (id int PRIMARY KEY, t timestamptz, d date, l timestamp, n numeric, f float8);
    CREATE TABLE odd_copied (LIKE odd INCLUDING ALL);
    INSERT INTO odd (id, t) VALUES (1, 'infinity'), (2, '-infinity'); INSERT INTO odd (id, d) VALUES (3, 'infinity');
    INSERT INTO odd (id, l) VALUES (4, '-infinity'); INSERT INTO odd (id, n) VALUES (5, 'NaN'), (6, 'Infinity');
    INSERT INTO odd (id, f) VALUES (7, 'NaN'), (8, '-Infinity'); INSERT INTO odd VALUES (9, now(), now(), now(), 1, 1)`)
  pipeline = await openPipeline()
  const { call } = pipeline.workspace
  const there = await call('connections.save', { name: 'There', ...accessTo(server), connector: 'postgres-table' })
  const lines = ['id', 't', 'd', 'l', 'n', 'f'].map(
    (column): MappingLine => ({ field: column, from: { kind: 'column', column } }),
  )
  const sync = {
    mapping: lines,
    destination: there.id,
    object: 'public.odd_copied',
    key: 'id',
    mode: 'upsert' as const,
  }
  await readFrom(pipeline, server, table('odd'), { sync: { ...sync, removal: 'nothing' } })
  const run = await pipeline.run()
  expect(run).toMatchObject({ status: 'done', counts: { added: 1, accepted: 1, invalid: 8, refused: 0 } })
  const told = (await pipeline.changes(run, { op: 'invalid' })).map(
    ({ label, problem }) => `${label} ${problem?.message}`,
  )
  expect(told).toEqual([
    '1 t: “infinity” has no end, and the field holds a certain date and time; use an empty value instead.',
    '2 t: “-infinity” has no end, and the field holds a certain date and time; use an empty value instead.',
    '3 d: “infinity” has no end, and the field holds a certain date; use an empty value instead.',
    '4 l: “-infinity” has no end, and the field holds a certain date and time; use an empty value instead.',
    '5 n: “NaN” is not a number.',
    '6 n: “Infinity” is not a number.',
    '7 f: “NaN” is not a number.',
    '8 f: “-Infinity” is not a number.',
  ])
})

/** Declared type, what the audience holds, and what the table holds then; `!` is the end of the sentence where it cannot. */
const narrow: [declared: string, given: string, held: string][] = [
  ['numeric(10,2)', '1.230', '1.23'],
  ['numeric(10,2)', '1.239', '! has 3 digits after the point, and the field keeps 2. Round it in the audience.'],
  ['numeric(10,2)', '99999999.99', '99999999.99'],
  ['numeric(10,2)', '100000000', '! has 9 digits before the point, and the field holds 8.'],
  ['price', '0.005', '! has 3 digits after the point, and the field keeps 2. Round it in the audience.'],
  ['numeric(3,0)', '12.0', '12'],
  ['numeric(3,0)', '12.5', '! has 1 digit after the point, and the field keeps none. Round it in the audience.'],
  ['numeric(2,-3)', '12000', '12000'],
  ['numeric(2,-3)', '12500', '! is no multiple of 1000. Round it in the audience.'],
  ['numeric', '1.2345678901234567890', '1.2345678901234567890'],
  ['money', '12.50', '$12.50'],
  ['money', '12.505', '! has 3 digits after the point, and the field keeps 2. Round it in the audience.'],
  ['real', '0.1', '0.1'],
  ['real', '16777216', '1.6777216e+07'],
  ['real', '16777217', '! has more digits than the field keeps (about 7). Round it in the audience.'],
  ['real', '0.1234567890123', '! has more digits than the field keeps (about 7). Round it in the audience.'],
  ['double precision', '0.1234567890123', '0.1234567890123'],
  ['smallint', '32767', '32767'],
  ['smallint', '40000', '! is larger than the field can hold, which is at most 32,767.'],
  ['integer', '-2147483648', '-2147483648'],
  ['integer', '3000000000', '! is larger than the field can hold, which is at most 2,147,483,647.'],
  ['bigint', '9223372036854775807', '9223372036854775807'],
  ['bigint', '9223372036854775808', '! is larger than the field can hold, which is at most 9,223,372,036,854,775,807.'],
  ['timestamp', '2024-01-02T03:04:05.123456', '2024-01-02 03:04:05.123456'],
  [
    'timestamp',
    '2024-01-02T03:04:05.1234567',
    '! has 7 digits of a fraction of a second, and the field keeps 6. Round it in the audience.',
  ],
  ['timestamp(0)', '2024-01-02T03:04:05.000', '2024-01-02 03:04:05'],
  [
    'timestamp(0)',
    '2024-01-02T03:04:05.6',
    '! has 1 digit of a fraction of a second, and the field keeps whole seconds. Round it in the audience.',
  ],
  [
    'timestamptz(0)',
    '2024-01-02T03:04:05.6Z',
    '! has 1 digit of a fraction of a second, and the field keeps whole seconds. Round it in the audience.',
  ],
  ['timestamptz(3)', '2024-01-02T03:04:05.678Z', '2024-01-02 03:04:05.678+00'],
  [
    'time(0)',
    '03:04:05.6',
    '! has 1 digit of a fraction of a second, and the field keeps whole seconds. Round it in the audience.',
  ],
]

test('what a column would round or refuse makes the row invalid; what it holds exactly arrives', async () => {
  await server.query('DROP DOMAIN IF EXISTS price CASCADE; CREATE DOMAIN price AS numeric(10,2)')
  const places = narrow.map((_, at) => `c${at}`)
  await server.query(`DROP TABLE IF EXISTS given, narrow;
    CREATE TABLE given (id int PRIMARY KEY, ${places.map((place) => `${place} text`)});
    CREATE TABLE narrow (id int PRIMARY KEY, ${narrow.map(([declared], at) => `c${at} ${declared}`)});
    ${narrow.map(([, given], at) => `INSERT INTO given (id, c${at}) VALUES (${at}, '${given}');`).join('')}`)
  pipeline = await openPipeline()
  const { call } = pipeline.workspace
  const there = await call('connections.save', { name: 'There', ...accessTo(server), connector: 'postgres-table' })
  const lines = ['id', ...places].map((column): MappingLine => ({ field: column, from: { kind: 'column', column } }))
  const sync = { mapping: lines, destination: there.id, object: 'public.narrow', key: 'id', mode: 'upsert' as const }
  await readFrom(pipeline, server, table('given'), { sync: { ...sync, removal: 'nothing' } })
  const run = await pipeline.run()
  expect(run).toMatchObject({ status: 'done', counts: { refused: 0 } })
  const told = new Map(
    (await pipeline.changes(run, { op: 'invalid' })).map(({ label, problem }) => [label, problem?.message]),
  )
  for (const [at, [declared, given, held]] of narrow.entries()) {
    const [row] = await server.query(`SELECT c${at}::text AS held FROM narrow WHERE id = ${at}`)
    const sentence = held.startsWith('!') ? `c${at}: “${given}”${held.slice(1)}` : undefined
    expect([declared, given, told.get(String(at)), row?.held]).toEqual([
      declared,
      given,
      sentence,
      sentence ? undefined : held,
    ])
  }
})

test('numbers inside JSON that JavaScript would round arrive as their digits', async () => {
  await server.query(`DROP TABLE IF EXISTS big; CREATE TABLE big (id int PRIMARY KEY, j jsonb, a numeric[], p point3);
    INSERT INTO big VALUES (1, '{"n": 9007199254740993, "d": 0.1}', ARRAY[12345678901234567890.5], ROW(1, 2.50, 'z'))`)
  pipeline = await openPipeline()
  const lines = ['id', 'j', 'a', 'p'].map(
    (column): MappingLine => ({ field: column, from: { kind: 'column', column } }),
  )
  await readFrom(pipeline, server, table('big'), { sync: { mapping: lines } })
  await pipeline.run()
  expect(pipeline.sent().map(({ record }) => record)).toEqual([
    { id: 1, j: { n: '9007199254740993', d: 0.1 }, a: ['12345678901234567890.5'], p: { x: 1, y: 2.5, z: 'z' } },
  ])
})

test('a cell of 50 MB makes its row invalid, and all other rows arrive', async () => {
  await server.query(`DROP TABLE IF EXISTS people; CREATE TABLE people (id int PRIMARY KEY, name text, email jsonb);
    INSERT INTO people SELECT n, 'Name ' || n, to_jsonb('x'::text) FROM generate_series(1, 500) n;
    UPDATE people SET name = repeat('x', 52428800) WHERE id = 100;
    UPDATE people SET email = to_jsonb(repeat('{"a":1}', 7500000)) WHERE id = 300`)
  pipeline = await openPipeline()
  await readFrom(pipeline, server, table('people'))
  const run = await pipeline.run()
  expect(run).toMatchObject({ status: 'done', counts: { added: 498, accepted: 498, invalid: 2 } })
  expect(
    (await pipeline.changes(run, { op: 'invalid' })).map(({ label, problem }) => [label, problem?.message]),
  ).toEqual([
    ['100', 'name: it is too large: a value may have 8 MB, a whole row 32 MB.'],
    ['300', 'email: it is too large: a value may have 8 MB, a whole row 32 MB.'],
  ])
  await server.query("UPDATE people SET name = 'short' WHERE id = 100; UPDATE people SET email = NULL WHERE id = 300")
  expect((await pipeline.run()).counts).toMatchObject({ added: 2, accepted: 2, unchanged: 498, invalid: 0 })
})
