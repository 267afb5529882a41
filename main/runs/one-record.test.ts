import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openPipeline, type Pipeline } from '../testing/pipeline.ts'

let pipeline: Pipeline
afterEach(() => pipeline.close())

const three = `INSERT INTO people VALUES (1, 'Ada', 'ada@example.com'), (2, 'Grace', 'grace@example.com'), (3, 'Alan', NULL)`

/** Answers each request with one result per record; those with this key are refused. */
function refuse(key: number) {
  pipeline.receiver.answer(({ body }, response) => {
    const { changes } = JSON.parse(body) as { changes: { key: number }[] }
    const results = changes.map((change) => (change.key === key ? { error: 'no such plan' } : { ok: true }))
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results }))
  })
}

test('one record is sent alone; the rest of the plan stays planned and is sent by the push', async () => {
  pipeline = await openPipeline()
  pipeline.source.exec(three)
  const { call } = pipeline.workspace
  const planned = await pipeline.plan()
  const [, grace] = await pipeline.changes(planned)
  const { change } = await call('plans.sendOne', { run: planned.id, change: grace?.id ?? 0, confirm: [] })
  expect(change).toMatchObject({ label: '2', state: 'accepted' })
  expect(pipeline.sent().map(({ key }) => key)).toEqual([2])
  expect(await call('runs.get', { id: planned.id })).toMatchObject({ status: 'planned', counts: { accepted: 1 } })
  expect(await pipeline.push(planned)).toMatchObject({ status: 'done', counts: { accepted: 3 } })
  expect(pipeline.sent().map(({ key }) => key)).toEqual([2, 1, 3])
})

test.each(['append', 'replace'] as const)(
  'a file is written as a whole: no record of it is sent alone (%s)',
  async (mode) => {
    pipeline = await openPipeline()
    pipeline.source.exec(three)
    const { call, refusal, folder } = pipeline.workspace
    const values = { folder, header: true }
    const { id } = await call('connections.save', { name: 'Files', connector: 'csv-file', values, secrets: {} })
    await pipeline.edit({ destination: id, object: 'people.csv', mode, key: null, removal: 'nothing' })
    const planned = await pipeline.plan()
    const [ada] = await pipeline.changes(planned)
    const one = { run: planned.id, change: ada?.id ?? 0 }
    expect(await call('plans.describe', one)).toMatchObject({ notAlone: expect.stringMatching(/cannot be sent alone/) })
    expect((await refusal('plans.sendOne', { ...one, confirm: [] })).message).toMatch(/Push the whole plan/)
    expect(existsSync(join(folder, 'people.csv'))).toBe(false)
    expect((await pipeline.push(planned)).counts).toMatchObject({ accepted: 3 })
    expect(readFileSync(join(folder, 'people.csv'), 'utf8').trim().split('\n')).toHaveLength(4)
  },
)

test('the request that is shown before is the request that is made', async () => {
  pipeline = await openPipeline()
  pipeline.source.exec(three)
  const planned = await pipeline.plan()
  const [ada] = await pipeline.changes(planned)
  const which = { run: planned.id, change: ada?.id ?? 0 }
  const described = await pipeline.workspace.call('plans.describe', which)
  const request = 'request' in described ? described.request : described.nothing
  expect(pipeline.receiver.received).toHaveLength(0)
  await pipeline.workspace.call('plans.sendOne', { ...which, confirm: [] })
  const shown = JSON.parse(request.slice(request.indexOf('{')))
  expect(shown).toEqual(JSON.parse(pipeline.receiver.received[0]?.body ?? ''))
  expect(request).toContain(`POST ${pipeline.receiver.origin}/hook`)
})

test('a record that was sent alone and refused says why, and can be sent again by a new plan', async () => {
  pipeline = await openPipeline({ webhook: { results: '$.results' } })
  pipeline.source.exec(three)
  refuse(2)
  const planned = await pipeline.plan()
  const [, grace] = await pipeline.changes(planned)
  const answer = await pipeline.workspace.call('plans.sendOne', {
    run: planned.id,
    change: grace?.id ?? 0,
    confirm: [],
  })
  expect(answer.change).toMatchObject({
    state: 'refused',
    problem: { message: expect.stringContaining('no such plan') },
  })
  expect(answer.exchanges[0]?.response).toContain('no such plan')
  expect((await pipeline.plan()).counts).toMatchObject({ added: 3 })
})

test('guards are confirmed for one record as for all', async () => {
  pipeline = await openPipeline({ sync: { guards: { cap: 1 } } })
  pipeline.source.exec(three)
  const planned = await pipeline.plan()
  const [ada] = await pipeline.changes(planned)
  const which = { run: planned.id, change: ada?.id ?? 0 }
  expect(await pipeline.workspace.refusal('plans.sendOne', { ...which, confirm: [] })).toMatchObject({
    remedy: 'confirm',
  })
  expect(pipeline.receiver.received).toHaveLength(0)
})

test('the raw request and answer of a row are kept, without the secrets of the connection', async () => {
  pipeline = await openPipeline()
  const { call } = pipeline.workspace
  const [hook] = (await call('connections.list', {})).filter(({ kind }) => kind === 'destination')
  if (!hook) throw new Error('no webhook')
  await call('connections.save', {
    ...hook,
    secrets: { headers: 'Authorization: Bearer very-secret-token\nX-Team: sales-7' },
  })
  pipeline.source.exec(three)
  pipeline.receiver.answer((_, response) => response.writeHead(200).end('{"said":"very-secret-token"}'))
  const run = await pipeline.run()
  const [ada] = await pipeline.changes(run)
  const { exchanges } = await call('plans.change', { run: run.id, change: ada?.id ?? 0 })
  expect(exchanges).toHaveLength(1)
  expect(exchanges[0]?.request).toContain('"ada@example.com"')
  expect(exchanges[0]?.request).toMatch(/authorization: •••/i)
  expect(exchanges[0]?.response).toContain('HTTP 200')
  expect(JSON.stringify(exchanges)).not.toContain('very-secret-token')
  const file = join(pipeline.workspace.app.dataFolder, 'syncs', `${pipeline.sync}.exchanges.db`)
  expect(existsSync(file)).toBe(true)
  expect(readFileSync(file).includes('very-secret-token')).toBe(false)
})

test('what was sent about a record is found over all syncs, by its id and by any value', async () => {
  pipeline = await openPipeline()
  pipeline.source.exec(three)
  const first = await pipeline.run()
  pipeline.source.exec(`UPDATE people SET name = 'A. Lovelace' WHERE id = 1`)
  const second = await pipeline.run()
  const search = (text: string) => pipeline.workspace.call('history.search', { text, limit: 50 })
  const { mentions, more } = await search('ADA@example.com')
  expect(more).toBe(false)
  expect(mentions.map(({ run, change }) => [run, change.op, change.after?.name])).toEqual([
    [second.id, 'change', 'A. Lovelace'],
    [first.id, 'add', 'Ada'],
  ])
  expect((await search('nobody@example.com')).mentions).toEqual([])
  pipeline.source.exec(`INSERT INTO people VALUES (9, 'Not yet', 'planned@example.com')`)
  await pipeline.plan()
  expect((await search('planned@example.com')).mentions).toEqual([])
})

test('runs older than the history is kept are forgotten, and what was sent last is still known', async () => {
  let now = Date.parse('2026-01-01T00:00:00Z')
  pipeline = await openPipeline({ app: { clock: { now: () => new Date(now), timeZone: () => 'UTC' } } })
  const { call } = pipeline.workspace
  await call('settings.save', { theme: 'system', keepHistoryDays: 30, keepExchangesMb: 20 })
  pipeline.source.exec(three)
  await pipeline.run()
  pipeline.source.exec(`UPDATE people SET name = 'A.' WHERE id = 1`)
  await pipeline.run()
  now += 40 * 86_400_000
  await pipeline.run()
  expect(await call('runs.list', { sync: pipeline.sync, limit: 10 })).toHaveLength(1)
  expect((await pipeline.plan()).counts).toMatchObject({ unchanged: 3, added: 0, changed: 0 })
  pipeline.source.exec(`UPDATE people SET name = 'B.' WHERE id = 1`)
  expect(await pipeline.changes(await pipeline.plan())).toMatchObject([
    { before: { name: 'A.' }, after: { name: 'B.' } },
  ])
})
