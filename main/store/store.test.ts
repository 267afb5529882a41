import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toProblem } from '../../connectors/problems.ts'
import type { Problem, Sync } from '../../preload/api.ts'
import type { StoredConnection } from './connections.ts'
import { type Migration, migrations } from './migrations/index.ts'
import { openStore } from './store.ts'

let folder: string
const file = () => join(folder, 'outflow.db')
const at = '2026-03-01T09:30:00.000Z'

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-store-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const connection: StoredConnection = {
  id: 'warehouse',
  name: 'Wärehouse “1” 🏬',
  connector: 'postgres',
  kind: 'source',
  values: { host: 'db.example.com', port: 5432, tls: true },
  status: 'ok',
  testedAs: 'PostgreSQL 17.2, as anna',
  testedAt: at,
  sample: false,
}
const audience = {
  id: 'vips',
  name: 'VIPs',
  connection: 'warehouse',
  query: { kind: 'table' as const, table: ['public', "o'brien"] },
  uniqueId: ['id'],
  updatedAt: at,
}
const sync: Sync = {
  id: 'vips-crm',
  name: 'VIPs → CRM',
  audience: 'vips',
  destination: 'warehouse',
  object: 'contacts',
  mode: 'upsert',
  key: 'email',
  mapping: [{ field: 'email', from: { kind: 'template', template: '{{first}}@example.com' } }],
  removal: 'nothing',
  firstRun: 'adopt',
  edits: 'overwrite',
  guards: { removals: 3, cap: 100 },
  schedule: { kind: 'weekly', days: [1, 5], times: ['09:00'], missed: 'ask' },
  updatedAt: at,
}

function fill(): void {
  const store = openStore(folder)
  store.connections.put(connection, at)
  store.audiences.put(audience)
  store.syncs.put(sync)
  store.settings.save({ theme: 'dark', keepHistoryDays: 90, keepExchangesMb: 5 })
  store.secrets.put('warehouse', 'password', Buffer.from('sealed'))
  store.close()
}

function problemOf(work: () => unknown): Problem {
  try {
    work()
  } catch (error) {
    return toProblem(error)
  }
  throw new Error('nothing was thrown')
}

test('what was saved is there again after the next start, exactly', () => {
  fill()
  const store = openStore(folder)
  expect(store.connections.list()).toEqual([connection])
  expect(store.audiences.get('vips')).toEqual(audience)
  expect(store.syncs.get('vips-crm')).toEqual(sync)
  expect(store.settings.get()).toEqual({ theme: 'dark', keepHistoryDays: 90, keepExchangesMb: 5 })
  expect(store.settings.workspaceId()).toBe(store.settings.workspaceId())
  store.close()
})

test('the folder and the file can be read by their user only', () => {
  const inner = join(folder, 'new')
  openStore(inner).close()
  expect(statSync(inner).mode & 0o077).toBe(0)
})

test('a connection that is used cannot be deleted, and its secrets go with it when it can', () => {
  fill()
  const store = openStore(folder)
  expect(() => store.connections.remove('warehouse')).toThrow(/FOREIGN KEY/)
  store.syncs.remove('vips-crm')
  store.audiences.remove('vips')
  store.connections.remove('warehouse')
  expect(store.secrets.ofConnection('warehouse')).toEqual([])
  expect(problemOf(() => store.connections.get('warehouse')).message).toBe(
    'This connection is no longer there. It may have been removed.',
  )
  store.close()
})

test('a change that fails half-way leaves nothing behind', () => {
  fill()
  const store = openStore(folder)
  expect(() =>
    store.transaction(() => {
      store.connections.put({ ...connection, name: 'half-way' }, at)
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(store.connections.get('warehouse').name).toBe(connection.name)
  store.close()
})

test('a file from a newer version is refused and not touched', () => {
  fill()
  const db = new Database(file())
  db.pragma('user_version = 999')
  db.pragma('journal_mode = DELETE')
  db.close()
  const before = readFileSync(file())
  expect(problemOf(() => openStore(folder)).message).toMatch(/newer version of Outflow/)
  expect(readFileSync(file())).toEqual(before)
})

test('a file that is no database is refused and not touched', () => {
  writeFileSync(file(), 'This is not a database, it is somebody’s shopping list.'.repeat(50))
  const before = readFileSync(file())
  expect(problemOf(() => openStore(folder)).message).toMatch(/damaged/)
  expect(readFileSync(file())).toEqual(before)
})

test('a file with damaged pages is refused at the start, before anything is written', () => {
  fill()
  const db = new Database(file())
  db.pragma('journal_mode = DELETE')
  db.close()
  const bytes = readFileSync(file())
  bytes.fill(0xff, 4096, 4096 * 3)
  writeFileSync(file(), bytes)
  expect(problemOf(() => openStore(folder)).message).toMatch(/damaged/)
  expect(readFileSync(file())).toEqual(bytes)
})

test('a database of another program is refused and not touched', () => {
  const db = new Database(file())
  db.exec('CREATE TABLE recipes (name TEXT)')
  db.close()
  const before = readFileSync(file())
  expect(problemOf(() => openStore(folder)).message).toMatch(/another program/)
  expect(readFileSync(file())).toEqual(before)
})

test('a row that someone wrote by hand is refused when it does not fit, and names itself', () => {
  fill()
  const db = new Database(file())
  db.prepare('UPDATE sync SET mode = ?').run('explode')
  db.close()
  const store = openStore(folder)
  const problem = problemOf(() => store.syncs.list())
  expect(problem.message).toMatch(/A saved sync cannot be read/)
  expect(problem.detail).toMatch(/vips-crm: mode/)
  store.close()
})

const second: Migration = {
  to: migrations.length + 1,
  sql: "ALTER TABLE connection ADD COLUMN note TEXT NOT NULL DEFAULT ''; UPDATE connection SET note = upper(name)",
}

test('an older file is brought up to date with its rows, after a copy was put beside it', () => {
  fill()
  const store = openStore(folder, [...migrations, second])
  expect(store.connections.get('warehouse')).toEqual(connection)
  expect(store.db.prepare('SELECT note FROM connection').pluck().get()).toMatch(/^W.REHOUSE/i)
  expect(store.db.pragma('user_version', { simple: true })).toBe(second.to)
  store.close()
  const backup = new Database(`${file()}.v${migrations.length}.backup`, { readonly: true })
  expect(backup.pragma('user_version', { simple: true })).toBe(migrations.length)
  expect(backup.prepare('SELECT name FROM connection').pluck().get()).toBe(connection.name)
  backup.close()
})

test('a step that fails changes nothing: the old version opens the file as before', () => {
  fill()
  const broken: Migration = { ...second, sql: `${second.sql}; INSERT INTO nowhere VALUES (1)` }
  expect(() => openStore(folder, [...migrations, broken])).toThrow()
  const store = openStore(folder)
  expect(store.connections.list()).toEqual([connection])
  store.close()
})

test('a new folder is made without a copy of nothing', () => {
  openStore(join(folder, 'a', 'b')).close()
  expect(existsSync(join(folder, 'a', 'b', 'outflow.db'))).toBe(true)
  expect(readdirSync(join(folder, 'a', 'b')).filter((name) => name.endsWith('.backup'))).toEqual([])
})

test('steps are numbered without gaps', () => {
  expect(migrations.map(({ to }) => to)).toEqual(migrations.map((_, index) => index + 1))
})
