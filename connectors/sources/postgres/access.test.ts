import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startPostgres } from '../../testing/postgres.ts'
import { problemOf, readAll, testContext } from '../../testing/sources.ts'
import type { Query } from '../../types.ts'
import { postgres } from './index.ts'
import { closeSessions, numbered, open, request, rows, server, withServer } from './testing.ts'

withServer(`CREATE ROLE reader LOGIN PASSWORD 'reader-secret'; CREATE TABLE hidden (id int PRIMARY KEY, v text);
  CREATE TABLE partly (id int, v text); GRANT SELECT (id) ON partly TO reader; CREATE SCHEMA private; CREATE TABLE private.inside (id int)`)

describe('signing in', () => {
  test('a connection string is taken apart, whatever is in the password', async () => {
    const session = await postgres.open(
      { how: 'url', url: ` ${server.url}?sslmode=require `, tls: 'disable' },
      testContext(),
    )
    expect(await session.test()).toMatch(/^PostgreSQL \d+\.\d+, database postgres, as owner$/)
    await session.close()
  })

  test.each([
    'postgres://',
    'mysql://user:topsecret@host/db',
    'host=a password=topsecret',
    'postgres://user:top%secret@host/db',
    '',
  ])('the connection string %j is refused and not repeated', async (url) => {
    const problem = await problemOf(postgres.open({ how: 'url', url, tls: 'disable' }, testContext()))
    expect(problem).toMatchObject({ remedy: 'reconnect', message: expect.stringContaining('connection string') })
    expect(JSON.stringify(problem)).not.toMatch(/topsecret|top%secret/)
  })

  test.each<[string, Parameters<typeof open>[0] & object, string, string]>([
    ['a wrong password', { password: 'guess-4711' }, 'reconnect', 'password'],
    ['an unknown user', { user: 'nobody' }, 'reconnect', 'password'],
    ['an unknown database', { database: 'nowhere' }, 'reconnect', 'database'],
    ['an unknown server', { host: 'nowhere.invalid' }, 'reconnect', 'server'],
    ['a port where nothing answers', { port: 1 }, 'retry', 'port'],
    ['a server without encryption', { tls: 'require' }, 'reconnect', 'encryption'],
    ['a form without a server', { host: ' ' }, 'reconnect', 'Server'],
  ])('%s is told in plain words', async (_, changes, remedy, words) => {
    const problem = await problemOf(open(changes))
    // Without a network a name cannot be looked up at all: then it is worth a retry.
    if (changes.host !== 'nowhere.invalid') expect(problem.remedy).toBe(remedy)
    expect(problem.message).toMatch(new RegExp(words, 'i'))
    for (const secret of [server.password, 'guess-4711']) expect(JSON.stringify(problem)).not.toContain(secret)
  })

  test('only tables that the user may read are offered, and only the columns', async () => {
    const reader = await open({ user: 'reader', password: 'reader-secret' })
    expect((await reader.listTables({ limit: 10 })).tables).toEqual([{ path: ['public', 'partly'], kind: 'table' }])
    expect((await reader.listColumns({ kind: 'table', table: ['public', 'partly'] })).map(({ name }) => name)).toEqual([
      'id',
    ])
    const hidden: Query = { kind: 'table', table: ['public', 'hidden'] }
    const forbidden = { remedy: 'reconnect', message: expect.stringContaining('hidden') }
    for (const work of [
      reader.listColumns(hidden),
      reader.count(hidden),
      reader.preview({ kind: 'sql', sql: 'TABLE hidden' }, 1),
    ]) {
      expect(await problemOf(work)).toMatchObject(forbidden)
    }
    expect(await problemOf(readAll(reader, { query: hidden, uniqueId: ['id'], columns: [] }))).toMatchObject(forbidden)
  })
})

describe('looking around', () => {
  test('a partitioned table is listed once, with views, materialized views and estimates', async () => {
    await server.query(`CREATE SCHEMA shop; CREATE TABLE shop.orders (id int, day date) PARTITION BY RANGE (day);
      CREATE TABLE shop.orders_2024 PARTITION OF shop.orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
      CREATE VIEW shop.v AS SELECT 1 AS id; CREATE MATERIALIZED VIEW shop.m AS SELECT 1 AS id`)
    const session = await open()
    expect((await session.listTables({ search: 'shop.', limit: 10 })).tables).toEqual([
      { path: ['shop', 'm'], kind: 'view' },
      { path: ['shop', 'orders'], kind: 'table' },
      { path: ['shop', 'v'], kind: 'view' },
    ])
    expect((await session.listTables({ search: 'NUMBERED', limit: 10 })).tables).toEqual([
      { path: ['public', 'numbered'], kind: 'table', rowEstimate: rows },
    ])
  })

  test('a mistake in a query is shown with its line', async () => {
    const session = await open()
    const wrong = { kind: 'sql', sql: "SELECT id, '😀' AS note\nFROM numbered\nWHERE emial IS NULL -- ?\n;" } as const
    const said = {
      remedy: 'edit-sync',
      message: expect.stringMatching(/"emial" does not exist \(line 3 of the query\)/),
    }
    expect(await problemOf(session.listColumns(wrong))).toMatchObject(said)
    expect(await problemOf(session.count(wrong))).toMatchObject(said)
    expect(await problemOf(session.preview(wrong, 1))).toMatchObject(said)
    expect(await problemOf(readAll(session, { query: wrong, uniqueId: ['id'], columns: [] }))).toMatchObject(said)
  })

  test('what a query sets for the session does not change how later values are printed', async () => {
    const session = await open()
    const spoiled =
      "SELECT set_config('datestyle', 'SQL, DMY', false) AS a, set_config('timezone', 'Asia/Tokyo', false) AS b"
    await session.preview({ kind: 'sql', sql: spoiled }, 1)
    const { rows: shown } = await session.preview(
      { kind: 'sql', sql: "SELECT timestamptz '2024-01-02 03:04:05Z' AS at" },
      1,
    )
    expect(shown).toEqual([['2024-01-02T03:04:05Z']])
  })

  test('nothing can be changed, not even by a function or by switching the protection off', async () => {
    await server.query(
      `CREATE FUNCTION spoil() RETURNS int LANGUAGE plpgsql AS 'BEGIN DELETE FROM numbered; RETURN 1; END'`,
    )
    const session = await open()
    const plain = { remedy: 'edit-sync', message: expect.stringContaining('only reads') }
    expect(await problemOf(session.preview({ kind: 'sql', sql: 'SELECT spoil()' }, 1))).toMatchObject(plain)
    expect(
      await problemOf(
        readAll(session, { query: { kind: 'sql', sql: 'SELECT spoil() AS id' }, uniqueId: ['id'], columns: [] }),
      ),
    ).toMatchObject(plain)
    await session.preview({ kind: 'sql', sql: "SELECT set_config('default_transaction_read_only', 'off', false)" }, 1)
    expect(await problemOf(session.preview({ kind: 'sql', sql: 'SELECT spoil()' }, 1))).toMatchObject(plain)
    await problemOf(
      session.preview({ kind: 'sql', sql: 'WITH gone AS (DELETE FROM numbered RETURNING *) SELECT * FROM gone' }, 1),
    )
    expect(await session.count(numbered)).toBe(rows)
  })
})

describe('encryption', () => {
  const openssl = (() => {
    try {
      return execFileSync('openssl', ['version']).length > 0
    } catch {
      return false
    }
  })()

  test.skipIf(!openssl)(
    'the certificate is checked when asked for, and by the CA that is given (needs openssl)',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'outflow-tls-'))
      chmodSync(folder, 0o755)
      const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-days',
          '2',
          '-subj',
          '/CN=localhost',
          '-addext',
          'subjectAltName=IP:127.0.0.1',
          '-keyout',
          key,
          '-out',
          certificate,
        ],
        { stdio: 'ignore' },
      )
      // The server may run as another user and takes only a key that is nobody else's.
      if (process.getuid?.() === 0) {
        const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres']).toString())) as [
          number,
          number,
        ]
        chownSync(key, uid, gid)
      }
      expect(statSync(key).mode & 0o077).toBe(0)
      const secure = await startPostgres([
        '-c',
        'ssl=on',
        '-c',
        `ssl_key_file=${key}`,
        '-c',
        `ssl_cert_file=${certificate}`,
      ])
      try {
        await secure.query(`CREATE TABLE numbered AS SELECT n AS id, 'note' AS note FROM generate_series(1, 20000) n`)
        const at = { host: secure.host, port: secure.port, password: secure.password }
        expect(await problemOf(open({ ...at, tls: 'verify' }))).toMatchObject({
          remedy: 'reconnect',
          message: expect.stringContaining('certificate'),
        })
        for (const tls of [{ tls: 'require' }, { tls: 'verify', certificate: readFileSync(certificate, 'utf8') }]) {
          expect((await readAll(await open({ ...at, ...tls }), request)).length).toBe(20_000)
        }
        await closeSessions()
      } finally {
        await secure.stop()
        rmSync(folder, { recursive: true })
      }
    },
    60_000,
  )
})
