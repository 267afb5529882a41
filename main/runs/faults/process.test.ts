import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, test } from 'vitest'
import type { Mode, Run } from '../../../preload/api.ts'
import { openPipeline, type Pipeline, type PipelineOptions, restarted } from '../../testing/pipeline.ts'
import { openWorkspace } from '../../testing/workspace.ts'

let pipeline: Pipeline
const open = async (options: PipelineOptions = {}) => {
  pipeline = await openPipeline(options)
  return pipeline
}
afterEach(() => pipeline.close())

function fill(rows: number): void {
  const add = pipeline.source.prepare('INSERT INTO people VALUES (?, ?, ?)')
  pipeline.source.transaction(() => {
    for (let id = 1; id <= rows; id++) add.run(id, `Name ${id}`, `p${id}@example.com`)
  })()
}

const arrivals = () => pipeline.sent().map(({ record }) => Number(record.id))
const distinct = (ids: number[]) => new Set(ids).size
const script = fileURLToPath(new URL('../../testing/killed-run.ts', import.meta.url))

/**
 * Pushes in a process of its own, kills that with -9 while the nth request is held, and opens the folder again. Answers the
 * run as the next start finds it.
 */
async function killedWhileSending(nth: number): Promise<Run> {
  const { workspace, receiver, sync } = pipeline
  const dataFolder = workspace.app.dataFolder
  await workspace.app.close()
  let reached = () => {}
  const held = new Promise<void>((resolve) => {
    reached = resolve
  })
  receiver.answer((_, response) => {
    if (receiver.received.length < nth) response.writeHead(200).end('{}')
    else reached()
  })
  const child = spawn(process.execPath, [script, dataFolder, sync], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  await held
  child.kill('SIGKILL')
  await ended
  receiver.answer((_, response) => void response.writeHead(200).end('{}'))
  const again = await openWorkspace({ dataFolder, host: 'terminal' }, workspace.folder)
  pipeline = await restarted(pipeline, again)
  return again.call('runs.get', { id: line.replace('planned ', '') })
}

async function resumed(run: Run): Promise<Run> {
  await pipeline.workspace.call('runs.resume', { id: run.id })
  return pipeline.workspace.app.runs.settled(run.id)
}

function expectSoundFiles(): void {
  const data = pipeline.workspace.app.dataFolder
  for (const file of [join(data, 'outflow.db'), join(data, 'syncs', `${pipeline.sync}.db`)]) {
    const db = new Database(file, { readonly: true })
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
  }
}

describe('kill -9 while sending', () => {
  const batches = { batchSize: 20, concurrency: 2 }

  test.each<Mode>(['upsert', 'mirror', 'insert'])(
    '%s: every row arrives, at most what was in flight twice',
    async (mode) => {
      await open({ mode, webhook: batches })
      fill(1_000)
      const run = await killedWhileSending(10)
      expect(run).toMatchObject({ status: 'interrupted', problem: { remedy: 'retry' } })
      expect(run.counts.accepted).toBeGreaterThan(0)
      expectSoundFiles()
      expect(await resumed(run)).toMatchObject({
        status: 'done',
        counts: { added: 1_000, accepted: 1_000, refused: 0, unknown: 0 },
      })
      const ids = arrivals()
      expect(distinct(ids)).toBe(1_000)
      expect(ids.length - 1_000).toBeLessThanOrEqual(40)
      expectSoundFiles()
    },
  )

  test('append: nothing arrives twice; what was in flight is unknown and stays so', async () => {
    await open({ mode: 'append', webhook: batches })
    fill(1_000)
    const run = await killedWhileSending(10)
    const done = await resumed(run)
    expect(done.status).toBe('done')
    expect(done.counts.unknown).toBeGreaterThan(0)
    expect(done.counts.unknown).toBeLessThanOrEqual(40)
    expect(done.counts.accepted + done.counts.unknown).toBe(1_000)
    expect(distinct(arrivals())).toBe(arrivals().length)
    const [unknown] = await pipeline.changes(done, { state: 'unknown' })
    expect(unknown?.problem?.message).toContain('It may have arrived')
    expect((await pipeline.run()).counts).toMatchObject({ added: 0, unchanged: 1_000 })
    expect(distinct(arrivals())).toBe(arrivals().length)
  })
})

describe('disk full', () => {
  const mount = join(mkdtempSync(join(tmpdir(), 'outflow-disk-')), 'small')

  test('stops the plan with a plain sentence, and nothing is lost after space is freed', async (ctx) => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) ctx.skip('only root can make a small disk')
    mkdirSync(mount)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', mount], { stdio: 'ignore' })
    } catch {
      await open()
      ctx.skip('a small disk cannot be mounted here')
    }
    try {
      await open({ app: { dataFolder: mount }, webhook: { batchSize: 1_000 } })
      fill(120_000)
      const full = await pipeline.plan()
      expect(full).toMatchObject({
        status: 'failed',
        problem: { remedy: 'retry', message: expect.stringContaining('disk is full') },
      })
      expect(await pipeline.workspace.call('runs.get', { id: full.id })).toMatchObject({ status: 'failed' })
      execFileSync('mount', ['-o', 'remount,size=200m', mount])
      const run = await pipeline.run()
      expect(run).toMatchObject({ status: 'done', counts: { added: 120_000, accepted: 120_000 } })
      expect(distinct(arrivals())).toBe(120_000)
      expectSoundFiles()
    } finally {
      await pipeline.workspace.app.close()
      execFileSync('umount', [mount])
      rmSync(mount, { recursive: true, force: true })
    }
  })
})

describe('a receiver that misbehaves', () => {
  test('500, reset, timeout before sending: a connection that is cut is tried again', async () => {
    await open({ webhook: { batchSize: 10 } })
    fill(30)
    let cut = 0
    pipeline.receiver.answer((_, response) => {
      if (cut++ < 2) response.destroy()
      else response.writeHead(200).end('{}')
    })
    expect(await pipeline.run()).toMatchObject({ status: 'done', counts: { accepted: 30, refused: 0 } })
    expect(distinct(arrivals())).toBe(30)
  })

  test('one bad record fails the batch: halving finds it; the others go through', async () => {
    await open({ webhook: { batchSize: 8, concurrency: 1 } })
    fill(8)
    pipeline.receiver.answer(({ body }, response) => {
      response.writeHead(body.includes('"p5@example.com"') ? 500 : 200).end('{}')
    })
    const run = await pipeline.run()
    expect(run).toMatchObject({ status: 'done', counts: { accepted: 7, refused: 1 } })
    expect(await pipeline.changes(run, { state: 'refused' })).toMatchObject([{ label: '5' }])
  })

  test('500, reset, timeout before sending: a receiver that has gone leaves the rows planned instead of refusing them', async () => {
    await open({ webhook: { batchSize: 1, concurrency: 1 } })
    fill(3)
    const planned = await pipeline.plan()
    await pipeline.receiver.close()
    const run = await pipeline.push(planned)
    expect(run).toMatchObject({ status: 'interrupted', counts: { accepted: 0, refused: 0, unknown: 0 } })
    expect((await pipeline.changes(run)).map(({ state }) => state)).toEqual(['planned', 'planned', 'planned'])
  })
})
