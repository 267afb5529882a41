import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { problemOf, testContext } from '../../testing/sources.ts'
import type { Query, SourceSession } from '../../types.ts'
import { sqlite } from './index.ts'

let folder: string
let session: SourceSession
const open = (signal?: AbortSignal) => sqlite.open({ file: join(folder, 'shop.sqlite') }, testContext(signal))

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-sqlite-'))
  const database = new Database(join(folder, 'shop.sqlite'))
  database.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, NULL), (2, NULL)')
  database.close()
  session = await open()
})
afterAll(async () => {
  await session.close()
  rmSync(folder, { recursive: true })
})

const table: Query = { kind: 'table', table: ['t'] }
/** Seconds of work in one statement. */
const slow: Query = {
  kind: 'sql',
  sql: 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i) AS id FROM n',
}

test.each<[string, (slow: Query, of: SourceSession) => Promise<unknown>]>([
  ['count', (query, of) => of.count(query)],
  ['preview', (query, of) => of.preview(query, 10)],
  ['columns', (query, of) => of.listColumns(query)],
  ['check of the unique id', (query, of) => of.checkUniqueId(query, ['id'])],
])('a slow %s leaves the thread to others', async (_, ask) => {
  const order: string[] = []
  const answered = ask(slow, session).then(() => order.push('slow'))
  await session.test()
  order.push('quick')
  await answered
  expect(order).toEqual(['quick', 'slow'])
})

test('a cancel answers at once with its reason, while the statement still works', async () => {
  const abort = new AbortController()
  const canceled = await open(abort.signal)
  const order: string[] = []
  const counting = canceled.count(slow)
  const other = session.count(slow).then(() => order.push('other'))
  const reason = new DOMException('canceled', 'AbortError')
  abort.abort(reason)
  await expect(counting).rejects.toBe(reason)
  order.push('canceled')
  await other
  expect(order).toEqual(['canceled', 'other'])
  await canceled.close()
})

test('more questions than threads are all answered, and one that is canceled while it waits is not asked', async () => {
  const abort = new AbortController()
  const canceled = await open(abort.signal)
  const first = Array.from({ length: 6 }, () => session.count(table))
  const waits = canceled.count(table)
  abort.abort(new DOMException('canceled', 'AbortError'))
  await expect(waits).rejects.toThrow('canceled')
  expect(await Promise.all([...first, ...Array.from({ length: 6 }, () => session.count(table))])).toEqual(
    Array.from({ length: 12 }, () => 2),
  )
  await canceled.close()
})

test('a session that is closed answers no more', async () => {
  const closing = await open()
  const counting = closing.count(slow)
  await closing.close()
  await expect(counting).rejects.toThrow()
})

test('a problem comes out of the thread as it is', async () => {
  expect(await problemOf(session.count({ kind: 'sql', sql: 'SELECT emial FROM t' }))).toMatchObject({
    remedy: 'edit-sync',
    message: expect.stringContaining('emial'),
    detail: expect.stringContaining('SQLITE_ERROR'),
  })
})
