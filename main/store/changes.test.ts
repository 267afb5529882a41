import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ChangeFilter } from '../../preload/api.ts'
import type { PlannedChange, SyncFile } from '../engine/types.ts'
import { readChanges } from './changes.ts'
import { openSyncFile } from './sync-file.ts'

let folder: string
let file: SyncFile
const path = () => join(folder, 'sync.db')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-changes-'))
  file = openSyncFile(path())
  file.expectTarget('there', { held: false })
})

afterEach(() => {
  file.close()
  rmSync(folder, { recursive: true })
})

const bytes = (text: string) => Buffer.from(text)

const change = (number: number, more: Partial<PlannedChange> = {}): PlannedChange => {
  const key = String(number).padStart(6, '0')
  const record = bytes(JSON.stringify({ key, name: `Name ${number}` }))
  const print = new Uint8Array(16)
  return {
    op: 'add',
    key: bytes(key),
    label: bytes(key),
    target: null,
    print,
    record,
    before: null,
    problem: null,
    ...more,
  }
}

/** Plans 1,000 rows, of which these are otherwise. Answers their ids. */
function plan(others: Record<number, Partial<PlannedChange>>): number[] {
  file.beginPlan('run', 'there')
  for (let number = 0; number < 1_000; number++) file.addChange(change(number, others[number]))
  file.endPlan()
  return (file.outbox('run', 'writes').next(1_000)?.changes ?? []).map(({ id }) => id)
}

/** The labels of all pages of three. */
function labels(filter: ChangeFilter): string[] {
  const found: string[] = []
  for (let after: number | undefined; ; ) {
    const page = readChanges(path(), { run: 'run', filter, after, limit: 3 })
    found.push(...page.changes.map(({ label }) => label))
    if (page.next === undefined) return found
    after = page.next
  }
}

const invalid = { op: 'invalid', print: null, record: null, problem: { remedy: 'fix-record', message: 'no' } } as const

test('invalid rows come in order, whether they were planned so or found in a conflict later', () => {
  const ids = plan({ 5: invalid, 700: invalid })
  file.note([{ id: ids[400] as number, state: 'refused' }])
  file.note([{ id: ids[6] as number, state: 'invalid' as never, problem: { remedy: 'fix-record', message: 'twice' } }])
  expect(labels({ op: 'invalid' })).toEqual(['000005', '000007', '000700'])
})

test('an addition of what is there already is listed among the changes, once and in order', () => {
  const ids = plan({ 9: { op: 'change' }, 600: { op: 'change' } })
  const there = (at: number) => ({ change: ids[at] as number, record: { key: 'x' }, kept: [] })
  file.noteLive([there(3), there(9), there(300), { change: ids[301] as number, record: null, kept: [] }])
  expect(labels({ op: 'change' })).toEqual(['000003', '000009', '000300', '000600'])
  expect(labels({ op: 'add' })).toHaveLength(996)
})

test('what was skipped and what was left as it is there are listed together', () => {
  const ids = plan({})
  file.note([
    { id: ids[800] as number, state: 'kept', record: '{}' },
    { id: ids[20] as number, state: 'skipped', problem: { remedy: 'confirm', message: 'there' } },
  ])
  expect(labels({ state: 'skipped' })).toEqual(['000020', '000800'])
})

test.each([
  ['MÜLLER', 'Jörg Müller'],
  ['jörg m', 'Jörg Müller'],
  ['zoë 🦊', 'ZOË 🦊'],
  ['O’Neil', 'o’neil'],
])('a search for %s finds %s among many, in any case', (search, name) => {
  plan({ 777: { record: bytes(JSON.stringify({ key: 'k', name })) } })
  expect(labels({ search })).toEqual(['000777'])
  expect(labels({ search: `${search}?` })).toEqual([])
})

test('a search finds a label that stands in no record', () => {
  plan({ 321: { label: bytes('Größe 42, Ångström'), record: bytes('{}') } })
  expect(labels({ search: 'grÖSSE 42, ångström' })).toEqual([])
  expect(labels({ search: 'grÖße 42, ÅNG' })).toEqual(['Größe 42, Ångström'])
})

const named = (number: number, name: unknown) => ({ record: bytes(JSON.stringify({ key: String(number), name })) })

test.each([
  ['a "quoted" part', 'She said: a "quoted" part'],
  ['C:\\temp', 'in C:\\Temp\\x'],
  ['two\nlines', 'on two\nlines'],
  ['“É” "x"', 'é “É” "x"'],
  ['(a.b)', 'see (A.B)*'],
  ['deep', [{ list: ['none', 'Deep down'] }]],
  ['-12.5', -12.5],
  ['true', true],
])('a search for %j finds a value as it is shown', (search, name) => {
  plan({ 500: named(500, name) })
  expect(labels({ search })).toEqual(['000500'])
})

test.each(['key', '"', ':', 'list', 'null'])(
  'a search for %s does not find what only the writing of a record holds',
  (search) => {
    plan({ 500: named(500, [{ list: [1, null] }]) })
    expect(labels({ search })).toEqual([])
  },
)

test('a state is found wherever it was noted: by range, by batch, alone', () => {
  plan({ 100: { op: 'remove', record: null, print: null } })
  const outbox = file.outbox('run', 'writes')
  file.beginPush('run', 'there', {}, '')
  const next = (limit: number) => outbox.next(limit) as NonNullable<ReturnType<typeof outbox.next>>
  const results = (batch: ReturnType<typeof next>) =>
    batch.changes.map(({ id }) => ({ id, state: 'accepted' as const }))
  file.settle(next(70), 'accepted')
  const marked = next(10)
  file.markSending(marked)
  const last = next(500)
  file.settle(
    last,
    results(last).map((outcome, at) => (at === 4 ? { ...outcome, remoteId: 'r' } : outcome)),
  )
  expect(labels({ state: 'accepted' })).toHaveLength(70 + last.changes.length)
  expect(labels({ state: 'sending' })).toEqual(marked.changes.map(({ id }) => String(id % 2 ** 32).padStart(6, '0')))
  expect(labels({ state: 'planned' })).toHaveLength(1_000 - 70 - 10 - last.changes.length)
  expect(labels({ state: 'planned' })).toContain('000100')
})

test('a long plan is looked through in pieces, each answered by itself, and nothing of it is missed', () => {
  const long = 'x'.repeat(100_000)
  const others = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [at, named(at, `${at} ${long}`)]))
  const ids = plan({ ...others, 990: named(990, 'wanted'), 5: named(5, 'wanted'), 6: invalid, 700: invalid })
  const first = readChanges(path(), { run: 'run', filter: { search: 'wanted' }, limit: 3 })
  expect(first.changes.map(({ label }) => label)).toEqual(['000005'])
  expect(first.next).toBeGreaterThan(ids[5] as number)
  expect(labels({ search: 'wanted' })).toEqual(['000005', '000990'])
  file.note([{ id: ids[698] as number, state: 'refused', problem: { remedy: 'fix-record', message: 'no' } }])
  expect(labels({ search: 'wanted', op: 'invalid' })).toEqual([])
  expect(labels({ op: 'invalid' })).toEqual(['000006', '000700'])
})
