/** What every source promises (types.ts), on real databases. A bug found in one source becomes a case for all. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { largestRow, largestValue, tooLarge } from './rows.ts'
import { excelFixture } from './sources/files/excel/testing.ts'
import { csvFixture } from './sources/files/testing.ts'
import { snowflakeFixture } from './sources/snowflake/testing.ts'
import { postgresFixture, sqliteFixture } from './testing/source-fixtures.ts'
import { decodeBatch, problemOf, readAll } from './testing/sources.ts'
import type { Query, SourceSession, Value } from './types.ts'

const many = 5_000
const quote = (name: string) => `"${name.replaceAll('"', '""')}"`
const literal = (text: string | null) => (text === null ? 'NULL' : `'${text.replaceAll("'", "''")}'`)
const isAt = (expected: Value[]) => (value: Value, at: number) => value === expected[at]
const byBytes = (a: string, b: string) => Buffer.from(a).compare(Buffer.from(b))

describe.each([sqliteFixture(), postgresFixture(), csvFixture(), excelFixture(), snowflakeFixture()])(
  '$name',
  (fixture) => {
    const table = (name: string): Query => ({ kind: 'table', table: fixture.path(name) })
    const sql = (text: string): Query => ({ kind: 'sql', sql: text })
    let session: SourceSession

    beforeAll(async () => {
      await fixture.start()
      session = await fixture.open()
    }, 60_000)
    afterAll(async () => {
      await session.close()
      await fixture.stop()
    })

    test('says what was reached', async () => {
      expect(await session.test()).toMatch(
        /^(SQLite file shop 😀\.sqlite, \d|PostgreSQL \d+\.\d+, database postgres, as owner|File shop 😀\.csv, \d|File shop 😀\.xlsx, Excel, \d|Snowflake \d+\.\d+\.\d+, as ANNA with the role ANALYST, warehouse REPORTING)/,
      )
    })

    test('values of every type arrive as they are, the same in preview and read', async () => {
      const names = fixture.types.map((_, index) => `c${index}`)
      await fixture.execute(
        `CREATE TABLE typed (id INTEGER PRIMARY KEY, ${fixture.types.map(([declared], index) => `c${index} ${declared}`)})`,
      )
      await fixture.execute(`INSERT INTO typed VALUES (1, ${fixture.types.map(([, value]) => value)})`)
      await fixture.execute(`INSERT INTO typed (id) VALUES (2)`)
      const columns = (await session.listColumns(table('typed'))).slice(1)
      expect(columns.map((column) => column.type)).toEqual(fixture.types.map(([, , type]) => type))
      expect(columns.map((column) => column.sourceType)).toEqual(fixture.types.map(([declared]) => declared))
      const expected = [
        [1, ...fixture.types.map(([, , , value]) => value)],
        [2, ...fixture.types.map(() => null)],
      ]
      expect(await readAll(session, { query: table('typed'), uniqueId: ['id'], columns: names })).toStrictEqual(
        expected,
      )
      expect((await session.preview(table('typed'), 100)).rows).toStrictEqual(expected)
      const query = sql('SELECT * FROM typed')
      expect(await readAll(session, { query, uniqueId: ['id'], columns: names })).toStrictEqual(expected)
      const typesOf = (all: { name: string; type: string }[]) => all.map(({ name, type }) => [name, type])
      expect(typesOf((await session.preview(query, 100)).columns.slice(1))).toEqual(typesOf(columns))
    })

    test('odd texts stay what they are and are told apart', async () => {
      const texts = [
        null,
        '',
        'NULL',
        '\\N',
        '\\',
        '\\.',
        'a\tb',
        'a\nb\r\n',
        "it's",
        '"q"',
        '\b\f\v',
        '😀',
        'שלום',
        '1e5',
        ' ',
        `${'é"\'😀\n'.repeat(1300)}`,
      ]
      await fixture.execute(`CREATE TABLE odd (id INTEGER PRIMARY KEY, v TEXT, w TEXT);
      INSERT INTO odd VALUES ${texts.map((text, index) => `(${index}, ${literal(text)}, 'w')`)}`)
      const rows = texts.map((text, index) => [index, text, 'w'])
      for (const query of [table('odd'), sql('SELECT * FROM odd')]) {
        expect(await readAll(session, { query, uniqueId: ['id'], columns: ['v', 'w'] })).toStrictEqual(rows)
        expect((await session.preview(query, 100)).rows).toStrictEqual(rows)
      }
    })

    test('a huge value is left out and said to be; the others of its row and all other rows arrive', async () => {
      // 8 MB is the most that a value may have, 64 MB is far beyond, and five times 8 MB more than a row may have.
      await fixture.execute(`CREATE TABLE doubled AS WITH RECURSIVE doubled(t, i) AS
          (SELECT CAST('x' AS TEXT), 0 UNION ALL SELECT t || t, i + 1 FROM doubled WHERE i < 26)
        SELECT t, i FROM doubled WHERE i IN (23, 26);
      CREATE VIEW big AS SELECT a.t AS fits, b.t AS beyond FROM doubled a JOIN doubled b ON b.i = 26 WHERE a.i = 23;
      CREATE TABLE huge (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT, d TEXT, e TEXT, f TEXT);
      INSERT INTO huge
        SELECT 1, 'a', 'b', 'c', 'd', 'e', NULL FROM big
        UNION ALL SELECT 2, 'a', beyond, 'c', fits, NULL, 'f' FROM big
        UNION ALL SELECT 3, fits || 'x', '', 'c', 'd', 'e', 'f' FROM big
        UNION ALL SELECT 4, fits, fits, fits, fits, fits, 'f' FROM big
        UNION ALL SELECT 5, 'a', 'b', 'c', 'd', 'e', fits || fits FROM big`)
      const fits = 'x'.repeat(largestValue)
      const expected = [
        [1, 'a', 'b', 'c', 'd', 'e', null],
        [2, 'a', tooLarge, 'c', fits, null, 'f'],
        [3, tooLarge, '', 'c', 'd', 'e', 'f'],
        // The id and the tabs take a little of the row, so the fourth is too much already.
        [4, fits, fits, fits, tooLarge, tooLarge, 'f'],
        [5, 'a', 'b', 'c', 'd', 'e', tooLarge],
      ]
      const same = (rows: Value[][]) =>
        rows.length === 5 && rows.every((row, at) => row.every(isAt(expected[at] ?? [])))
      for (const query of [table('huge'), sql('SELECT * FROM huge')]) {
        const { columns, batches } = await session.read({
          query,
          uniqueId: ['id'],
          columns: ['a', 'b', 'c', 'd', 'e', 'f'],
        })
        const rows: Value[][] = []
        for await (const batch of batches) {
          rows.push(...decodeBatch(batch, columns))
          expect(batch.data.length).toBeLessThan(2 * largestRow)
        }
        expect(same(rows)).toBe(true)
      }
      expect(same((await session.preview(table('huge'), 100)).rows)).toBe(true)
      expect(await session.checkUniqueId(table('huge'), ['a'])).toMatchObject({ rows: 5, empty: 0, duplicated: 3 })
    }, 60_000)

    test('names with quotes, blanks and emoji are names like any other', async () => {
      const name = 'a "table"; --'
      const column = `e mail's "😀"`
      await fixture.execute(
        `CREATE TABLE ${quote(name)} (${quote(column)} TEXT PRIMARY KEY, "select" TEXT); INSERT INTO ${quote(name)} VALUES ('k', 'v')`,
      )
      expect((await session.listTables({ search: '"TABLE', limit: 10 })).tables.map(({ path }) => path)).toEqual([
        fixture.path(name),
      ])
      expect(await readAll(session, { query: table(name), uniqueId: [column], columns: ['select'] })).toEqual([
        ['k', 'v'],
      ])
      expect(await session.count(table(name))).toBe(1)
      expect(await session.checkUniqueId(table(name), [column, 'select'])).toMatchObject({
        rows: 1,
        empty: 0,
        duplicated: 0,
      })
    })

    test('text ids come in the order of their bytes', async () => {
      const ids = ['b', 'B', 'a', 'A', 'é', 'z', 'ﬀ', '😀', '10', '9', 'a b', 'a-b', 'ab', '_', 'Z']
      await fixture.execute(
        `CREATE TABLE words (id VARCHAR(20) NOT NULL PRIMARY KEY); INSERT INTO words VALUES ${ids.map((id) => `(${literal(id)})`)}`,
      )
      const expected = ids.toSorted(byBytes).map((id) => [id])
      expect(await readAll(session, { query: table('words'), uniqueId: ['id'], columns: [] })).toEqual(expected)
      expect(await readAll(session, { query: sql('SELECT id FROM words'), uniqueId: ['id'], columns: [] })).toEqual(
        expected,
      )
    })

    test('integer ids come by value, over many batches, the columns in the order asked for', async () => {
      const numbers = `WITH RECURSIVE n(i) AS (SELECT -5 UNION ALL SELECT i + 1 FROM n WHERE i < ${many - 6}) SELECT`
      await fixture.execute(`CREATE TABLE numbered (a TEXT, id BIGINT PRIMARY KEY, b INTEGER);
      INSERT INTO numbered ${numbers} 'row ' || i, i, i * 2 FROM n ORDER BY i % 7`)
      const expected = Array.from({ length: many }, (_, index) => [index - 5, (index - 5) * 2, `row ${index - 5}`])
      for (const query of [table('numbered'), sql('SELECT * FROM numbered')]) {
        expect(await readAll(session, { query, uniqueId: ['id'], columns: ['b', 'a'] })).toEqual(expected)
        expect(await session.count(query)).toBe(many)
      }
    })

    test('compound ids come by their first part, then their second', async () => {
      const parts: [number, string][] = [
        [10, 'a'],
        [9, 'b'],
        [9, 'B'],
        [10, ''],
        [-1, 'z'],
      ]
      await fixture.execute(`CREATE TABLE pairs (a INTEGER NOT NULL, b VARCHAR(9) NOT NULL, v TEXT, PRIMARY KEY (a, b));
      INSERT INTO pairs VALUES ${parts.map(([a, b]) => `(${a}, ${literal(b)}, 'v')`)}`)
      const expected = parts.toSorted(([a, b], [c, d]) => a - c || byBytes(b, d)).map(([a, b]) => [a, b, 'v'])
      expect(await readAll(session, { query: table('pairs'), uniqueId: ['a', 'b'], columns: ['v'] })).toEqual(expected)
    })

    test('rows without an id and rows that share one are all read', async () => {
      await fixture.execute(`CREATE TABLE loose (id TEXT, v INTEGER);
      INSERT INTO loose VALUES (NULL, 1), ('', 2), ('a', 3), ('b', 4), ('a', 5), (NULL, 6), ('a', 7), ('B', 8)`)
      const rows = await readAll(session, { query: table('loose'), uniqueId: ['id'], columns: ['v'] })
      expect(rows.map(([, v]) => Number(v)).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
      expect(rows.map(([id]) => id).filter((id) => id !== null)).toEqual(['', 'B', 'a', 'a', 'a', 'b'])
      const check = await session.checkUniqueId(table('loose'), ['id'])
      expect(check).toMatchObject({ rows: 8, empty: 3, duplicated: 3, duplicates: [{ id: ['a'], rows: 3 }] })
      expect(check.examplesOfEmpty.toSorted((a, b) => Number(a.v) - Number(b.v))).toEqual([
        { id: null, v: 1 },
        { id: '', v: 2 },
        { id: null, v: 6 },
      ])
    })

    test('an empty table is no rows, not a fault', async () => {
      await fixture.execute(
        'CREATE TABLE empty_table (id INTEGER PRIMARY KEY, v TEXT); CREATE VIEW empty_view AS SELECT * FROM empty_table',
      )
      for (const name of ['empty_table', 'empty_view']) {
        expect(await readAll(session, { query: table(name), uniqueId: ['id'], columns: ['v'] })).toEqual([])
        expect(await session.preview(table(name), 10)).toMatchObject({
          rows: [],
          columns: [{ name: 'id' }, { name: 'v', type: 'text' }],
        })
        expect(await session.count(table(name))).toBe(0)
        expect(await session.checkUniqueId(table(name), ['id'])).toEqual({
          rows: 0,
          empty: 0,
          duplicated: 0,
          duplicates: [],
          examplesOfEmpty: [],
        })
      }
      expect((await session.listTables({ search: 'empty_', limit: 10 })).tables).toMatchObject([
        { kind: 'table' },
        { kind: fixture.noViews ? 'table' : 'view' },
      ])
    })

    test('tables are listed page by page', async () => {
      const all = await session.listTables({ limit: 1000 })
      expect(all.next).toBeUndefined()
      expect(all.tables.length).toBeGreaterThan(5)
      const paths: string[][] = []
      let after: string | undefined
      do {
        const page = await session.listTables({ limit: 2, ...(after !== undefined && { after }) })
        paths.push(...page.tables.map(({ path }) => path))
        after = page.next
      } while (after !== undefined)
      expect(paths).toEqual(all.tables.map(({ path }) => path))
      expect(await session.listTables({ search: 'no such table', limit: 5 })).toEqual({ tables: [] })
    })

    test('a preview has at most as many rows as asked for, and columns of SQL keep their types', async () => {
      const query = sql('SELECT id, b AS twice, count(*) OVER () AS n FROM numbered ORDER BY id -- the end')
      const preview = await session.preview(query, 3)
      expect(preview.rows).toEqual([
        [-5, -10, many],
        [-4, -8, many],
        [-3, -6, many],
      ])
      expect(preview.columns.map(({ name, type }) => [name, type])).toEqual([
        ['id', 'integer'],
        ['twice', 'integer'],
        ['n', 'integer'],
      ])
      expect((await session.preview(query, 0)).rows).toEqual([])
    })

    test('a table or column that is gone is named', async () => {
      await fixture.execute('CREATE TABLE leaving (id INTEGER PRIMARY KEY, email TEXT)')
      const gone = (columns: string[]) =>
        problemOf(readAll(session, { query: table('leaving'), uniqueId: ['id'], columns }))
      expect(await gone(['emial'])).toMatchObject({ remedy: 'edit-sync', message: expect.stringContaining('"emial"') })
      await fixture.execute('DROP TABLE leaving')
      const named = {
        remedy: fixture.tablesAreFiles ? 'reconnect' : 'edit-sync',
        message: expect.stringContaining('leaving'),
      }
      expect(await gone(['email'])).toMatchObject(named)
      expect(await problemOf(session.count(table('leaving')))).toMatchObject(named)
      expect(await problemOf(session.listColumns(table('leaving')))).toMatchObject(named)
      expect(await problemOf(session.preview(sql('SELECT * FROM leaving'), 1))).toMatchObject(named)
    })

    test.each([
      ['INSERT INTO numbered (id) VALUES (0)', 'Only a SELECT'],
      ['SELECT 1; DELETE FROM numbered', 'several statements'],
      ['SELECT 1 AS id, 2 AS id', '"id"'],
      ['SELECT 1 AS id FORM numbered', '"FORM"'],
      ['', 'empty'],
    ])('%j is refused in plain words', async (text, words) => {
      const problem = { remedy: 'edit-sync', message: expect.stringContaining(words) }
      expect(await problemOf(session.listColumns(sql(text)))).toMatchObject(problem)
      expect(await problemOf(session.preview(sql(text), 5))).toMatchObject(problem)
      expect(await problemOf(readAll(session, { query: sql(text), uniqueId: ['id'], columns: [] }))).toMatchObject(
        problem,
      )
    })

    test('after a problem the session goes on', async () => {
      await problemOf(session.count(sql('SELECT nonsense')))
      expect(await session.count(sql('SELECT 1 AS id'))).toBe(1)
    })

    test('several questions at once each get their own answer', async () => {
      const answers = await Promise.all([
        session.count(table('numbered')),
        problemOf(session.count(sql('SELECT nonsense'))),
        session.count(table('pairs')),
      ])
      expect(answers).toMatchObject([many, { remedy: 'edit-sync' }, 5])
    })

    test('a read shows one moment: what is written meanwhile is not in it', async () => {
      const { batches } = await session.read({ query: table('numbered'), uniqueId: ['id'], columns: ['a'] })
      let rows = 0
      for await (const batch of batches) {
        if (rows === 0) await fixture.execute("INSERT INTO numbered VALUES ('late', 1000000, 0)")
        rows += batch.length
      }
      await fixture.execute('DELETE FROM numbered WHERE id = 1000000')
      expect(rows).toBe(many)
    })

    test('a read that is stopped early lets go, and the next one starts from the beginning', async () => {
      const request = { query: table('numbered'), uniqueId: ['id'], columns: ['a'] }
      for (let time = 0; time < 3; time++) {
        for await (const batch of (await session.read(request)).batches) {
          expect(batch.length).toBeGreaterThan(0)
          break
        }
      }
      await fixture.execute('DROP TABLE IF EXISTS was_locked; CREATE TABLE was_locked (id INTEGER)')
      expect((await readAll(session, request)).length).toBe(many)
    })

    test('a cancel stops a read between batches and throws its reason', async () => {
      const abort = new AbortController()
      const canceled = await fixture.open(abort.signal)
      const { batches } = await canceled.read({ query: table('numbered'), uniqueId: ['id'], columns: [] })
      const reason = new DOMException('canceled', 'AbortError')
      const all = async () => {
        for await (const _ of batches) abort.abort(reason)
      }
      await expect(all()).rejects.toBe(reason)
      await expect(canceled.count(table('numbered'))).rejects.toBe(reason)
      await canceled.close()
    })

    test('no problem holds a secret', async () => {
      const texts = ['SELECT nonsense', 'SELECT * FROM nowhere', 'DROP TABLE numbered', "SELECT 'open"]
      for (const text of texts) {
        const told = JSON.stringify(await problemOf(session.count(sql(text))))
        for (const secret of fixture.secrets) expect(told).not.toContain(secret)
      }
    })
  },
)
