import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { problemOf, readAll, testContext } from '../../testing/sources.ts'
import type { Query, SourceSession, Value } from '../../types.ts'
import { sqlite } from './index.ts'

let folder: string
const opened: SourceSession[] = []

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-sqlite-'))
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((session) => session.close()))
})
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function file(sql: string): string {
  const path = join(folder, `${++files}.sqlite`)
  const database = new Database(path)
  database.exec(sql)
  database.close()
  return path
}

async function open(path: string): Promise<SourceSession> {
  const session = await sqlite.open({ file: path }, testContext())
  opened.push(session)
  return session
}

const table = (name: string): Query => ({ kind: 'table', table: [name] })
const numbers = (count: number) =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT`

test.each([
  ['a missing file', () => join(folder, 'missing.sqlite'), 'reconnect', 'missing.sqlite'],
  ['a missing folder', () => join(folder, 'no', 'where.sqlite'), 'reconnect', 'where.sqlite'],
  ['a folder', () => folder, 'reconnect', 'not a file'],
  ['no file at all', () => '', 'reconnect', 'Choose a database file'],
])('%s is told in plain words', async (_, path, remedy, words) => {
  expect(await problemOf(open(path()))).toMatchObject({ remedy, message: expect.stringContaining(words) })
})

test('a file that is something else, or encrypted, is told in plain words', async () => {
  const path = join(folder, 'text.sqlite')
  writeFileSync(path, 'id,email\n1,ada@example.com\n'.repeat(100))
  const problem = { remedy: 'reconnect', message: expect.stringContaining('not a SQLite database') }
  expect(await problemOf(open(path))).toMatchObject(problem)
})

test('a file that another program keeps locked is worth a retry', async () => {
  const path = file('CREATE TABLE t (id INTEGER PRIMARY KEY)')
  const session = await open(path)
  const other = new Database(path)
  other.exec('BEGIN EXCLUSIVE')
  expect(await problemOf(session.count(table('t')))).toMatchObject({
    remedy: 'retry',
    message: expect.stringContaining('locked'),
  })
  other.exec('COMMIT')
  other.close()
  expect(await session.count(table('t'))).toBe(0)
}, 20_000)

test('a file in use with a write-ahead log is read up to its last commit', async () => {
  const path = file('PRAGMA journal_mode = wal; CREATE TABLE t (id INTEGER PRIMARY KEY)')
  const other = new Database(path)
  other.exec('INSERT INTO t VALUES (1), (2); BEGIN; INSERT INTO t VALUES (3)')
  expect(await readAll(await open(path), { query: table('t'), uniqueId: ['id'], columns: [] })).toEqual([[1], [2]])
  other.close()
})

const keys: [string, string, string][] = [
  ['an integer id', 'id INTEGER PRIMARY KEY, v', 'i'],
  ['a text id', 'id TEXT NOT NULL PRIMARY KEY, v', "'row ' || i"],
  ['a text id that may be NULL but is not', 'id TEXT PRIMARY KEY, v', "'row ' || i"],
  ['a text id that is NULL in many rows', 'id TEXT PRIMARY KEY, v', "CASE WHEN i % 10 THEN 'row ' || i END"],
  ['an id of another collation', 'id TEXT COLLATE NOCASE PRIMARY KEY, v', "'row ' || i"],
  ['an id with an index in descending order', 'id TEXT NOT NULL, v, UNIQUE (id DESC)', "'row ' || i"],
  ['an id without an index', 'id TEXT, v', "'row ' || i"],
  ['an id without a type', 'id PRIMARY KEY NOT NULL, v', "CASE WHEN i % 2 THEN i ELSE 'row ' || i END"],
  ['large integers', 'id BIGINT PRIMARY KEY, v', '9007199254740000 + i'],
  ['mixed values under an integer id', 'id INT NOT NULL UNIQUE, v', "CASE WHEN i % 3 THEN i ELSE 'row ' || i END"],
  ['a date as id', 'id DATE NOT NULL UNIQUE, v', "date('2000-01-01', i || ' days')"],
  ['real numbers as id', 'id REAL NOT NULL UNIQUE, v', 'i / 8.0'],
]

test.each(keys)('%s: each row comes once over many pages', async (_, columns, id) => {
  const session = await open(file(`CREATE TABLE t (${columns}); INSERT INTO t ${numbers(3500)} ${id}, i FROM n`))
  for (const query of [table('t'), { kind: 'sql', sql: 'SELECT * FROM t' } as const]) {
    const rows = await readAll(session, { query, uniqueId: ['id'], columns: ['v'] })
    expect(new Set(rows.map(([, v]) => Number(v))).size).toBe(3500)
    expect(rows.length).toBe(3500)
  }
})

test('the order is that of bytes, whatever collation the column declares', async () => {
  const session = await open(
    file(
      "CREATE TABLE t (id TEXT COLLATE NOCASE PRIMARY KEY); INSERT INTO t VALUES ('b'), ('A'), ('a '), ('Z'), ('é')",
    ),
  )
  for (const query of [table('t'), { kind: 'sql', sql: 'SELECT * FROM t' } as const]) {
    const rows = await readAll(session, { query, uniqueId: ['id'], columns: [] })
    expect(rows.flat()).toEqual(['A', 'Z', 'a ', 'b', 'é'])
  }
})

test('a compound key in a table without rowid is read page by page in its order', async () => {
  const session = await open(
    file(`CREATE TABLE t (a INT, b TEXT, v TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
      INSERT INTO t ${numbers(3000)} i / 700, printf('%05d', i), 'v' || i FROM n`),
  )
  const rows = await readAll(session, { query: table('t'), uniqueId: ['a', 'b'], columns: ['v'] })
  expect(rows.map(([, , v]) => v)).toEqual(Array.from({ length: 3000 }, (_, index) => `v${index + 1}`))
})

test('the two ways to read a row give the same values, whatever a neighbour in its page holds', async () => {
  const values = `i, CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN i WHEN 2 THEN i / 3.0 WHEN 3 THEN 'é😀' WHEN 4 THEN '' WHEN 5 THEN 1e300 * i ELSE i * 1.0 END`
  const create = `CREATE TABLE t (id INTEGER PRIMARY KEY, any TEXT, flag BOOLEAN, price DECIMAL(10, 2), at DATETIME, score REAL);
    INSERT INTO t ${numbers(2500)} ${values}, i % 3, i / 4.0, datetime(i, 'unixepoch'), i / 7.0 FROM n;`
  const request = { query: table('t'), uniqueId: ['id'], columns: ['any', 'flag', 'price', 'at', 'score'] }
  const plain = await readAll(await open(file(create)), request)
  const odd: [string, Value][] = [
    ["'a' || char(9) || 'b'", 'a\tb'],
    ["'a' || char(10) || '7' || replace('.x.1.1.1.1', '.', char(9))", 'a\n7\tx\t1\t1\t1\t1'],
    ["'\\N'", '\\N'],
    ["'\\'", '\\'],
    ['char(8, 13)', '\b\r'],
    ["x'00ff'", '\\x00ff'],
    ["x''", ''],
    ["x'4142'", 'AB'],
    ["x'80'", '\\x80'],
    ["x'41ff4e'", '\\x41ff4e'],
    ["CAST(x'c3' AS TEXT)", '\ufffd'],
  ]
  const changed = [50, 700, 701, 2500]
  for (const [literal, value] of odd) {
    const session = await open(file(`${create} UPDATE t SET any = ${literal} WHERE id IN (${changed})`))
    const rows = await readAll(session, request)
    expect(rows).toEqual(plain.map((row) => (changed.includes(Number(row[0])) ? row.with(1, value) : row)))
    expect(await readAll(session, { ...request, query: { kind: 'sql', sql: 'SELECT * FROM t' } })).toEqual(rows)
  }
})

test('numbers with a fraction keep every digit', async () => {
  const path = file('CREATE TABLE t (id INTEGER PRIMARY KEY, v REAL)')
  const database = new Database(path)
  const random = Array.from({ length: 3000 }, (_, index) => Math.sin(index) * 10 ** ((index % 600) - 300))
  const insert = database.prepare('INSERT INTO t (v) VALUES (?)')
  database.transaction(() => {
    for (const value of random) insert.run(value)
  })()
  database.close()
  const rows = await readAll(await open(path), { query: table('t'), uniqueId: ['id'], columns: ['v'] })
  expect(rows.map(([, v]) => v)).toEqual(random)
})

test('a database in UTF-16 gives the same texts', async () => {
  const session = await open(
    file(
      `PRAGMA encoding = 'UTF-16'; CREATE TABLE t (id TEXT NOT NULL PRIMARY KEY, v TEXT); INSERT INTO t VALUES ('a', 'plain'), ('b', NULL)`,
    ),
  )
  expect(await readAll(session, { query: table('t'), uniqueId: ['id'], columns: ['v'] })).toEqual([
    ['a', 'plain'],
    ['b', null],
  ])
})

test('text with a NUL and cells of many megabytes arrive whole', async () => {
  const session = await open(
    file(`CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
      INSERT INTO t ${numbers(300)} i, CASE WHEN i = 150 THEN replace(hex(zeroblob(3000000)), '00', 'é') WHEN i = 7 THEN 'a' || char(0) || 'b' ELSE 'x' END FROM n`),
  )
  const rows = await readAll(session, { query: table('t'), uniqueId: ['id'], columns: ['v'] })
  expect(rows.map(([, v]) => String(v).length).filter((length) => length > 1)).toEqual([3, 3_000_000])
  expect(rows[6]).toEqual([7, 'a\0b'])
})

test('rows of a megabyte come a few at a time, whatever the page before them held', async () => {
  const session = await open(
    file(`CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
      INSERT INTO t ${numbers(240)} i, CASE WHEN i > 150 THEN printf('%.*c', 1000000, 'x') ELSE 'x' END FROM n`),
  )
  const { batches } = await session.read({ query: table('t'), uniqueId: ['id'], columns: ['v'] })
  let rows = 0
  for await (const { data, length } of batches) {
    expect(data.length).toBeLessThan(2_000_000)
    rows += length
  }
  expect(rows).toBe(240)
})

test('row estimates are those of ANALYZE, and absent without it', async () => {
  const create = `CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t ${numbers(100)} i FROM n;`
  expect((await (await open(file(create))).listTables({ limit: 5 })).tables).toEqual([{ path: ['t'], kind: 'table' }])
  const tables = (await (await open(file(`${create} ANALYZE`))).listTables({ limit: 5 })).tables
  expect(tables).toEqual([{ path: ['t'], kind: 'table', rowEstimate: 100 }])
})

test('a table with a thousand columns is read', async () => {
  const names = Array.from({ length: 1000 }, (_, index) => `c${index}`)
  const session = await open(
    file(`CREATE TABLE t (id INTEGER PRIMARY KEY, ${names.join(', ')}); INSERT INTO t (id, c999) VALUES (1, 'last')`),
  )
  const [row] = await readAll(session, { query: table('t'), uniqueId: ['id'], columns: names })
  expect(row?.length).toBe(1001)
  expect(row?.at(-1)).toBe('last')
})
