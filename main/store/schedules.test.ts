import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Sync } from '../../preload/api.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { openStore, type Store } from './store.ts'

const at = '2026-03-01T09:30:00.000Z'
let folder: string
let store: Store | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-schedules-'))
})
afterEach(() => {
  store?.close()
  store = undefined
  rmSync(folder, { recursive: true, force: true })
})

const sides = `
  INSERT INTO connection (id, name, connector, kind, form, status, created_at)
    VALUES ('c', 'C', 'sqlite', 'source', '{}', 'ok', '${at}');
  INSERT INTO audience (id, name, connection, query, unique_id, updated_at)
    VALUES ('a', 'A', 'c', '{"kind":"table","table":["t"]}', '["id"]', '${at}');`

/** The file as version 3 left it, with these schedules. */
function fileOfVersion3(schedules: Record<string, object>): void {
  const db = new Database(join(folder, 'outflow.db'))
  migrate(db, migrations.slice(0, 3))
  db.exec(sides)
  const put =
    db.prepare(`INSERT INTO sync (id, name, audience, destination, object, mode, mapping, removal, schedule, scheduled_from, updated_at)
    VALUES (?, ?, 'a', 'c', 'o', 'upsert', '[]', 'nothing', ?, ?, ?)`)
  for (const [id, schedule] of Object.entries(schedules)) put.run(id, id, JSON.stringify(schedule), at, '2020-01-01')
  db.close()
}

test('schedules of an older version keep their time, and go on from where they were', () => {
  fileOfVersion3({
    weekly: { kind: 'weekly', days: [1, 5], time: '09:00' },
    every: { kind: 'every', minutes: 60 },
    manual: { kind: 'manual' },
  })
  store = openStore(folder)
  expect(store.syncs.list().map(({ id, schedule }) => [id, schedule])).toEqual([
    ['every', { kind: 'every', minutes: 60 }],
    ['manual', { kind: 'manual' }],
    ['weekly', { kind: 'weekly', days: [1, 5], times: ['09:00'] }],
  ])
  expect(store.schedules.get('weekly')).toEqual({
    from: at,
    zone: '',
    paused: false,
    missed: null,
    note: null,
    heard: null,
    follows: null,
  })
})

test('saving a sync leaves alone what its schedule has done; removing it takes that along', () => {
  fileOfVersion3({ every: { kind: 'every', minutes: 60 } })
  store = openStore(folder)
  const sync: Sync = store.syncs.get('every')
  const state = {
    from: '2026-03-02T10:00:00.000Z',
    zone: 'Europe/Berlin',
    paused: true,
    missed: { at, times: 3 },
    note: { what: 'not-started' as const, at, problem: { remedy: 'retry' as const, message: 'Later.' } },
    heard: 'run-1',
    follows: 'run-1',
  }
  store.schedules.change('every', state)
  store.syncs.put({ ...sync, name: 'Renamed' })
  expect(store.schedules.get('every')).toEqual(state)
  store.schedules.change('every', { missed: null, paused: false })
  expect(store.schedules.all().get('every')).toEqual({ ...state, missed: null, paused: false })
  store.syncs.remove('every')
  expect(store.schedules.all().size).toBe(0)
  store.schedules.change('every', { paused: true })
  expect(() => store?.schedules.get('every')).toThrow('no longer there')
})

test('a pause of all schedules is kept, and a damaged one does not keep the app from opening', () => {
  store = openStore(folder)
  expect(store.settings.automation()).toEqual({ pausedAt: null, missed: 'run', notify: 'problems', toldTray: false })
  store.settings.saveAutomation({ pausedAt: at, missed: 'ask', notify: 'all', toldTray: true })
  expect(store.settings.automation()).toMatchObject({ pausedAt: at, missed: 'ask' })
  store.db.prepare("UPDATE setting SET value = '{}' WHERE name = 'automation'").run()
  expect(store.settings.automation().pausedAt).toBeNull()
})
