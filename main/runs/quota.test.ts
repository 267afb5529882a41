/** Several syncs and screens that share a quota or a place, through connections of their own. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Run } from '../../preload/api.ts'
import { openPipeline, type Pipeline, restarted } from '../testing/pipeline.ts'

let pipeline: Pipeline
beforeEach(async () => {
  pipeline = await openPipeline({ webhook: { batchSize: 1, concurrency: 4 } })
  pipeline.source.exec(`WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 8)
    INSERT INTO people SELECT id, 'Name ' || id, 'p' || id || '@example.com' FROM n`)
})
afterEach(() => pipeline.close())

const call: Pipeline['workspace']['call'] = (method, input) => pipeline.workspace.call(method, input)
const settled = ({ id }: Run) => pipeline.workspace.app.runs.settled(id)
const fine = () => pipeline.receiver.answer((_, response) => void response.writeHead(200).end('{}'))

/** A second sync of the same audience through a connection of its own. */
async function secondSync(path: string): Promise<string> {
  const values = { url: `${pipeline.receiver.origin}${path}`, key: 'id', batchSize: 1, concurrency: 1 }
  const { id } = await call('connections.save', { name: 'Other hook', connector: 'webhook', values, secrets: {} })
  const { id: _, updatedAt: __, ...draft } = await call('syncs.get', { id: pipeline.sync })
  return (await call('syncs.save', { ...draft, name: 'Second', destination: id })).id
}
const planOf = async (sync: string) => settled(await call('plans.make', { sync }))

/** The next request is asked to wait, all others are accepted. Resolves with when that was and when others came. */
function askToWait(seconds: number) {
  const told = Promise.withResolvers<number>()
  const others: number[] = []
  let isTold = false
  pipeline.receiver.answer((_, response) => {
    if (isTold) others.push(performance.now())
    response.writeHead(isTold ? 200 : 429, isTold ? {} : { 'retry-after': String(seconds) }).end('{}')
    if (!isTold) told.resolve(performance.now())
    isTold = true
  })
  return { told: told.promise, others }
}

/** Resolves when a run says that it waits. */
const waits = (run: Run) =>
  new Promise<string>((resolve) => {
    pipeline.workspace.app.events.on(({ event, payload }) => {
      if (event === 'run.progress' && payload.run === run.id && payload.waiting) resolve(payload.waiting)
    })
  })

describe('one quota', () => {
  test('a sync that starts while another was asked to wait waits as well', async () => {
    const second = await secondSync('/elsewhere')
    const [first, other] = [await pipeline.plan(), await planOf(second)]
    const { told, others } = askToWait(3)
    const waiting = waits(first)
    await call('plans.push', { run: first.id, confirm: [] })
    const since = await told
    await waiting
    const before = others.length
    const why = waits(other)
    await call('plans.push', { run: other.id, confirm: [] })
    expect(await why).toMatch(/another sync|asked to wait/)
    for (const run of [first, other]) expect(await settled(run)).toMatchObject({ counts: { accepted: 8, refused: 0 } })
    expect(others).toHaveLength(16)
    for (const at of others.slice(before)) expect(at - since).toBeGreaterThanOrEqual(2_990)
  })

  test('what a screen asks for waits for a short pause, and says so where it is long', async () => {
    const { destination } = await call('syncs.get', { id: pipeline.sync })
    const { name, connector, values } = await call('connections.get', { id: destination })
    const look = { id: destination, name, connector, values, secrets: {} }
    const run = await pipeline.plan()
    const short = askToWait(2)
    const waiting = waits(run)
    await call('plans.push', { run: run.id, confirm: [] })
    const since = await short.told
    await waiting
    await call('connections.test', look)
    expect(performance.now() - since).toBeGreaterThanOrEqual(1_990)
    expect(await settled(run)).toMatchObject({ status: 'done' })

    pipeline.source.exec(`UPDATE people SET name = 'New'`)
    const again = await pipeline.plan()
    const long = askToWait(600)
    const waitingAgain = waits(again)
    await call('plans.push', { run: again.id, confirm: [] })
    await long.told
    await waitingAgain
    const asked = pipeline.receiver.received.length
    const refusal = await pipeline.workspace.refusal('connections.test', look)
    expect(refusal).toMatchObject({ remedy: 'retry', message: expect.stringContaining('asked Outflow to wait') })
    expect(refusal.retryAfterMs).toBeGreaterThan(500_000)
    expect(pipeline.receiver.received).toHaveLength(asked)
  })

  test('a screen that is asked to wait makes syncs wait', async () => {
    const { destination } = await call('syncs.get', { id: pipeline.sync })
    const { name, connector, values } = await call('connections.get', { id: destination })
    const run = await pipeline.plan()
    const { told, others } = askToWait(2)
    await pipeline.workspace.refusal('connections.test', { id: destination, name, connector, values, secrets: {} })
    const since = await told
    expect(await pipeline.push(run)).toMatchObject({ status: 'done', counts: { accepted: 8 } })
    expect((others[0] as number) - since).toBeGreaterThanOrEqual(1_990)
  })
})

describe('a run that waits because it was told to', () => {
  test.each([
    ['runs.pause', 'paused'],
    ['runs.cancel', 'canceled'],
  ] as const)('%s ends it at once; nothing is lost', async (method, status) => {
    const run = await pipeline.plan()
    const { told } = askToWait(600)
    const waiting = waits(run)
    await call('plans.push', { run: run.id, confirm: [] })
    await told
    await waiting
    const asked = performance.now()
    await call(method, { id: run.id })
    const ended = await settled(run)
    expect(performance.now() - asked).toBeLessThan(5_000)
    expect(ended).toMatchObject({ status, counts: { refused: 0, unknown: 0 } })
    // The pause that the receiver asked for is still on; a new start of the app knows nothing of it.
    pipeline = await restarted(pipeline)
    fine()
    if (status === 'paused') {
      await call('runs.resume', { id: run.id })
      expect(await settled(run)).toMatchObject({ status: 'done', counts: { accepted: 8 } })
    } else expect((await pipeline.run()).counts).toMatchObject({ added: 8 - ended.counts.accepted })
    const sent = new Set(pipeline.sent().map(({ record }) => record.id))
    expect(sent.size).toBe(8)
  })
})

describe('one place', () => {
  /** Requests are held until `free` is called; `held` resolves with the first one. */
  function gate() {
    const held = Promise.withResolvers<void>()
    const opened = Promise.withResolvers<void>()
    pipeline.receiver.answer((_, response) => {
      held.resolve()
      void opened.promise.then(() => response.writeHead(200).end('{}'))
    })
    return { held: held.promise, free: opened.resolve }
  }
  const sentence = '“People → Hook” is being sent to the same place right now. Push again when it is done.'

  test('a sync to the same address through another connection is refused while the first is sent', async () => {
    const second = await secondSync('/hook')
    const [first, other] = [await pipeline.plan(), await planOf(second)]
    const { held, free } = gate()
    await call('plans.push', { run: first.id, confirm: [] })
    await held
    expect(await pipeline.workspace.refusal('plans.push', { run: other.id, confirm: [] })).toMatchObject({
      remedy: 'retry',
      message: sentence,
    })
    free()
    expect(await settled(first)).toMatchObject({ status: 'done' })
    expect(await pipeline.push(other)).toMatchObject({ status: 'done', counts: { accepted: 8 } })
  })

  test('where that shows only when it begins, it is interrupted before anything is sent, and can be resumed', async () => {
    const second = await secondSync('/hook')
    const [first, other] = [await pipeline.plan(), await planOf(second)]
    pipeline = await restarted(pipeline)
    const { held, free } = gate()
    await call('plans.push', { run: first.id, confirm: [] })
    await held
    await call('plans.push', { run: other.id, confirm: [] })
    expect(await settled(other)).toMatchObject({
      status: 'interrupted',
      counts: { accepted: 0 },
      problem: { remedy: 'retry', message: sentence },
    })
    free()
    expect(await settled(first)).toMatchObject({ status: 'done' })
    expect(pipeline.receiver.received).toHaveLength(8)
    await call('runs.resume', { id: other.id })
    expect(await settled(other)).toMatchObject({ status: 'done', counts: { accepted: 8 } })
  })

  test('another address of the same server is another place', async () => {
    const second = await secondSync('/elsewhere')
    const [first, other] = [await pipeline.plan(), await planOf(second)]
    const { held, free } = gate()
    await call('plans.push', { run: first.id, confirm: [] })
    await held
    await call('plans.push', { run: other.id, confirm: [] })
    free()
    for (const run of [first, other]) expect(await settled(run)).toMatchObject({ status: 'done' })
  })
})
