import { setImmediate } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, test, vi } from 'vitest'
import { problemOf, readAll } from '../../testing/sources.ts'
import type { Query } from '../../types.ts'
import { backendOf, connectForReading, endBackend } from './connection.ts'
import { CopyOut } from './copy.ts'
import { connections, open, proxy, request, rows, server, withServer } from './testing.ts'

withServer('')

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
