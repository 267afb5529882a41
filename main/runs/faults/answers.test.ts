/** What a receiver answers, row by row of the table of faults in a run of the whole app. */
import { afterEach, describe, expect, test } from 'vitest'
import { openPipeline, type Pipeline, type PipelineOptions } from '../../testing/pipeline.ts'

let pipeline: Pipeline
afterEach(() => pipeline.close())

async function open(options: PipelineOptions = {}): Promise<void> {
  pipeline = await openPipeline(options)
  pipeline.source.exec(`WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 20)
    INSERT INTO people SELECT id, 'Name ' || id, 'p' || id || '@example.com' FROM n`)
}

const idsIn = (body: string) =>
  (JSON.parse(body) as { changes: { record: { id: number } }[] }).changes.map(({ record }) => record.id)
const arrivals = () => pipeline.receiver.received.flatMap(({ body }) => idsIn(body))

describe('429, 503 + Retry-After', () => {
  test.each<[number, () => string]>([
    [429, () => '1'],
    [503, () => '1'],
    [503, () => new Date(Date.now() + 2_000).toUTCString()],
  ])('%i: waits as long as it is told, says why meanwhile, goes on', async (status, retryAfter) => {
    await open()
    const asked: number[] = []
    pipeline.receiver.answer((_, response) => {
      asked.push(performance.now())
      if (asked.length === 1) response.writeHead(status, { 'retry-after': retryAfter() }).end()
      else response.writeHead(200).end('{}')
    })
    const reasons = new Set<string>()
    pipeline.workspace.app.events.on(({ event, payload }) => {
      if (event === 'run.progress' && payload.waiting) reasons.add(payload.waiting)
    })
    expect(await pipeline.run()).toMatchObject({ status: 'done', counts: { accepted: 20, refused: 0 } })
    const [first, second, ...more] = asked as [number, number]
    expect(more).toEqual([])
    expect(second - first).toBeGreaterThanOrEqual(1_000)
    expect([...reasons].join()).toMatch(status === 429 ? /slow down/ : /busy/)
  })
})

describe('429 that does not say how long', () => {
  test.each<[string, Record<string, string>]>([
    ['without Retry-After', {}],
    ['with a time that has passed', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }],
    ['with 0', { 'retry-after': '0' }],
    ['with nonsense', { 'retry-after': '-1' }],
  ])('%s: single rows on several lanes wait longer each time, and none is refused', async (_, headers) => {
    await open({ webhook: { batchSize: 1, concurrency: 4 } })
    let requests = 0
    let freeAt = 0
    pipeline.receiver.answer((_, response) => {
      requests++
      freeAt ||= performance.now() + 4_000
      if (performance.now() < freeAt) response.writeHead(429, headers).end()
      else response.writeHead(200).end('{}')
    })
    expect(await pipeline.run()).toMatchObject({ status: 'done', counts: { accepted: 20, refused: 0, unknown: 0 } })
    expect(requests).toBeLessThan(20 + 4 * 4)
  })
})

describe('500 for a moment', () => {
  test('single rows on many lanes go through when it is over', async () => {
    await open({ webhook: { batchSize: 1, concurrency: 16 } })
    let fineAt = 0
    pipeline.receiver.answer((_, response) => {
      fineAt ||= performance.now() + 1_500
      response.writeHead(performance.now() < fineAt ? 500 : 200).end('{}')
    })
    expect(await pipeline.run()).toMatchObject({ status: 'done', counts: { accepted: 20, refused: 0, unknown: 0 } })
  })
})

describe('200 with errors inside; 207; partial', () => {
  test.each([200, 207])(
    '%i: each record has its own result, and only the refused ones come up again',
    async (status) => {
      await open({ webhook: { results: '$.results' } })
      const refused = new Set([3, 17])
      pipeline.receiver.answer(({ body }, response) => {
        const results = idsIn(body).map((id) => (refused.has(id) ? { error: 'bad address' } : { id: `r${id}` }))
        response.writeHead(status).end(JSON.stringify({ results }))
      })
      const run = await pipeline.run()
      expect(run).toMatchObject({ status: 'done', counts: { accepted: 18, refused: 2, unknown: 0 } })
      expect(await pipeline.changes(run, { state: 'refused' })).toMatchObject([
        { label: '3', problem: { remedy: 'fix-record', message: expect.stringContaining('bad address') } },
        { label: '17' },
      ])
      refused.clear()
      pipeline.receiver.received.length = 0
      expect((await pipeline.run()).counts).toMatchObject({ added: 2, accepted: 2 })
      expect(arrivals()).toEqual([3, 17])
    },
  )
})

describe('401/403 mid-run', () => {
  test.each([401, 403])('%i: the run waits, refuses nothing, and goes on after a new sign-in', async (status) => {
    await open({ webhook: { batchSize: 5, concurrency: 2 } })
    const { call, app } = pipeline.workspace
    const { destination } = await call('syncs.get', { id: pipeline.sync })
    const { name, connector, values } = await call('connections.get', { id: destination })
    const signIn = (token: string) =>
      call('connections.save', {
        id: destination,
        name,
        connector,
        values,
        secrets: { headers: `Authorization: Bearer ${token}` },
      })
    await signIn('old')
    let good = 'Bearer old'
    const accepted: number[] = []
    pipeline.receiver.answer(({ body, headers }, response) => {
      if (headers.authorization !== good) return void response.writeHead(status).end('{"error":"token revoked"}')
      accepted.push(...idsIn(body))
      // From now on the old token is worth nothing.
      good = 'Bearer new'
      response.writeHead(200).end('{}')
    })
    const waiting = await pipeline.run()
    expect(waiting).toMatchObject({
      status: 'waiting',
      counts: { accepted: 5, refused: 0, unknown: 0 },
      problem: { remedy: 'reconnect' },
    })
    expect(JSON.stringify(waiting)).not.toContain('old')
    expect(await call('connections.get', { id: destination })).toMatchObject({ status: 'needs-sign-in' })
    expect(await pipeline.changes(waiting, { state: 'planned' })).toHaveLength(15)
    await signIn('new')
    good = 'Bearer new'
    await call('runs.resume', { id: waiting.id })
    expect(await app.runs.settled(waiting.id)).toMatchObject({
      status: 'done',
      counts: { accepted: 20, refused: 0, unknown: 0 },
    })
    expect(accepted.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1))
  })
})

describe('malformed JSON, HTML error page, empty body', () => {
  test.each([
    ['a web page', '<!doctype html><h1>Sign in</h1>', '<!doctype html>'],
    ['half a JSON', '{"ok": tr', '{"ok": tr'],
    ['nothing', '', 'empty'],
  ])('%s, for ever: the run stops, refuses nothing and tells the first bytes', async (_, body, bytes) => {
    await open({ webhook: { bodyRule: '$.ok = true', batchSize: 5, concurrency: 4 } })
    pipeline.receiver.answer((_, response) => void response.writeHead(200).end(body))
    const run = await pipeline.run()
    expect(run).toMatchObject({
      status: 'interrupted',
      counts: { accepted: 0, refused: 0, unknown: 0 },
      problem: {
        remedy: 'report',
        message: expect.stringContaining('cannot read'),
        detail: expect.stringContaining(bytes),
      },
    })
    pipeline.receiver.answer((_, response) => void response.writeHead(200).end('{"ok":true}'))
    await pipeline.workspace.call('runs.resume', { id: run.id })
    expect(await pipeline.workspace.app.runs.settled(run.id)).toMatchObject({
      status: 'done',
      counts: { accepted: 20 },
    })
  })
})
