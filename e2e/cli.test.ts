import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { outflow } from './fixtures/cli.ts'

let folder: string
let data: string
let shop: Database.Database

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-cli-'))
  data = join(folder, 'data')
  shop = new Database(join(folder, 'shop.db'))
  shop.exec(`
    CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT, name TEXT);
    WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 40)
    INSERT INTO people SELECT id, 'p' || id || '@example.com', 'Person ' || id FROM n`)
})
afterEach(() => {
  shop.close()
  rmSync(folder, { recursive: true, force: true })
})

type SyncOptions = { connector: string; object: string; mode: string; key?: string; removal?: string; fields: string[] }

/** Writes a workspace file with one sync named `people` from the shop to a destination. */
function workspace({ connector, object, mode, key, removal, fields }: SyncOptions): string {
  const exports = join(folder, 'exports')
  mkdirSync(exports, { recursive: true })
  const file = join(folder, 'workspace.json')
  const values = connector === 'csv-file' ? { folder: exports } : { file: join(folder, 'crm.db') }
  const mapping = fields.map((pair) => {
    const [field = '', column = field] = pair.split('=')
    return { field, from: { kind: 'column', column } }
  })
  const sync = { name: 'people', audience: 'People', destination: 'There', object, mode, mapping }
  writeFileSync(
    file,
    JSON.stringify({
      connections: [
        { name: 'Shop', connector: 'sqlite', values: { file: join(folder, 'shop.db') } },
        { name: 'There', connector, values },
      ],
      audiences: [
        { name: 'People', connection: 'Shop', query: { kind: 'table', table: ['people'] }, uniqueId: ['id'] },
      ],
      syncs: [{ ...sync, ...(key && { key }), ...(removal && { removal }) }],
    }),
  )
  return file
}

const csv = { connector: 'csv-file', object: 'people.csv', fields: ['id', 'email', 'name'] }
const crm = { connector: 'practice-crm', object: 'contacts', key: 'email', fields: ['email', 'last_name=name'] }
const people = () =>
  readFileSync(join(folder, 'exports', 'people.csv'), 'utf8')
    .trimEnd()
    .split('\r\n')

test('a run that is accepted whole exits 0; the file is replaced by what the table holds now', async () => {
  const file = workspace({ ...csv, mode: 'replace' })
  const first = await outflow(data, 'run', 'people', '--json', '--workspace', file)
  expect(first.code).toBe(0)
  expect(JSON.parse(first.stdout)).toMatchObject({ added: 40, changed: 0, accepted: 40, refused: 0, unknown: 0 })
  expect(people()).toHaveLength(41)

  shop.exec(`DELETE FROM people WHERE id = 40; UPDATE people SET name = 'A "quoted", name' WHERE id = 1`)
  const second = await outflow(data, 'run', 'people', '--json')
  expect(second.code).toBe(0)
  expect(people()).toHaveLength(40)
  expect(people()[1]).toBe('1,p1@example.com,"A ""quoted"", name"')
})

test('rows are appended once and never again', async () => {
  const file = workspace({ ...csv, mode: 'append' })
  expect((await outflow(data, 'run', 'people', '--workspace', file)).code).toBe(0)
  shop.exec(`INSERT INTO people VALUES (41, 'new@example.com', 'New'); UPDATE people SET name = 'Edited' WHERE id = 1`)
  const second = await outflow(data, 'run', 'people', '--json')
  expect(JSON.parse(second.stdout)).toMatchObject({ added: 1, accepted: 1 })
  expect(people()).toHaveLength(42)
  expect(people().filter((line) => line.startsWith('1,'))).toEqual(['1,p1@example.com,Person 1'])
})

test('a run with refused rows exits 1 and counts them; they come up again', async () => {
  shop.exec(`UPDATE people SET email = 'no address ' || id WHERE id IN (3, 4)`)
  const file = workspace({ ...crm, mode: 'upsert' })
  const first = await outflow(data, 'run', 'people', '--json', '--workspace', file)
  expect(first.code).toBe(1)
  expect(JSON.parse(first.stdout)).toMatchObject({ status: 'done', accepted: 38, refused: 2, invalid: 0 })
  const plan = await outflow(data, 'plan', 'people', '--json')
  expect(JSON.parse(plan.stdout)).toMatchObject({ added: 2, unchanged: 38, accepted: 0 })
})

test('what cannot be done exits 2 with one sentence and sends nothing', async () => {
  const nothing = await outflow(data, 'run', 'nothing')
  expect(nothing).toEqual({ code: 2, stdout: '', stderr: 'There is no sync “nothing”. “list” shows them.\n' })
  expect((await outflow(data, 'fly')).code).toBe(2)

  const file = workspace({ ...csv, mode: 'replace' })
  expect((await outflow(data, 'apply', file)).code).toBe(0)
  shop.exec('DROP TABLE people')
  const dropped = await outflow(data, 'run', 'people', '--json')
  expect(dropped.code).toBe(2)
  expect(JSON.parse(dropped.stdout)).toMatchObject({
    status: 'failed',
    problem: { remedy: 'edit-sync', message: expect.stringContaining('people') },
  })
})

test('a guard exits 3 and sends nothing until --yes confirms it', async () => {
  const file = workspace({ ...crm, mode: 'mirror', removal: 'delete' })
  expect((await outflow(data, 'run', 'people', '--workspace', file)).code).toBe(0)
  shop.exec('DELETE FROM people WHERE id > 20')
  const blocked = await outflow(data, 'run', 'people', '--json')
  expect(blocked.code).toBe(3)
  expect(JSON.parse(blocked.stdout)).toMatchObject({ status: 'blocked', removed: 20, accepted: 0 })
  expect((await outflow(data, 'plan', 'people')).code).toBe(3)

  const confirmed = await outflow(data, 'run', 'people', '--json', '--yes')
  expect(confirmed.code).toBe(0)
  expect(JSON.parse(confirmed.stdout)).toMatchObject({ removed: 20, accepted: 20 })
})

test('the sample workspace runs headless, and its history lists the run', async () => {
  const sample = await outflow(data, 'sample')
  const sync = sample.stdout.trim()
  expect((await outflow(data, 'list')).stdout).toContain(sync)
  const run = await outflow(data, 'run', sync, '--json')
  expect(run.code).toBe(1)
  const { accepted, refused, added, planMs, pushMs, run: id } = JSON.parse(run.stdout)
  expect(refused).toBeGreaterThan(0)
  expect(accepted).toBe(added - refused)
  expect([typeof planMs, typeof pushMs]).toEqual(['number', 'number'])
  const history = JSON.parse((await outflow(data, 'history', sync, '--json')).stdout)
  expect(history.runs).toEqual([expect.objectContaining({ id, status: 'done', startedBy: 'terminal' })])
})

test('a workspace is exported into a file that another data folder applies; a file that is there is left alone', async () => {
  const file = workspace({ ...csv, mode: 'replace' })
  const out = join(folder, 'team.outflow')
  expect(await outflow(data, 'export', out, '--workspace', file)).toMatchObject({
    code: 0,
    stdout: `${out}: 2 connections, 1 audience, 1 sync, no secrets.\n`,
  })
  const text = readFileSync(out, 'utf8')
  const again = await outflow(data, 'export', out, '--json')
  expect([again.code, JSON.parse(again.stdout).error.message]).toEqual([
    2,
    `${out} is there already. Choose another name.`,
  ])
  expect(readFileSync(out, 'utf8')).toBe(text)
  const other = join(folder, 'other')
  expect((await outflow(other, 'run', 'people', '--workspace', out)).code).toBe(0)
  expect(people()).toHaveLength(41)
})

test('a run is taken back from the terminal: planned first, pushed with --yes, and found by a search', async () => {
  const file = workspace({ ...crm, mode: 'upsert' })
  const run = JSON.parse((await outflow(data, 'run', 'people', '--json', '--workspace', file)).stdout)
  expect(run).toMatchObject({ status: 'done', accepted: 40 })
  const planned = await outflow(data, 'undo', run.run)
  expect(planned).toMatchObject({ code: 3, stdout: expect.stringContaining('40 removed') })
  const undone = await outflow(data, 'undo', run.run, '--yes', '--json')
  expect(JSON.parse(undone.stdout)).toMatchObject({ status: 'done', accepted: 40, removed: 40 })
  const { stdout } = await outflow(data, 'search', 'p7@example.com')
  expect(stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/people {2}remove 7 {2}accepted$/),
    expect.stringMatching(/people {2}add 7 {2}accepted$/),
  ])
})
