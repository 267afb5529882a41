import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Mode, Run } from '../../../preload/api.ts'
import { openPipeline, type Pipeline, type PipelineOptions } from '../../testing/pipeline.ts'
import { expectSoundFiles, reopened, spawnRun } from '../../testing/spawned-run.ts'

let pipeline: Pipeline
const open = async (options: PipelineOptions = {}) => {
  pipeline = await openPipeline(options)
  return pipeline
}
afterEach(() => pipeline.close())

function fill(rows: number, from = 1): void {
  pipeline.source.exec(`WITH RECURSIVE n(id) AS (SELECT ${from} UNION ALL SELECT id + 1 FROM n WHERE id < ${from + rows - 1})
    INSERT INTO people SELECT id, 'Name ' || id, 'p' || id || '@example.com' FROM n`)
}

const arrivals = () => pipeline.sent().map(({ record }) => Number(record.id))
const latest = async () => (await pipeline.workspace.call('runs.list', { sync: pipeline.sync, limit: 1 }))[0] as Run

/** Runs the sync in a process that kills itself at this moment; then opens the folder again. */
async function died(at: string): Promise<Run> {
  const { over } = await spawnRun(pipeline, { die: at })
  expect((await over).signal).toBe('SIGKILL')
  pipeline = await reopened(pipeline)
  return latest()
}

async function resumed({ id }: Run): Promise<Run> {
  await pipeline.workspace.call('runs.resume', { id })
  return pipeline.workspace.app.runs.settled(id)
}

describe('kill -9 while planning', () => {
  test('the plan counts as failed, nothing was sent, and the next one is complete', async () => {
    await open({ mode: 'mirror', webhook: { batchSize: 10_000 } })
    fill(100)
    await pipeline.run()
    pipeline.receiver.received.length = 0
    pipeline.source.exec('DELETE FROM people WHERE id <= 2')
    fill(40_000, 1_000)
    // In the middle of its file.
    expect(await died('write 3')).toMatchObject({
      status: 'failed',
      problem: { remedy: 'retry', message: expect.stringContaining('nothing was sent') },
    })
    expect(pipeline.sent()).toEqual([])
    expectSoundFiles(pipeline)
    const run = await pipeline.run()
    expect(run).toMatchObject({
      status: 'done',
      counts: { added: 40_000, removed: 2, unchanged: 98, invalid: 0, accepted: 40_002 },
    })
    expect(new Set(arrivals()).size).toBe(40_002)
    expect(arrivals()).toHaveLength(40_002)
  })
})

describe('kill -9 while appending', () => {
  test('a new plan instead of a resume does not send again what was in flight', async () => {
    await open({ mode: 'append', webhook: { batchSize: 10, concurrency: 2 } })
    fill(100)
    const { receiver } = pipeline
    const held = new Promise<void>((resolve) =>
      receiver.answer((_, response) => {
        if (receiver.received.length < 5) response.writeHead(200).end('{}')
        else resolve()
      }),
    )
    const child = await spawnRun(pipeline)
    await held
    child.process.kill('SIGKILL')
    await child.over
    receiver.answer((_, response) => void response.writeHead(200).end('{}'))
    pipeline = await reopened(pipeline)
    const inFlight = arrivals().length - (await latest()).counts.accepted
    expect(inFlight).toBeGreaterThan(0)
    const run = await pipeline.run()
    expect(run).toMatchObject({ status: 'done', counts: { refused: 0, unknown: 0 } })
    expect(new Set(arrivals()).size).toBe(arrivals().length)
    // What had been marked as leaving but had not left yet cannot be told from what had: both stay unknown.
    expect(100 - arrivals().length).toBeLessThanOrEqual(20 - inFlight)
    expect(run.counts.added + run.counts.unchanged).toBe(100)
  })
})

describe('kill -9 around the moment in which a CSV file becomes real', () => {
  const exported = () => readFileSync(join(pipeline.workspace.folder, 'people.csv'), 'utf8').trimEnd().split('\r\n')

  async function openCsv(mode: Mode): Promise<void> {
    await open()
    const { call, folder } = pipeline.workspace
    const { id: destination } = await call('connections.save', {
      name: 'Exports',
      connector: 'csv-file',
      values: { folder },
      secrets: {},
    })
    await pipeline.edit({ destination, object: 'people.csv', mode, key: null, removal: 'nothing' })
    fill(3)
    await pipeline.run()
    expect(exported()).toHaveLength(4)
    fill(2, 4)
  }

  test.each<Mode>(['append', 'replace'])('%s, before: the old file is untouched', async (mode) => {
    await openCsv(mode)
    expect(await died('before rename')).toMatchObject({ status: 'interrupted' })
    expect(exported()).toHaveLength(4)
    expectSoundFiles(pipeline)
    expect((await pipeline.run()).status).toBe('done')
    // Appended rows that may have arrived are not sent again: nobody but a person can tell the two moments apart.
    expect(exported()).toHaveLength(mode === 'append' ? 4 : 6)
    expect(readdirSync(pipeline.workspace.folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('append, after: the rows are unknown, not doubled, whether the run is resumed or planned anew', async () => {
    await openCsv('append')
    const run = await died('after rename')
    expect(run.status).toBe('interrupted')
    expect(exported()).toHaveLength(6)
    const done = await resumed(run)
    expect(done).toMatchObject({ status: 'done', counts: { added: 2, accepted: 0, unknown: 2 } })
    expect((await pipeline.run()).counts).toMatchObject({ added: 0, unchanged: 5 })
    fill(2, 6)
    expect((await died('after rename')).status).toBe('interrupted')
    expect((await pipeline.run()).counts).toMatchObject({ added: 0, unchanged: 7 })
    expect(exported().slice(1)).toEqual([1, 2, 3, 4, 5, 6, 7].map((id) => `${id},Name ${id},p${id}@example.com`))
  })

  test('replace, after: the next run writes the same file again', async () => {
    await openCsv('replace')
    const run = await died('after rename')
    expect(exported()).toHaveLength(6)
    expect(await resumed(run)).toMatchObject({ status: 'done', counts: { added: 2, accepted: 2, unknown: 0 } })
    expect(exported()).toHaveLength(6)
    expect((await pipeline.plan()).counts).toMatchObject({ added: 0, unchanged: 5 })
  })
})

describe('a run and the memory of the computer', () => {
  test('does not grow with the rows: 300,000 go through a heap that could not hold them', async () => {
    await open({ webhook: { batchSize: 10_000, concurrency: 2 } })
    pipeline.source.exec(`WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 300000)
      INSERT INTO people SELECT id, 'Name ' || id || hex(zeroblob(75)), 'p' || id || '@example.com' FROM n`)
    let records = 0
    pipeline.receiver.answer(({ body }, response) => {
      records += body.split('"record":').length - 1
      pipeline.receiver.received.length = 0
      response.writeHead(200).end('{}')
    })
    const { over } = await spawnRun(pipeline, { flags: ['--max-old-space-size=64'] })
    const { ended } = await over
    expect(ended).toMatchObject([{ status: 'done', counts: { added: 300_000, accepted: 300_000 } }])
    expect(records).toBe(300_000)
    pipeline = await reopened(pipeline)
  }, 60_000)

  test('runs out in one run: that one is interrupted, the app goes on with the next, and nothing is lost', async () => {
    await open({
      webhook: { batchSize: 10_000, concurrency: 1, body: '{ "changes": {{records}} }' },
      sync: { removal: 'nothing' },
      sql: 'CREATE TABLE people (id INTEGER PRIMARY KEY, name JSON, email TEXT); CREATE TABLE small AS SELECT 1 AS id',
    })
    // Each value becomes a thousand objects, and one request holds all rows.
    pipeline.source.exec(`WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 3000)
      INSERT INTO people SELECT id, '[' || replace(hex(zeroblob(500)), '0', '{},') || '{}]', 'x' FROM n`)
    const { call } = pipeline.workspace
    const { id: _, updatedAt: __, ...draft } = await call('syncs.get', { id: pipeline.sync })
    const { connection } = await call('audiences.get', { id: draft.audience })
    const query = { kind: 'table' as const, table: ['small'] }
    const audience = await call('audiences.save', { name: 'Small', connection, query, uniqueId: ['id'] })
    const mapping = draft.mapping.filter(({ field }) => field === 'id')
    const small = await call('syncs.save', { ...draft, name: 'Small', audience: audience.id, mapping })
    const { over } = await spawnRun(pipeline, {
      syncs: [pipeline.sync, small.id],
      flags: ['--max-old-space-size=64'],
    })
    expect((await over).ended).toMatchObject([
      { status: 'interrupted', problem: { remedy: 'retry', message: expect.stringContaining('more memory') } },
      { status: 'done', counts: { accepted: 1 } },
    ])
    pipeline = await reopened(pipeline)
    expectSoundFiles(pipeline)
    expect(await resumed(await latest())).toMatchObject({ status: 'done', counts: { accepted: 3_000 } })
  })
})

test('a damaged file of one sync does not keep the app from starting after a crash', async () => {
  await open({ webhook: { batchSize: 1, concurrency: 1 } })
  fill(2)
  const { receiver } = pipeline
  const held = new Promise<void>((resolve) => receiver.answer(() => resolve()))
  const child = await spawnRun(pipeline)
  await held
  child.process.kill('SIGKILL')
  await child.over
  const file = join(pipeline.workspace.app.dataFolder, 'syncs', `${pipeline.sync}.db`)
  for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
  writeFileSync(file, 'not a database at all, but long enough to be read as one '.repeat(100))
  pipeline = await reopened(pipeline)
  const run = await latest()
  expect(run.status).toBe('interrupted')
  expect(await pipeline.workspace.refusal('plans.changes', { run: run.id, filter: {}, limit: 1 })).toMatchObject({
    message: expect.stringContaining('Reset the sync'),
  })
})
