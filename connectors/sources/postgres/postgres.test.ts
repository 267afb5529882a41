import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type PostgresServer, startPostgres } from '../../testing/postgres.ts'
import { problemOf, readAll, testContext } from '../../testing/sources.ts'
import type { Query, SourceSession } from '../../types.ts'
import { backendOf, connectForReading, endBackend } from './connection.ts'
import { CopyOut } from './copy.ts'
import { postgres } from './index.ts'

let server: PostgresServer
const opened: SourceSession[] = []
const proxies: Server[] = []
const numbered: Query = { kind: 'table', table: ['public', 'numbered'] }
const rows = 100_000
const request = { query: numbered, uniqueId: ['id'], columns: ['note'] }

beforeAll(async () => {
  server = await startPostgres()
  await server.query(`CREATE TABLE numbered (id int PRIMARY KEY, note text);
    INSERT INTO numbered SELECT n, 'note number ' || n FROM generate_series(1, ${rows}) n; ANALYZE numbered;
    CREATE ROLE reader LOGIN PASSWORD 'reader-secret'; CREATE TABLE hidden (id int PRIMARY KEY, v text); CREATE TABLE partly (id int, v text);
    GRANT SELECT (id) ON partly TO reader; CREATE SCHEMA private; CREATE TABLE private.inside (id int)`)
}, 60_000)
afterEach(async () => {
  await Promise.all(opened.splice(0).map((session) => session.close()))
  for (const proxy of proxies.splice(0)) proxy.close()
})
afterAll(() => server.stop())

type Changes = Partial<
  Record<'host' | 'database' | 'user' | 'password' | 'tls' | 'certificate', string> & { port: number }
>

async function open(changes: Changes = {}, signal?: AbortSignal): Promise<SourceSession> {
  const { host, port, database, user, password } = server
  const values = { how: 'form', host, port, database, user, password, tls: 'disable', ...changes }
  const session = await postgres.open(values, testContext(signal))
  opened.push(session)
  return session
}

/** How many connections of Outflow the server has, besides those that are open on purpose. */
async function connections(): Promise<number> {
  const [row] = await server.query("SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'Outflow'")
  return Number(row?.n)
}

/** Stands between: what the server says goes through `pass`, chunk by chunk. */
function proxy(pass: (chunk: Buffer, client: Socket) => void): Promise<number> {
  const between = createServer((client) => {
    const upstream = connect(server.port, server.host)
    client.pipe(upstream)
    upstream.on('data', (chunk) => pass(chunk, client))
    upstream.on('close', () => client.destroy())
    client.on('close', () => upstream.destroy())
    client.on('error', () => {})
    upstream.on('error', () => {})
  })
  proxies.push(between)
  return new Promise((resolve) => {
    between.listen(0, '127.0.0.1', () => {
      const address = between.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
}

describe('signing in', () => {
  test('a connection string is taken apart, whatever is in the password', async () => {
    const session = await postgres.open(
      { how: 'url', url: ` ${server.url}?sslmode=require `, tls: 'disable' },
      testContext(),
    )
    opened.push(session)
    expect(await session.test()).toMatch(/^PostgreSQL \d+\.\d+, database postgres, as owner$/)
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

  test.each<[string, Changes, string, string]>([
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

describe('reading', () => {
  test('rows are whole however the network cuts them up', async () => {
    const port = await proxy((chunk, client) => {
      for (let at = 0; at < chunk.length; at += 1013) client.write(chunk.subarray(at, at + 1013))
    })
    const read = await readAll(await open({ port }), request)
    expect(read.length).toBe(rows)
    expect(read.every(([id, note], index) => id === index + 1 && note === `note number ${index + 1}`)).toBe(true)
  })

  test('a message of the network that arrives byte by byte is understood', async () => {
    const port = await proxy((chunk, client) => {
      for (let at = 0; at < chunk.length; at++) client.write(chunk.subarray(at, at + 1))
    })
    const session = await open({ port })
    const query = { kind: 'sql', sql: 'SELECT * FROM numbered WHERE id < 100' } as const
    expect((await readAll(session, { ...request, query })).length).toBe(99)
  })

  test('notices in the middle of the rows do no harm', async () => {
    await server.query(
      `CREATE FUNCTION chatty(n int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''row %'', n; RETURN n; END'`,
    )
    const query = { kind: 'sql', sql: 'SELECT chatty(id) AS id, note FROM numbered WHERE id <= 3000' } as const
    expect((await readAll(await open(), { ...request, query })).length).toBe(3000)
  })

  test('a value that breaks the query on the way is a problem, not a short read', async () => {
    const query = { kind: 'sql', sql: `SELECT id, note, 1 / (${rows - 10} - id) AS x FROM numbered` } as const
    const problem = await problemOf(readAll(await open(), { ...request, query, columns: ['x'] }))
    expect(problem).toMatchObject({ remedy: 'edit-sync', message: expect.stringContaining('division by zero') })
  })

  test('a row larger than any buffer arrives whole, between small ones', async () => {
    await server.query(`CREATE TABLE large (id int PRIMARY KEY, v text);
      INSERT INTO large VALUES (1, 'a'), (2, repeat('é' || chr(10), 2000000)), (3, NULL)`)
    const read = await readAll(await open(), {
      query: { kind: 'table', table: ['public', 'large'] },
      uniqueId: ['id'],
      columns: ['v'],
    })
    expect(read.map(([id, v]) => [id, v === null ? null : String(v).length])).toEqual([
      [1, 1],
      [2, 4_000_000],
      [3, null],
    ])
    expect(read[1]?.[1] === 'é\n'.repeat(2_000_000)).toBe(true)
  })

  test('a consumer that is slow holds the server up, and its batch stays as it was', async () => {
    const wide: Query = {
      kind: 'sql',
      sql: "SELECT n AS id, repeat('x', 1000) AS note FROM generate_series(1, 30000) n",
    }
    let read = 0
    for await (const { data, length } of (await (await open()).read({ ...request, query: wide })).batches) {
      const before = Buffer.from(data)
      // Time for many chunks to come in, if the socket were not paused.
      for (let turn = 0; turn < 100; turn++) await setImmediate()
      expect(before.equals(data)).toBe(true)
      expect(data.length).toBeLessThan(400_000)
      read += length
    }
    expect(read).toBe(30_000)
  })

  test('a server that counts other rows than came is not believed', async () => {
    const port = await proxy((chunk, client) => {
      client.write(Buffer.from(chunk.toString('latin1').replace('COPY 50\0', 'COPY 51\0'), 'latin1'))
    })
    const query: Query = { kind: 'sql', sql: 'SELECT * FROM numbered WHERE id <= 50' }
    expect(await problemOf(readAll(await open({ port }), { ...request, query }))).toMatchObject({ remedy: 'retry' })
  })

  test('after the rows, or a mistake, the connection is as good as before', async () => {
    const client = new pg.Client(server.url)
    await client.connect()
    for (const table of ['numbered', 'nowhere', 'numbered']) {
      const copy = new CopyOut(`COPY ${table} TO STDOUT`)
      client.query(copy)
      const read = async () => {
        let count = 0
        for await (const batch of copy.batches()) count += batch.length
        return count
      }
      if (table === 'nowhere') await expect(read()).rejects.toThrow('nowhere')
      else expect(await read()).toBe(rows)
      expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    }
    await client.end()
  })

  test('the server is told to end a process, and only the very one that was meant', async () => {
    const values = { ...server, tls: 'disable', certificate: undefined }
    const { signal } = new AbortController()
    const [meant, other] = await Promise.all([connectForReading(values, signal), connectForReading(values, signal)])
    const backend = await backendOf(meant)
    if (!backend) throw new Error('The server does not say who works for us.')
    await endBackend(other, { ...backend, since: '2000-01-01' })
    expect((await meant.query('SELECT 1 AS one')).rows).toEqual([{ one: '1' }])
    const ended = new Promise((resolve) => meant.once('end', () => resolve('ended')))
    await endBackend(other, backend)
    expect(await ended).toBe('ended')
    await other.end()
  })

  test('a server process that is killed in the middle is a problem that a retry mends', async () => {
    const session = await open()
    const wide = {
      kind: 'sql',
      sql: "SELECT n AS id, repeat('x', 1000) AS note FROM generate_series(1, 300000) n",
    } as const
    const killed = async () => {
      const { batches } = await session.read({ ...request, query: wide })
      for await (const _ of batches) {
        await server.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%COPY%' AND application_name = 'Outflow'",
        )
      }
    }
    expect(await problemOf(killed())).toMatchObject({ remedy: 'retry' })
    expect((await readAll(session, request)).length).toBe(rows)
  })

  test('a connection that breaks in the middle is a problem that a retry mends', async () => {
    let sent = 0
    const port = await proxy((chunk, client) => {
      sent += chunk.length
      if (sent > 1_000_000) client.destroy()
      else client.write(chunk)
    })
    expect(await problemOf(readAll(await open({ port }), request))).toMatchObject({ remedy: 'retry' })
  })

  test('a read that is stopped early ends on the server too, even while it still sorts', async () => {
    const session = await open()
    const wide = {
      kind: 'sql',
      sql: "SELECT n AS id, repeat('x', 1000) AS note FROM generate_series(1, 300000) n",
    } as const
    for await (const _ of (await session.read({ ...request, query: wide })).batches) break
    await vi.waitFor(async () => expect(await connections()).toBe(1))
    const abort = new AbortController()
    const other = await open({}, abort.signal)
    const endless = { kind: 'sql', sql: 'SELECT n::text AS id FROM generate_series(1, 1000000000000) n' } as const
    const reading = readAll(other, { query: endless, uniqueId: ['id'], columns: [] })
    await vi.waitFor(async () => expect(await connections()).toBe(3))
    const reason = new DOMException('canceled', 'AbortError')
    abort.abort(reason)
    await expect(reading).rejects.toBe(reason)
    await vi.waitFor(async () => expect(await connections()).toBeLessThan(3), { timeout: 10_000 })
  }, 20_000)

  test('a reader that nobody looked into is let go with the session', async () => {
    const before = await connections()
    const session = await open()
    await session.read(request)
    expect(await connections()).toBe(before + 2)
    await session.close()
    opened.splice(0)
    await vi.waitFor(async () => expect(await connections()).toBe(before), { timeout: 5_000 })
  })

  test('integers and uuids are read by their index, without sorting', async () => {
    await server.query(
      `CREATE TABLE ids (id uuid PRIMARY KEY DEFAULT gen_random_uuid()); INSERT INTO ids SELECT FROM generate_series(1, 3000)`,
    )
    const query: Query = { kind: 'table', table: ['public', 'ids'] }
    const read = (await readAll(await open(), { query, uniqueId: ['id'], columns: [] })).map(([id]) => String(id))
    expect(read).toEqual(read.toSorted())
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
        await Promise.all(opened.splice(0).map((session) => session.close()))
      } finally {
        await secure.stop()
        rmSync(folder, { recursive: true })
      }
    },
    60_000,
  )
})
