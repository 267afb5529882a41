import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { editedRows, editSqlite, makeSqlite, writeCsv } from './rows.ts'

const ROWS = 2000
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-bench-rows-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Id and last name of each row: all that an edit touches. */
function inSqlite(file: string): Map<number, string> {
  const database = new Database(file, { readonly: true })
  const rows = database.prepare<[], [number, string]>('SELECT id, last_name FROM customers').raw().all()
  database.close()
  return new Map(rows)
}

function inCsv(file: string): Map<number, string> {
  const [, ...lines] = readFileSync(file, 'utf8').trim().split('\n')
  return new Map(lines.map((line) => line.split(',')).map(([id, , , lastName]) => [Number(id), String(lastName)]))
}

const sorted = (rows: Map<number, string>) => [...rows].sort(([a], [b]) => a - b)

test('every edit touches as many rows as it says, and none of an edit before', () => {
  const file = join(folder, 'counted.sqlite')
  makeSqlite(file, ROWS)
  const first = inSqlite(file)
  let before = first
  for (const edit of [0, 1, 49]) {
    editSqlite(file, ROWS, edit)
    const after = inSqlite(file)
    const changed = [...after].filter(([id, name]) => before.has(id) && before.get(id) !== name)
    const added = [...after.keys()].filter((id) => !before.has(id))
    const removed = [...before.keys()].filter((id) => !after.has(id))
    expect([changed.length, added.length, removed.length]).toEqual([ROWS / 100, ROWS / 200, ROWS / 200])
    expect(changed.length + added.length + removed.length).toBe(editedRows(ROWS))
    for (const [id] of changed) expect(before.get(id)).toBe(first.get(id))
    before = after
  }
})

test('a file and a database hold the same rows after the same edits', async () => {
  const database = join(folder, 'same.sqlite')
  const csv = join(folder, 'same.csv')
  makeSqlite(database, ROWS)
  for (const edits of [0, 1, 2]) {
    if (edits > 0) editSqlite(database, ROWS, edits - 1)
    await writeCsv(csv, ROWS, edits)
    expect(sorted(inCsv(csv))).toEqual(sorted(inSqlite(database)))
  }
})
