import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PlannedChange, SyncFile } from '../engine/types.ts'
import { openSyncFile } from './sync-file.ts'

let folder: string
let file: SyncFile
const path = () => join(folder, 'sync.db')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-sync-file-'))
  file = openSyncFile(path())
  file.expectTarget('there', { keepUnsent: false })
})

afterEach(() => {
  file.close()
  rmSync(folder, { recursive: true })
})

const add = (key: string, more: Partial<PlannedChange> = {}): PlannedChange => ({
  op: 'add',
  key: Buffer.from(key),
  label: key,
  target: null,
  print: Buffer.from(`print of ${key}`.padEnd(16).slice(0, 16)),
  record: JSON.stringify({ key }),
  before: null,
  problem: null,
  ...more,
})

function plan(run: string, ...changes: PlannedChange[]): number[] {
  file.beginPlan(run)
  for (const change of changes) file.addChange(change)
  return file.outbox(run, 'writes', 0, 100).map(({ id }) => id)
}

const keys = () => file.snapshotPage(null, 100).map(([key]) => Buffer.from(key).toString())

test('only what was accepted is remembered, whatever stands between', () => {
  const ids = plan('run', add('a'), add('b'), add('c'), add('d'), add('e'))
  file.beginPush('run', 'there')
  const [a, b, c, d, e] = ids as [number, number, number, number, number]
  file.commit(
    [
      { id: a, state: 'accepted' },
      { id: b, state: 'accepted' },
      { id: c, state: 'refused', problem: { remedy: 'fix-record', message: 'bad' } },
      { id: d, state: 'accepted', remoteId: 'r4' },
      { id: e, state: 'unknown', problem: { remedy: 'confirm', message: 'no answer' } },
    ],
    { keepUnknown: false, keepSkipped: false },
  )
  expect(keys()).toEqual(['a', 'b', 'd'])
  expect(file.tally('run')).toEqual({ accepted: 3, skipped: 0, refused: 1, unknown: 1 })
})

test('a plan that was not pushed leaves nothing behind; one that was pushed stays as history', () => {
  plan('looked at', add('a'))
  plan('pushed', add('a'))
  file.beginPush('pushed', 'there')
  file.commitAll('pushed')
  plan('next', add('b'))
  const db = new Database(path(), { readonly: true })
  expect(db.prepare('SELECT run FROM plan ORDER BY id').pluck().all()).toEqual(['pushed', 'next'])
  db.close()
})

test('the remote id of a record goes on to its later changes', () => {
  const [first] = plan('one', add('a')) as [number]
  file.beginPush('one', 'there')
  file.commit([{ id: first, state: 'accepted', remoteId: 'r1' }], { keepUnknown: false, keepSkipped: false })
  const [second] = plan('two', add('a', { op: 'change', before: first })) as [number]
  expect(file.outbox('two', 'writes', 0, 10)).toMatchObject([{ remoteId: 'r1' }])
  file.beginPush('two', 'there')
  file.commit([{ id: second, state: 'accepted' }], { keepUnknown: false, keepSkipped: false })
  plan('three', add('a', { op: 'change', before: second }))
  expect(file.outbox('three', 'writes', 0, 10)).toMatchObject([{ remoteId: 'r1' }])
})

test('a row whose record did not change takes its new fingerprint, so that it is not looked at again', () => {
  plan('run', add('a'))
  file.beginPush('run', 'there')
  file.commitAll('run')
  file.touch(Buffer.from('a'), Buffer.from('another print 16'))
  expect(file.snapshotPage(null, 1).map(([, print]) => Buffer.from(print).toString())).toEqual(['another print 16'])
})

test('pages of the snapshot follow each other without a gap', () => {
  plan('run', ...['a', 'b', 'c', 'd', 'e'].map((key) => add(key)))
  file.beginPush('run', 'there')
  file.commitAll('run')
  const first = file.snapshotPage(null, 2)
  const second = file.snapshotPage(first[1]?.[0] ?? null, 2)
  expect([...first, ...second].map(([key]) => Buffer.from(key).toString())).toEqual(['a', 'b', 'c', 'd'])
})

test('the new content of a replacement holds what stays and what comes, by key, without what goes', () => {
  const [a, , c] = plan('one', add('a'), add('b'), add('c')) as [number, number, number]
  file.beginPush('one', 'there')
  file.commitAll('one')
  plan(
    'two',
    add('a', { op: 'change', before: a, record: '{"key":"a2"}' }),
    add('b2'),
    add('c', { op: 'remove', before: c, print: null, record: null }),
  )
  const pages = [file.content('two', null, 2)]
  pages.push(file.content('two', pages[0]?.at(-1)?.key ?? null, 2))
  expect(pages.flat().map(({ record }) => JSON.parse(record).key)).toEqual(['a2', 'b', 'b2'])
})

test('a file of a newer version is refused and left as it is', () => {
  file.close()
  const db = new Database(path())
  db.pragma('user_version = 99')
  db.close()
  expect(() => openSyncFile(path())).toThrow(/newer version/)
  const again = new Database(path())
  expect(again.pragma('user_version', { simple: true })).toBe(99)
  again.pragma('user_version = 1')
  again.close()
  file = openSyncFile(path())
})
