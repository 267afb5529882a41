import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { openPipeline, type Pipeline, type PipelineOptions } from '../../testing/pipeline.ts'

let pipeline: Pipeline
const open = async (options: PipelineOptions = {}) => {
  pipeline = await openPipeline(options)
  return pipeline
}
afterEach(() => pipeline.close())

function fill(rows: number): void {
  pipeline.source.exec(`WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ${rows})
    INSERT INTO people SELECT id, 'Name ' || id, 'p' || id || '@example.com' FROM n`)
}

const fine = (response: ServerResponse) => void response.writeHead(200).end('{"ok":true}')
const idsIn = (body: string) =>
  (JSON.parse(body) as { changes: { record: { id: number } }[] }).changes.map(({ record }) => record.id)
const arrivals = () => pipeline.receiver.received.flatMap(({ body }) => idsIn(body))

/** Answers the first request like this, all others well. */
function answerFirst(answer: (response: ServerResponse) => void): void {
  let first = true
  pipeline.receiver.answer((_, response) => {
    if (!first) return fine(response)
    first = false
    answer(response)
  })
}

/** Answers that say neither yes nor no: whether the rows were taken is not known. */
const answers: [string, (response: ServerResponse) => void][] = [
  ['a web page with status 200', (response) => void response.writeHead(200).end('<!doctype html><h1>Sign in</h1>')],
  ['an empty answer', (response) => void response.writeHead(200).end()],
  [
    'an answer that is cut',
    (response) => void response.writeHead(200, { 'content-length': 99 }).write('{', () => response.destroy()),
  ],
  ['a reset connection', (response) => void response.socket?.resetAndDestroy()],
  ['no answer in time', () => undefined],
]

describe.each(answers)('%s', (_what, answer) => {
  const webhook = { batchSize: 5, concurrency: 1, timeout: 1, bodyRule: '$.ok = true' }

  test('keyed rows are sent again until they are accepted', async () => {
    await open({ webhook })
    fill(10)
    answerFirst(answer)
    expect(await pipeline.run()).toMatchObject({ status: 'done', counts: { accepted: 10, refused: 0, unknown: 0 } })
    expect(arrivals().slice(0, 10)).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5])
  })

  test('appended rows are unknown, and never sent again', async () => {
    await open({ mode: 'append', webhook })
    fill(10)
    answerFirst(answer)
    const run = await pipeline.run()
    expect(run).toMatchObject({ status: 'done', counts: { accepted: 5, refused: 0, unknown: 5 } })
    expect((await pipeline.run()).counts).toMatchObject({ added: 0, unchanged: 10 })
    expect(arrivals()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })
})

describe('a receiver that refuses', () => {
  test('requests that are too large gets smaller ones', async () => {
    await open({ webhook: { batchSize: 64, concurrency: 2 } })
    fill(128)
    pipeline.receiver.answer(({ body }, response) => {
      if (idsIn(body).length > 10) response.writeHead(413).end()
      else fine(response)
    })
    expect(await pipeline.run()).toMatchObject({ status: 'done', counts: { accepted: 128, refused: 0 } })
  })

  test.each(['upsert', 'append'] as const)(
    'everything for ever, %s: the run is interrupted and every row is still planned',
    async (mode) => {
      await open({ mode, webhook: { batchSize: 1, concurrency: 30 } })
      fill(60)
      pipeline.receiver.answer((_, response) => void response.writeHead(500).end('no'))
      const run = await pipeline.run()
      expect(run).toMatchObject({
        status: 'interrupted',
        counts: { accepted: 0, refused: 0, unknown: 0 },
        problem: { remedy: 'retry', message: expect.stringContaining('500') },
      })
      expect(await pipeline.changes(run, { state: 'planned' })).toHaveLength(60)
      pipeline.receiver.received.length = 0
      pipeline.receiver.answer((_, response) => fine(response))
      await pipeline.workspace.call('runs.resume', { id: run.id })
      expect(await pipeline.workspace.app.runs.settled(run.id)).toMatchObject({
        status: 'done',
        counts: { accepted: 60, refused: 0, unknown: 0 },
      })
      expect(arrivals()).toHaveLength(60)
    },
    120_000,
  )

  test('the sign-in in the middle of a batch of appended rows: what it had taken is not sent again, the rest is', async () => {
    await open({ mode: 'append', webhook: { batchSize: 8, concurrency: 1 } })
    fill(8)
    const accepted: number[] = []
    let signedIn = true
    pipeline.receiver.answer(({ body }, response) => {
      const ids = idsIn(body)
      if (!signedIn) response.writeHead(401).end()
      else if (ids.length > 4) response.writeHead(413).end()
      else {
        accepted.push(...ids)
        signedIn = false
        fine(response)
      }
    })
    const waiting = await pipeline.run()
    expect(waiting).toMatchObject({ status: 'waiting', counts: { accepted: 4, refused: 0, unknown: 0 } })
    expect(accepted).toEqual([1, 2, 3, 4])
    expect((await pipeline.changes(waiting, { state: 'planned' })).map(({ label }) => label)).toEqual([
      '5',
      '6',
      '7',
      '8',
    ])
    signedIn = true
    await pipeline.workspace.call('runs.resume', { id: waiting.id })
    expect(await pipeline.workspace.app.runs.settled(waiting.id)).toMatchObject({
      status: 'done',
      counts: { accepted: 8, refused: 0, unknown: 0 },
    })
    expect(accepted).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })
})
