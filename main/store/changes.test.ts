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
