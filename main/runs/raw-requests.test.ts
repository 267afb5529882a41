/** The raw requests of whole runs: what is there for a row that is asked about, and what it takes on the disk. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import type { Run } from '../../preload/api.ts'
import { openPipeline, type Pipeline } from '../testing/pipeline.ts'
import { openTablePipeline, stopServer } from '../testing/table-pipeline.ts'

let pipeline: Pipeline
let opened: { close(): Promise<void> }
afterEach(() => opened.close())
afterAll(stopServer)

const people = (count: number, name: string) =>
  pipeline.source.exec(`WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ${count})
    INSERT OR REPLACE INTO people SELECT id, ${name}, 'p' || id || '@example.com' FROM n`)

async function sentAbout(run: Run, search: string) {
  const [change] = await pipeline.changes(run, { search })
  if (!change) throw new Error(`no change about ${search}`)
  return (await pipeline.workspace.call('plans.change', { run: run.id, change: change.id })).exchanges
}

test('of a request of a thousand rows each row finds its own part', async () => {
  opened = pipeline = await openPipeline({ webhook: { batchSize: 1_000, concurrency: 1 } })
  people(1_000, "'Name ' || id || hex(zeroblob(40))")
  const run = await pipeline.run()
  for (const row of [1, 500, 900, 1_000]) {
    const [exchange, ...more] = await sentAbout(run, `p${row}@`)
    expect(more).toEqual([])
    expect(exchange?.request).toContain(`"p${row}@example.com"`)
    expect(exchange?.request).toMatch(/^POST http/)
    expect(exchange?.request).toMatch(/\n\(1\d\d,\d{3} characters in all\)$/)
  }
})

test('what was refused inside a good answer is kept when the share of the run is long used up', async () => {
  opened = pipeline = await openPipeline({ webhook: { batchSize: 1, concurrency: 1, results: '$.results' } })
  await pipeline.workspace.call('settings.save', { theme: 'system', keepHistoryDays: null, keepExchangesMb: 1 })
  pipeline.receiver.answer(({ body }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ results: [body.includes('p150@') ? { error: 'No such person' } : { ok: true }] }))
  })
  people(200, "'Name ' || hex(randomblob(1500))")
  const run = await pipeline.run()
  expect(await sentAbout(run, 'p1@')).toHaveLength(1)
  expect(await sentAbout(run, 'p149@')).toEqual([])
  expect(run.counts).toMatchObject({ accepted: 199, refused: 1 })
  expect((await sentAbout(run, 'p150@'))[0]?.response).toContain('No such person')
})

test('the budget holds while and after thousands of rows are refused', async () => {
  opened = pipeline = await openPipeline({ webhook: { batchSize: 1, concurrency: 4 } })
  const { call, app } = pipeline.workspace
  await call('settings.save', { theme: 'system', keepHistoryDays: null, keepExchangesMb: 1 })
  const folder = join(app.dataFolder, 'syncs')
  const onDisk = () =>
    readdirSync(folder)
      .filter((name) => name.includes('.exchanges.'))
      .reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0)
  let most = 0
  pipeline.receiver.answer((_, response) => {
    most = Math.max(most, onDisk())
    response.writeHead(400).end('no')
  })
  people(1_000, 'hex(randomblob(2000))')
  const run = await pipeline.run()
  await app.runs.filesClosed(pipeline.sync)
  expect(run.counts).toMatchObject({ refused: 1_000 })
  expect(most).toBeGreaterThan(500_000)
  expect(most).toBeLessThanOrEqual(1024 ** 2)
  expect(onDisk()).toBeLessThanOrEqual(1024 ** 2)
  expect((await sentAbout(run, 'p1000@'))[0]?.response).toMatch(/^HTTP 400/)
})

test.each(['upsert', 'replace'] as const)('of a batch of SQL (%s) each row is written out', async (mode) => {
  const rows = Array.from(
    { length: 300 },
    (_, index) => `(${index + 1}, 'Name ${index + 1}', 'p${index + 1}@x.com', 'X')`,
  )
  const table = await openTablePipeline(rows.join(), { mode, ...(mode === 'replace' && { key: null }) })
  opened = table
  const run = await table.run()
  const [change] = await table.changes(run, { search: 'p200@' })
  const { exchanges } = await table.workspace.call('plans.change', { run: run.id, change: change?.id ?? 0 })
  expect(exchanges.map(({ request }) => request.includes("'p200@x.com'"))).toEqual([true])
  expect(exchanges[0]?.response).toContain('200. accepted')
})
