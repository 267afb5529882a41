/** The files of the data folder: damaged, cut off, from a newer version, in use. */
import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, test } from 'vitest'
import { toProblem } from '../../../connectors/problems.ts'
import type { Problem } from '../../../preload/api.ts'
import { openPipeline, type Pipeline, restarted } from '../../testing/pipeline.ts'
import { openWorkspace } from '../../testing/workspace.ts'

let pipeline: Pipeline
afterEach(() => pipeline.close())

/** A pipeline that has sent 2,000 rows. */
async function open(): Promise<void> {
  pipeline = await openPipeline({ webhook: { batchSize: 1_000 } })
  pipeline.source.exec(`WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 2000)
    INSERT INTO people SELECT id, 'Name ' || id, 'p' || id || '@example.com' FROM n`)
  expect(await pipeline.run()).toMatchObject({ status: 'done', counts: { accepted: 2_000 } })
}

const dataFolder = () => pipeline.workspace.app.dataFolder
const syncFile = () => join(dataFolder(), 'syncs', `${pipeline.sync}.db`)
const workspaceFile = () => join(dataFolder(), 'outflow.db')

/** Takes a database out of WAL, so that it is one file, and does this to it. */
function change(file: string, work: (file: string) => void): void {
  const db = new Database(file)
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.pragma('journal_mode = DELETE')
  db.close()
  for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
  work(file)
}

function overwrite(file: string, at: (size: number) => number): void {
  const bytes = readFileSync(file)
  bytes.fill(0x5a, at(bytes.length), at(bytes.length) + 4096)
  writeFileSync(file, bytes)
}

const damages: [string, (file: string) => void][] = [
  ['garbage', (file) => writeFileSync(file, 'no database at all, but long enough to be one '.repeat(200))],
  ['cut in the middle', (file) => truncateSync(file, Math.floor(readFileSync(file).length / 2))],
  ['cut within its first page', (file) => truncateSync(file, 1_000)],
  ['overwritten at its start', (file) => overwrite(file, () => 0)],
]

describe('state file corrupt: the file of a sync', () => {
  test.each(damages)(
    '%s: a plain problem, nothing is sent, and after a reset everything is compared anew',
    async (_, damage) => {
      await open()
      pipeline.receiver.received.length = 0
      change(syncFile(), damage)
      const run = await pipeline.plan()
      expect(run).toMatchObject({
        status: 'failed',
        problem: { remedy: 'edit-sync', message: expect.stringContaining('Reset the sync') },
      })
      expect(pipeline.sent()).toEqual([])
      await pipeline.workspace.call('syncs.reset', { id: pipeline.sync })
      expect((await pipeline.plan()).counts).toMatchObject({ added: 2_000, invalid: 0 })
    },
  )

  test('overwritten in the middle: never a plan that is half right', async () => {
    await open()
    change(syncFile(), (file) => overwrite(file, (size) => Math.floor(size / 2)))
    const run = await pipeline.plan()
    if (run.status === 'failed') expect(run.problem?.message).toMatch(/Reset the sync|did not take or give/)
    else expect(run.counts).toMatchObject({ added: 0, changed: 0, removed: 0, unchanged: 2_000 })
  })

  test.each([
    ['gone', (file: string) => rmSync(file)],
    ...damages.slice(0, 3),
    ['flipped in the middle', (file: string) => overwrite(file, (size) => Math.floor(size / 2))],
    ['flipped in its index', (file: string) => overwrite(file, (size) => size - 4_200)],
  ] as typeof damages)('a plan that is %s is told and never sent in part', async (_, damage) => {
    await open()
    pipeline.source.exec(`UPDATE people SET name = name || '!' WHERE id % 2 = 0; DELETE FROM people WHERE id % 97 = 0`)
    pipeline.receiver.received.length = 0
    damage(join(dataFolder(), 'syncs', `${pipeline.sync}.plans`, '1.plan'))
    const run = await pipeline.plan()
    expect(run).toMatchObject({
      status: 'failed',
      problem: { remedy: 'edit-sync', message: expect.stringContaining('Reset the sync') },
    })
    expect(pipeline.sent()).toEqual([])
  })

  test('does not keep other syncs from running', async () => {
    await open()
    const { id: _, updatedAt: __, ...draft } = await pipeline.workspace.call('syncs.get', { id: pipeline.sync })
    const other = await pipeline.workspace.call('syncs.save', { ...draft, name: 'Another' })
    change(syncFile(), (file) => truncateSync(file, 1_000))
    pipeline = await restarted(pipeline)
    const { app, call } = pipeline.workspace
    expect(await app.runs.settled((await call('plans.make', { sync: other.id })).id)).toMatchObject({
      status: 'planned',
      counts: { added: 2_000 },
    })
  })
})

/** Answers the version that a database had before. */
function setVersion(file: string, version: number): number {
  const db = new Database(file)
  const before = Number(db.pragma('user_version', { simple: true }))
  db.pragma(`user_version = ${version}`)
  db.close()
  return before
}

test('state file from a newer version: the file of a sync is said to be, and loses nothing', async () => {
  await open()
  const version = setVersion(syncFile(), 9_999)
  expect(await pipeline.plan()).toMatchObject({
    status: 'failed',
    problem: { message: expect.stringContaining('newer version') },
  })
  expect(setVersion(syncFile(), version)).toBe(9_999)
  expect((await pipeline.plan()).counts).toMatchObject({ added: 0, unchanged: 2_000 })
})

/** Why the app does not open on its folder any more. */
async function refusalToOpen(): Promise<Problem> {
  const folder = dataFolder()
  return openWorkspace({ dataFolder: folder }, pipeline.workspace.folder).then(
    () => {
      throw new Error('It opened.')
    },
    (error: unknown) => toProblem(error),
  )
}

describe('state file corrupt: the workspace file', () => {
  test.each(damages)('%s: the app says so and does not touch it; put back, everything is there', async (_, damage) => {
    await open()
    await pipeline.workspace.app.close()
    change(workspaceFile(), (file) => copyFileSync(file, `${file}.good`))
    damage(workspaceFile())
    const before = readFileSync(workspaceFile())
    const problem = await refusalToOpen()
    expect(problem.message).toMatch(/damaged|cannot be read|not a database|belongs to another/i)
    expect(problem.message).not.toContain('SQLITE')
    expect(readFileSync(workspaceFile()).equals(before)).toBe(true)
    copyFileSync(`${workspaceFile()}.good`, workspaceFile())
    pipeline = await restarted(pipeline)
    expect((await pipeline.plan()).counts).toMatchObject({ added: 0, unchanged: 2_000 })
  })
})

test('state file from a newer version: the workspace is said to be, and left as it is', async () => {
  await open()
  await pipeline.workspace.app.close()
  const version = setVersion(workspaceFile(), 9_999)
  expect((await refusalToOpen()).message).toContain('newer version')
  expect(setVersion(workspaceFile(), version)).toBe(9_999)
  pipeline = await restarted(pipeline)
  expect((await pipeline.plan()).counts).toMatchObject({ added: 0, unchanged: 2_000 })
})

test('second copy of the app: it is refused plainly, and the first one goes on', async () => {
  await open()
  expect(await refusalToOpen()).toMatchObject({ remedy: 'retry', message: expect.stringContaining('already open') })
  expect((await pipeline.plan()).counts).toMatchObject({ added: 0, unchanged: 2_000 })
})
