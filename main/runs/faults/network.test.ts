/** The network between the app and a webhook, through a real proxy that cuts, closes, stalls and garbles. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openPipeline, type Pipeline, type PipelineOptions } from '../../testing/pipeline.ts'
import { type NetworkFault, startTcpProxy, type TcpProxy } from '../../testing/tcp-proxy.ts'

let proxy: TcpProxy
let pipeline: Pipeline

async function open(options: PipelineOptions = {}): Promise<void> {
  const webhook = { url: `${proxy.origin}/hook`, batchSize: 10, concurrency: 1, timeout: 1, ...options.webhook }
  pipeline = await openPipeline({ ...options, webhook })
  proxy.leadTo(Number(new URL(pipeline.receiver.origin).port))
  pipeline.source.exec(`WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 40)
    INSERT INTO people SELECT id, 'Name ' || id, 'p' || id || '@example.com' FROM n`)
}

beforeEach(async () => {
  proxy = await startTcpProxy()
})
afterEach(async () => {
  await proxy.close()
  await pipeline.close()
})

const arrivals = () => pipeline.sent().map(({ record }) => Number(record.id))
const distinct = () => new Set(arrivals()).size

const faults: NetworkFault[] = ['cut', 'closed', 'stalled', 'garbled']

describe.each(faults)('timeout after sending: the answer meets a network that is %s', (fault) => {
  test('keyed rows are repeated until they are accepted', async () => {
    await open()
    proxy.fail(fault, { what: 'answers', after: 8 })
    expect(await pipeline.run()).toMatchObject({ status: 'done', counts: { accepted: 40, refused: 0, unknown: 0 } })
    expect(distinct()).toBe(40)
    expect(arrivals()).toHaveLength(50)
  })

  test('appended rows are unknown and never sent again', async () => {
    await open({ mode: 'append' })
    proxy.fail(fault, { what: 'answers', after: 8 })
    expect(await pipeline.run()).toMatchObject({ status: 'done', counts: { accepted: 30, refused: 0, unknown: 10 } })
    expect((await pipeline.run()).counts).toMatchObject({ added: 0, unchanged: 40 })
    expect(arrivals()).toHaveLength(40)
  })
})

describe.each<NetworkFault>(['cut', 'stalled'])(
  '500, reset, timeout before sending: a request meets a network that is %s',
  (fault) => {
    test('the batch goes again after a while, and arrives once', async () => {
      await open()
      proxy.fail(fault, { what: 'requests', after: 100 })
      expect(await pipeline.run()).toMatchObject({ status: 'done', counts: { accepted: 40, refused: 0, unknown: 0 } })
      expect(arrivals()).toHaveLength(40)
      expect(distinct()).toBe(40)
    })
  },
)

test('a network that stays cut interrupts the run: no row is refused or lost, and all go when it is back', async () => {
  await open({ webhook: { batchSize: 10 } })
  proxy.fail('cut', { what: 'requests', times: Number.POSITIVE_INFINITY })
  const run = await pipeline.run()
  expect(run).toMatchObject({
    status: 'interrupted',
    counts: { accepted: 0, refused: 0, unknown: 0 },
    problem: { remedy: 'retry', message: expect.stringContaining('did not answer') },
  })
  // What was on its way when the line was cut may have arrived, and says so; the rest waits.
  const waiting = await Promise.all((['planned', 'sending'] as const).map((state) => pipeline.changes(run, { state })))
  expect(waiting.flat()).toHaveLength(40)
  proxy.heal()
  await pipeline.workspace.call('runs.resume', { id: run.id })
  expect(await pipeline.workspace.app.runs.settled(run.id)).toMatchObject({
    status: 'done',
    counts: { accepted: 40, refused: 0, unknown: 0 },
  })
  expect(arrivals()).toHaveLength(40)
}, 120_000)

test('a cancel while the network is silent ends the run with the request in flight; its rows come up again', async () => {
  await open({ webhook: { timeout: 2 } })
  const planned = await pipeline.plan()
  proxy.fail('stalled', { what: 'answers', times: Number.POSITIVE_INFINITY })
  const failed = proxy.failed()
  await pipeline.workspace.call('plans.push', { run: planned.id, confirm: [] })
  await failed
  await pipeline.workspace.call('runs.cancel', { id: planned.id })
  expect(await pipeline.workspace.app.runs.settled(planned.id)).toMatchObject({
    status: 'canceled',
    counts: { accepted: 0, refused: 0, unknown: 0 },
  })
  expect(arrivals()).toHaveLength(10)
  proxy.heal()
  expect((await pipeline.run()).counts).toMatchObject({ added: 40, accepted: 40 })
  expect(distinct()).toBe(40)
})

test('closing the app while the network is silent ends the run at once; what was in flight is not lost', async () => {
  await open({ webhook: { timeout: 60 } })
  const planned = await pipeline.plan()
  proxy.fail('stalled', { what: 'answers' })
  const failed = proxy.failed()
  await pipeline.workspace.call('plans.push', { run: planned.id, confirm: [] })
  await failed
  await pipeline.workspace.app.close()
  pipeline.workspace = await pipeline.workspace.restart()
  expect(await pipeline.workspace.call('runs.get', { id: planned.id })).toMatchObject({ status: 'interrupted' })
  await pipeline.workspace.call('runs.resume', { id: planned.id })
  expect(await pipeline.workspace.app.runs.settled(planned.id)).toMatchObject({
    status: 'done',
    counts: { accepted: 40, refused: 0, unknown: 0 },
  })
  expect(distinct()).toBe(40)
})
