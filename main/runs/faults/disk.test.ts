import { afterEach, expect, test } from 'vitest'
import { openPipeline, type Pipeline } from '../../testing/pipeline.ts'
import { mountSmallDisk, type SmallDisk } from '../../testing/small-disk.ts'
import { expectSoundFiles } from '../../testing/spawned-run.ts'

let disk: SmallDisk | undefined
let pipeline: Pipeline | undefined

afterEach(async () => {
  await pipeline?.close()
  disk?.remove()
  pipeline = disk = undefined
})

test('disk full while sending: the run is interrupted; with some space it sends the rest', async (ctx) => {
  disk = mountSmallDisk(60)
  if (!disk) return ctx.skip('a small disk cannot be mounted here')
  pipeline = await openPipeline({
    app: { dataFolder: disk.folder },
    webhook: { batchSize: 500, concurrency: 2 },
  })
  const { workspace, receiver } = pipeline
  pipeline.source.exec(`WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 20000)
    INSERT INTO people SELECT id, 'Name ' || id, 'p' || id || '@example.com' FROM n`)
  const planned = await pipeline.plan()
  const { fill, free } = disk
  // By the fourth request there are results to be written, and no place for them.
  receiver.answer((_, response) => {
    if (receiver.received.length === 4) fill()
    response.writeHead(200).end('{}')
  })
  const cut = await pipeline.push(planned)
  expect(cut).toMatchObject({
    status: 'interrupted',
    counts: { refused: 0, unknown: 0 },
    problem: { remedy: 'retry', message: expect.stringContaining('disk is full') },
  })
  expect(pipeline.sent().length).toBeLessThan(20_000)
  // Whatever a person tries meanwhile is told as plainly, once the little that is left has been used up.
  const body = `{ "note": "${'long '.repeat(1_000)}", "changes": {{changes}} }`
  const values = { url: `${receiver.origin}/other`, key: 'id', body }
  const saving = async () => {
    for (;;) await workspace.call('connections.save', { name: 'Other', connector: 'webhook', values, secrets: {} })
  }
  await expect(saving()).rejects.toMatchObject({
    problem: { remedy: 'retry', message: expect.stringContaining('disk is full') },
  })

  free()
  await workspace.call('runs.resume', { id: cut.id })
  expect(await workspace.app.runs.settled(cut.id)).toMatchObject({ status: 'done', counts: { accepted: 20_000 } })
  const ids = pipeline.sent().map(({ record }) => record.id)
  expect(new Set(ids).size).toBe(20_000)
  expect(ids.length - 20_000).toBeLessThanOrEqual(2 * 500)
  expectSoundFiles(pipeline)
  expect((await pipeline.plan()).counts).toMatchObject({ added: 0, unchanged: 20_000 })
})
