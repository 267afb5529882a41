import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Batch, OutboxChange, Outcome, PlannedChange, SyncFile } from '../engine/types.ts'
import { deleteSyncFile, openSyncFile } from './sync-file.ts'

let folder: string
let file: SyncFile
const path = () => join(folder, 'sync.db')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-sync-file-'))
  file = openSyncFile(path())
  file.expectTarget('there', { held: false })
})

afterEach(() => {
  file.close()
  rmSync(folder, { recursive: true })
})

const bytes = (text: string) => Buffer.from(text)
const printOf = (text: string) => bytes(text.padEnd(16).slice(0, 16))

const add = (key: string, more: Partial<PlannedChange> = {}): PlannedChange => ({
  op: 'add',
  key: bytes(key),
  label: bytes(key),
  target: null,
  print: printOf(`print of ${key}`),
  record: bytes(JSON.stringify({ key })),
  before: null,
  problem: null,
  ...more,
})
const removal = (key: string, before: number) => add(key, { op: 'remove', print: null, record: null, before })

/** Plans these changes and answers all that are to be sent, in one batch per pass. */
function plan(run: string, ...changes: PlannedChange[]): { writes: Batch; removals: Batch } {
  file.beginPlan(run, 'there')
  for (const change of changes) file.addChange(change)
  file.endPlan()
  const none = { after: 0, changes: [] as OutboxChange[] }
  return {
    writes: file.outbox(run, 'writes').next(10_000) ?? { pass: 'writes', ...none },
    removals: file.outbox(run, 'removals').next(10_000) ?? { pass: 'removals', ...none },
  }
}

const accepted = ({ changes }: Batch): Outcome[] => changes.map(({ id }) => ({ id, state: 'accepted' }))
const problem = { remedy: 'confirm', message: 'no answer' } as const

/** Plans, pushes and accepts everything. Answers the ids. */
function send(run: string, ...changes: PlannedChange[]): number[] {
  const { writes, removals } = plan(run, ...changes)
  file.beginPush(run, 'there', {}, 'shape')
  for (const batch of [writes, removals]) if (batch.changes.length > 0) file.settle(batch, accepted(batch))
  file.fold()
  return writes.changes.map(({ id }) => id)
}

function entries(): { key: string; print: string; change: number }[] {
  const cursor = file.snapshot()
  const found = []
  while (cursor.next()) {
    const { data, keyAt, keyLength, printAt, change } = cursor
    const text = (from: number, length: number) => Buffer.from(data.subarray(from, from + length)).toString()
    found.push({ key: text(keyAt, keyLength), print: text(printAt, 16), change })
  }
  return found
}
const keys = () => entries().map(({ key }) => key)

test('only what was accepted is remembered, whatever stands between', () => {
  const { writes } = plan('run', add('a'), add('b'), add('c'), add('d'), add('e'))
  file.beginPush('run', 'there', {}, 'shape')
  const [a, b, c, d, e] = writes.changes.map(({ id }) => id) as [number, number, number, number, number]
  file.settle(writes, [
    { id: a, state: 'accepted' },
    { id: b, state: 'accepted' },
    { id: c, state: 'refused', problem: { remedy: 'fix-record', message: 'bad' } },
    { id: d, state: 'accepted', remoteId: 'r4' },
    { id: e, state: 'unknown', problem },
  ])
  file.fold()
  expect(keys()).toEqual(['a', 'b', 'd'])
  expect(file.tally('run')).toEqual({ accepted: 3, skipped: 0, refused: 1, unknown: 1 })
})

test('what is not answered yet is sent when it goes on, and nothing that was answered', () => {
  plan('run', add('a'), add('b'), removal('x', 1), add('c'), add('d'))
  file.beginPush('run', 'there', {}, 'shape')
  const outbox = file.outbox('run', 'writes')
  const [first, second] = [outbox.next(2), outbox.next(1)] as [Batch, Batch]
  file.settle(second, accepted(second))
  file.settle(first, [{ id: (first.changes[0] as OutboxChange).id, state: 'accepted' }])
  const again = file.outbox('run', 'writes')
  const rest = [again.next(10), again.next(10)].map((batch) => batch?.changes.map(({ record }) => String(record)))
  expect(rest).toEqual([['{"key":"b"}'], ['{"key":"d"}']])
})

test('a plan that was not pushed leaves nothing behind; one that was pushed stays as history', () => {
  plan('looked at', add('a'))
  send('pushed', add('a'))
  plan('next', add('b'))
  const db = new Database(path(), { readonly: true })
  expect(db.prepare('SELECT run FROM plan ORDER BY id').pluck().all()).toEqual(['pushed', 'next'])
  db.close()
  expect(readdirSync(join(folder, 'sync.plans'))).toHaveLength(2)
})

test('ids of a forgotten plan are never given to other changes', () => {
  const first = plan('looked at', add('a')).writes.changes.map(({ id }) => id)
  const second = plan('next', add('a')).writes.changes.map(({ id }) => id)
  expect(second).not.toEqual(first)
})

test('the product\u2019s own id of a record is known by the change that learned it', () => {
  const { writes } = plan('one', add('a'))
  file.beginPush('one', 'there', {}, 'shape')
  const [{ id }] = writes.changes as [OutboxChange]
  file.settle(writes, [{ id, state: 'accepted', remoteId: 'r1' }])
  expect(file.remoteId(id)).toBe('r1')
})

test('a row whose record did not change takes its new fingerprint with the plan, pushed or not', () => {
  const [id] = send('run', add('a'), add('b'))
  plan('looked at', add('a', { op: 'same', print: printOf('another print 16'), record: null, before: id as number }))
  expect(entries()).toEqual([
    { key: 'a', print: 'another print 16', change: id },
    { key: 'b', print: 'print of b      ', change: (id as number) + 1 },
  ])
  expect(String(file.record(id as number))).toBe('{"key":"a"}')
})

test('the snapshot keeps its order through thousands of keys that come, change and go', () => {
  const key = (n: number) => `k${String(n).padStart(6, '0')}`
  const even = Array.from({ length: 3_000 }, (_, n) => 2 * n)
  const ids = send('even', ...even.map((n) => add(key(n))))
  const odd = even.map((n) => n + 1)
  send('odd', ...odd.map((n) => add(key(n))))
  expect(keys()).toEqual(Array.from({ length: 6_000 }, (_, n) => key(n)))
  send('fewer', ...even.map((n, index) => removal(key(n), ids[index] as number)))
  expect(keys()).toEqual(odd.map(key))
  expect(file.snapshotSize()).toBe(3_000)
})

test('bringing the snapshot up to date twice changes nothing', () => {
  send('run', ...['a', 'b', 'c'].map((key) => add(key)))
  const before = entries()
  const db = new Database(path())
  db.exec('UPDATE plan SET folded = 0')
  db.close()
  file.fold()
  expect(entries()).toEqual(before)
})

test('what came to rest without being accepted counts only for modes that never send it again', () => {
  const { writes } = plan('run', add('a'), add('b'))
  file.beginPush('run', 'there', { unknown: 'held' }, 'shape')
  file.settle(
    writes,
    writes.changes.map(({ id }, index) => ({ id, state: index === 0 ? 'unknown' : 'accepted', problem })),
  )
  file.fold()
  expect(keys()).toEqual(['b'])
  file.expectTarget('there', { held: true })
  expect(keys()).toEqual(['a', 'b'])
  expect(file.snapshotSize()).toBe(2)
})

test('what may have arrived in a mirror comes up again, so that it can be removed', () => {
  const { writes } = plan('run', add('a'))
  file.beginPush('run', 'there', { unknown: 'again' }, 'shape')
  file.settle(
    writes,
    writes.changes.map(({ id }) => ({ id, state: 'unknown', problem })),
  )
  file.fold()
  expect(entries()).toMatchObject([{ key: 'a', print: '\0'.repeat(16) }])
})

test('what was being sent when the app ended is unknown, nothing else is', () => {
  plan('run', add('a'), add('b'), add('c'))
  file.beginPush('run', 'there', {}, 'shape')
  file.markSending(file.outbox('run', 'writes').next(2) as Batch)
  file.close()
  file = openSyncFile(path())
  file.settleInterrupted(problem)
  expect(file.tally('run')).toMatchObject({ accepted: 0, unknown: 2 })
  expect(file.outbox('run', 'writes').next(10)?.changes).toHaveLength(1)
})

test('the new content of a replacement holds what stays and what comes, by key, without what goes', () => {
  const [a, , c] = send('one', add('a'), add('b'), add('c')) as [number, number, number]
  plan('two', add('a', { op: 'change', before: a, record: bytes('{"key":"a2"}') }), add('b2'), removal('c', c))
  const content = [...file.content('two')].map(({ record, change }) => [
    JSON.parse(String(record)).key,
    change !== null,
  ])
  expect(content).toEqual([
    ['a2', true],
    ['b', false],
    ['b2', true],
  ])
})

test('a file of a newer version is refused and left as it is', () => {
  file.close()
  const db = new Database(path())
  db.pragma('user_version = 99')
  db.close()
  expect(() => openSyncFile(path())).toThrow(/newer version/)
  const again = new Database(path())
  expect(again.pragma('user_version', { simple: true })).toBe(99)
  again.pragma('user_version = 3')
  again.close()
  file = openSyncFile(path())
})

test('deleting takes everything', () => {
  send('one', add('a'))
  file.close()
  deleteSyncFile(path())
  expect(existsSync(path())).toBe(false)
  expect(readdirSync(folder)).toEqual([])
  file = openSyncFile(path())
})
