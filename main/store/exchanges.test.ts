import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openExchanges, readExchanges } from './exchanges.ts'

let folder: string
const file = () => join(folder, 's.exchanges.db')
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-exchanges-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = '2026-01-01T00:00:00.000Z'
/** Nothing that can be made shorter than half of it. */
const noise = (characters: number) => randomBytes(characters / 2).toString('hex')
/** What the log takes on the disk, in MB. */
const onDisk = () =>
  ['', '-wal', '-shm'].reduce(
    (sum, end) => sum + (statSync(`${file()}${end}`, { throwIfNoEntry: false })?.size ?? 0),
    0,
  ) /
  1024 ** 2

test('a change finds the requests of its batch, newest first', () => {
  const log = openExchanges(file(), 1)
  log.keep(1, 10, { request: 'first', response: 'wait' }, at)
  log.keep(1, 5, { request: 'second', response: 'ok' }, at)
  log.keep(6, 10, { request: 'third', response: 'ok' }, at)
  log.close()
  expect(readExchanges(file(), 3).map(({ request }) => request)).toEqual(['second', 'first'])
  expect(readExchanges(file(), 10).map(({ request }) => request)).toEqual(['third', 'first'])
  expect(readExchanges(file(), 11)).toEqual([])
})

test('the oldest make room for the newest', () => {
  const log = openExchanges(file(), 1)
  for (let change = 1; change <= 60; change++) log.keep(change, change, { request: noise(50_000), response: '' }, at)
  log.close()
  const kept = Array.from({ length: 60 }, (_, index) => readExchanges(file(), index + 1).length)
  expect(kept.slice(0, 20).every((count) => count === 0)).toBe(true)
  expect(kept.slice(-30).every((count) => count === 1)).toBe(true)
})

test('the budget holds on the disk while it is written, however much fails, and a smaller one makes the file smaller', () => {
  const log = openExchanges(file(), 2)
  for (let change = 1; change <= 400; change++) {
    log.keep(change, change, { request: noise(30_000), response: noise(10_000) }, at)
    expect(onDisk()).toBeLessThanOrEqual(2)
  }
  log.close()
  expect(onDisk()).toBeLessThanOrEqual(2)
  expect(onDisk()).toBeGreaterThan(1.5)
  expect(readExchanges(file(), 400)).toHaveLength(1)
  openExchanges(file(), 1).close()
  expect(onDisk()).toBeLessThanOrEqual(1)
  expect(readExchanges(file(), 400)).toHaveLength(1)
  openExchanges(file(), 0).close()
  expect(onDisk()).toBeLessThan(0.05)
})

test('one run does not push out all before it', () => {
  const log = openExchanges(file(), 1)
  expect(log.hasRoom()).toBe(true)
  for (let change = 1; change <= 6; change++)
    log.keep(change, change, { request: 'x'.repeat(50_000), response: '' }, at)
  expect(log.hasRoom()).toBe(false)
  log.close()
})

test('with no room nothing is kept', () => {
  const log = openExchanges(file(), 0)
  expect(log.hasRoom()).toBe(false)
  log.keep(1, 1, { request: 'a failure', response: '' }, at)
  log.close()
  expect(readExchanges(file(), 1)).toEqual([])
})

test('of a long text each row gets the part that it stands in, the head of the request, and how much there is', () => {
  const rows = Array.from(
    { length: 3_000 },
    (_, index) => `{"id":${index + 1},"name":"A \\"${index + 1}\\" 🦊","of":1500}`,
  )
  const request = `POST https://x.test/hook\ncontent-type: application/json\n\n[${rows.join(',\n')}]`
  const log = openExchanges(file(), 10)
  log.keep(1, 3_000, { request, response: 'ok' }, at)
  log.close()
  for (const row of [1, 2, 900, 1_500, 2_999, 3_000]) {
    const [kept] = readExchanges(file(), row, String(row))
    expect(kept?.request).toContain(rows[row - 1])
    expect(kept?.request.startsWith('POST https://x.test/hook\ncontent-type: application/json\n\n')).toBe(true)
    expect(kept?.request.endsWith(`\n(${request.length.toLocaleString('en')} characters in all)`)).toBe(true)
    expect(kept?.request.length).toBeLessThan(70_000)
    expect(kept?.response).toBe('ok')
    // Without anything that tells it from others it is where its place among them says.
    expect(readExchanges(file(), row)[0]?.request).toContain(rows[row - 1])
  }
  expect(readExchanges(file(), 900, 'A "900"')[0]?.request).toMatch(
    /\n… \([\d,]+ characters before\)\n[^…]+\n… \([\d,]+ characters after\)\n/,
  )
})

test('a text that would fill the file alone is cut and says so', () => {
  const log = openExchanges(file(), 1)
  const request = noise(2_000_000)
  log.keep(1, 1, { request, response: '' }, at)
  log.close()
  const db = new Database(file(), { readonly: true })
  expect(db.prepare('SELECT length(request) FROM exchange').pluck().get()).toBeLessThanOrEqual(1024 ** 2 / 8)
  db.close()
  expect(readExchanges(file(), 1)[0]?.request.slice(0, 1_000)).toContain('characters before)')
  expect(onDisk()).toBeLessThanOrEqual(1)
})

test('a file of an earlier version is made anew', () => {
  const db = new Database(file())
  db.exec(
    'CREATE TABLE exchange (id INTEGER PRIMARY KEY, at TEXT, first INTEGER, last INTEGER, bytes INTEGER, request TEXT, response TEXT)',
  )
  db.exec("INSERT INTO exchange VALUES (1, '', 1, 1, 2, 'a', 'b')")
  db.close()
  expect(readExchanges(file(), 1)).toEqual([])
  const log = openExchanges(file(), 1)
  log.keep(1, 1, { request: 'new', response: '' }, at)
  log.close()
  expect(readExchanges(file(), 1)).toEqual([{ at, request: 'new', response: '' }])
})

test('a damaged file is made anew: it holds nothing that is needed', () => {
  writeFileSync(file(), 'no database '.repeat(1_000))
  const log = openExchanges(file(), 1)
  log.keep(1, 1, { request: 'again', response: '' }, at)
  log.close()
  expect(readExchanges(file(), 1)).toHaveLength(1)
})
