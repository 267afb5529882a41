import { afterEach, describe, expect, test } from 'vitest'
import type { Run } from '../../preload/api.ts'
import { openPipeline, type Pipeline, type PipelineOptions, restarted } from '../testing/pipeline.ts'

let pipeline: Pipeline
const open = async (options: PipelineOptions = {}) => {
  pipeline = await openPipeline(options)
  pipeline.source.exec(`INSERT INTO people VALUES (1, 'Ada', 'ada@example.com'), (2, 'Grace', 'grace@example.com')`)
  return pipeline
}
afterEach(() => pipeline.close())

const call: Pipeline['workspace']['call'] = (method, input) => pipeline.workspace.call(method, input)
const settled = ({ id }: Run) => pipeline.workspace.app.runs.settled(id)

/** A second sync of the same audience. */
async function secondSync(object = 'records'): Promise<string> {
  const { id: _, updatedAt: __, ...draft } = await call('syncs.get', { id: pipeline.sync })
  return (await call('syncs.save', { ...draft, name: 'Second', object })).id
}

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

describe('one writer per place', () => {
  test('a second sync to the same place is refused from the moment the first is asked for, and goes on afterwards', async () => {
    await open()
    const second = await secondSync()
    const [first, other] = [await pipeline.plan(), await settled(await call('plans.make', { sync: second }))]
    const { held, free } = gate()
    // Both in one breath: the first has not even got its secrets yet.
    const [pushed, refused] = await Promise.all([
      call('plans.push', { run: first.id, confirm: [] }),
      pipeline.workspace.refusal('plans.push', { run: other.id, confirm: [] }),
    ])
    expect(refused).toMatchObject({
      remedy: 'retry',
      message: '“People → Hook” is being sent to the same place right now. Push again when it is done.',
    })
    await held
    expect(await pipeline.workspace.refusal('plans.push', { run: other.id, confirm: [] })).toEqual(refused)
    free()
    expect(await settled(pushed)).toMatchObject({ status: 'done', counts: { accepted: 2 } })
    expect(await pipeline.push(other)).toMatchObject({ status: 'done', counts: { accepted: 2 } })
  })

  test('a sync is not planned, pushed or reset while it is being sent', async () => {
    await open()
    const planned = await pipeline.plan()
    const { held, free } = gate()
    await call('plans.push', { run: planned.id, confirm: [] })
    await held
    for (const refusal of [
      await pipeline.workspace.refusal('plans.make', { sync: pipeline.sync }),
      await pipeline.workspace.refusal('plans.push', { run: planned.id, confirm: [] }),
      await pipeline.workspace.refusal('syncs.reset', { id: pipeline.sync }),
    ]) {
      expect(refused(refusal)).toBe(true)
    }
    free()
    expect(await settled(planned)).toMatchObject({ status: 'done', counts: { accepted: 2 } })
  })
  const refused = ({ remedy, message }: { remedy: string; message: string }) => remedy === 'retry' && message.length > 0

  test('a plan that is pushed by whoever hears that it is ready keeps its sync busy until it was sent', async () => {
    await open()
    const { app } = pipeline.workspace
    const { held, free } = gate()
    app.events.on(({ event, payload }) => {
      if (event === 'run.changed' && payload.status === 'planned') app.runs.push(payload.id, [])
    })
    const run = await call('plans.make', { sync: pipeline.sync })
    await held
    expect(await pipeline.workspace.refusal('plans.make', { sync: pipeline.sync })).toMatchObject({ remedy: 'retry' })
    free()
    expect(await settled(run)).toMatchObject({ status: 'done', counts: { accepted: 2 } })
  })
})

describe('a run that was interrupted', () => {
  /** Pushes and closes the app in the same breath. */
  async function interrupted(): Promise<Run> {
    const planned = await pipeline.plan()
    const { free } = gate()
    await call('plans.push', { run: planned.id, confirm: [] })
    pipeline = await restarted(pipeline)
    free()
    pipeline.receiver.answer((_, response) => void response.writeHead(200).end('{}'))
    return call('runs.get', { id: planned.id })
  }

  test('by closing the app in the same breath does not hold the app open, and goes on', async () => {
    await open()
    const run = await interrupted()
    expect(run).toMatchObject({ status: 'interrupted', counts: { accepted: 0 } })
    await call('runs.resume', { id: run.id })
    expect(await settled(run)).toMatchObject({ status: 'done', counts: { accepted: 2 } })
  })

  test('is not resumed into what the sync is now: the old plan was made for another place', async () => {
    await open()
    const run = await interrupted()
    pipeline.receiver.received.length = 0
    const values = { url: `${pipeline.receiver.origin}/other`, key: 'id' }
    const other = await call('connections.save', { name: 'Other', connector: 'webhook', values, secrets: {} })
    await pipeline.edit({ destination: other.id })
    expect(await call('runs.get', { id: run.id })).toMatchObject({ stale: true })
    expect(await pipeline.workspace.refusal('runs.resume', { id: run.id })).toMatchObject({ remedy: 'edit-sync' })
    expect(pipeline.sent()).toEqual([])
    expect((await pipeline.run()).counts).toMatchObject({ added: 2, accepted: 2 })
    expect(pipeline.receiver.received.map(({ url }) => url)).toEqual(['/other'])
  })
})
