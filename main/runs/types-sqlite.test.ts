/** Everything that a SQLite column can hold, from a real file through the whole app: what arrives is what left. */
import { afterEach, expect, test } from 'vitest'
import type { MappingLine, Value } from '../../preload/api.ts'
import { openPipeline, type Pipeline } from '../testing/pipeline.ts'
import { reopened, spawnRun } from '../testing/spawned-run.ts'

let pipeline: Pipeline
afterEach(() => pipeline.close())

/** Declared type, literal, and what a webhook gets. */
const types: [declared: string, literal: string, sent: Value][] = [
  ['INTEGER', '9007199254740993', '9007199254740993'],
  ['INTEGER', '-9223372036854775808', '-9223372036854775808'],
  ['INTEGER', "'abc'", 'abc'],
  ['BIGINT', '0', 0],
  ['BOOLEAN', '1', true],
  ['BOOLEAN', '0.0', false],
  ['BOOLEAN', '2', '2'],
  ['REAL', '0.1 + 0.2', 0.30000000000000004],
  ['REAL', '9e999', 'Infinity'],
  ['DOUBLE', '5', 5],
  ['DECIMAL(10,2)', '12.5', '12.5'],
  ['NUMERIC', "'12345678901234567890.123'", '1.2345678901234567e+19'],
  ['TEXT', "'12345678901234567890.123'", '12345678901234567890.123'],
  ['TEXT', "'NULL'", 'NULL'],
  ['TEXT', "''", ''],
  ['TEXT', "' '", ' '],
  ['TEXT', 'NULL', null],
  ['TEXT', "'007'", '007'],
  ['TEXT', "'👩‍👩‍👧' || char(9) || 'שלום\\N'", '👩‍👩‍👧\tשלום\\N'],
  ['TEXT', "'a' || char(0) || 'b'", 'a\0b'],
  ['DATE', "'2024-02-29'", '2024-02-29'],
  ['DATE', '20240229', '20240229'],
  ['DATETIME', "'2024-02-29 03:04:05.123'", '2024-02-29T03:04:05.123'],
  ['DATETIME', '1704164645', '1704164645'],
  ['TIMESTAMPTZ', "'2024-02-29 03:04:05+05:30'", '2024-02-29T03:04:05+05:30'],
  ['TIME', "'24:00:00'", '24:00:00'],
  ['JSON', `'{"n": 9007199254740993, "a": [1.5, null]}'`, { n: '9007199254740993', a: [1.5, null] }],
  ['JSON', "'not json'", 'not json'],
  ['BLOB', "x'00ff10'", 'AP8Q'],
  ['BLOB', "x''", ''],
  ['', "x'00ff10'", 'AP8Q'],
  ['', '9007199254740993', '9007199254740993'],
]

test('to a webhook: each value as it is, exactly, and NULL as null', async () => {
  const columns = types.map(([declared], at) => `c${at} ${declared}`)
  const names = ['id', ...types.map((_, at) => `c${at}`)]
  pipeline = await openPipeline({
    sql: `CREATE TABLE people (id INTEGER PRIMARY KEY, ${columns});
      INSERT INTO people VALUES (1, ${types.map(([, literal]) => literal)}); INSERT INTO people (id) VALUES (2)`,
    sync: { mapping: names.map((column): MappingLine => ({ field: column, from: { kind: 'column', column } })) },
  })
  expect(await pipeline.run()).toMatchObject({ status: 'done', counts: { added: 2, accepted: 2, invalid: 0 } })
  const [first, second] = pipeline.sent().map(({ record }) => record)
  for (const [at, [declared, literal, sent]] of types.entries()) {
    expect([declared, literal, first?.[`c${at}`]]).toStrictEqual([declared, literal, sent])
    expect([declared, second?.[`c${at}`]]).toStrictEqual([declared, null])
  }
  expect((await pipeline.plan()).counts).toMatchObject({ added: 0, changed: 0, unchanged: 2 })
})

test('whole numbers beyond 2^53 among numbers with a fraction keep every digit', async () => {
  pipeline = await openPipeline({
    sql: 'CREATE TABLE people (id INTEGER PRIMARY KEY, name, email); INSERT INTO people VALUES (1, 0.5, NULL), (2, 9007199254740993, NULL)',
  })
  await pipeline.run()
  expect(pipeline.sent().map(({ record }) => record.name)).toEqual([0.5, '9007199254740993'])
})

test('a cell of 50 MB makes its row invalid, and all other rows arrive, in a heap that could not hold it', async () => {
  pipeline = await openPipeline({
    sql: `CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, email JSON);
      WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 500)
      INSERT INTO people SELECT id, 'Name ' || id, '"x"' FROM n;
      UPDATE people SET name = printf('%.*c', 52428800, 'x') WHERE id = 100;
      UPDATE people SET email = '[' || replace(hex(zeroblob(10000000)), '00', '{},') || '{}]' WHERE id = 300`,
  })
  const { over } = await spawnRun(pipeline, { flags: ['--max-old-space-size=64'] })
  const { ended } = await over
  pipeline = await reopened(pipeline)
  expect(ended).toMatchObject([{ status: 'done', counts: { added: 498, accepted: 498, invalid: 2 } }])
  const [run] = ended
  if (!run) throw new Error('no run')
  expect(
    (await pipeline.changes(run, { op: 'invalid' })).map(({ label, problem }) => [label, problem?.message]),
  ).toEqual([
    ['100', 'name: it is too large: a value may have 8 MB, a whole row 32 MB.'],
    ['300', 'email: it is too large: a value may have 8 MB, a whole row 32 MB.'],
  ])
})
