import { hostname, userInfo } from 'node:os'
import { afterEach, expect, test } from 'vitest'
import { openPipeline, type Pipeline } from '../testing/pipeline.ts'

let pipeline: Pipeline
afterEach(() => pipeline.close())

const fill = (count: number, from = 1) =>
  pipeline.source.exec(`WITH RECURSIVE n(id) AS (SELECT ${from} UNION ALL SELECT id + 1 FROM n WHERE id < ${from + count - 1})
    INSERT INTO people SELECT id, 'Name ' || id, 'p' || id || '@example.com' FROM n`)

test('a sync has thresholds of its own, and the guard names them', async () => {
  pipeline = await openPipeline({ mode: 'mirror', sync: { guards: { removalPercent: 1, removals: 10_000 } } })
  fill(1_000)
  await pipeline.run()
  pipeline.source.exec('DELETE FROM people WHERE id <= 20')
  const planned = await pipeline.plan()
  expect(planned.guards).toMatchObject([{ id: 'many-removals', message: expect.stringContaining('the limit is 1 %') }])
})

test('a column that is suddenly empty stops the run and is named', async () => {
  pipeline = await openPipeline({ mode: 'upsert', sync: { guards: { changePercent: 100 } } })
  fill(200)
  await pipeline.run()
  pipeline.source.exec('UPDATE people SET email = NULL WHERE id <= 150')
  expect((await pipeline.plan()).guards).toMatchObject([
    { id: 'column-emptied', message: expect.stringMatching(/^email was filled and is empty now in 150 rows/) },
  ])
})

test('an audience larger than its cap stops the run', async () => {
  pipeline = await openPipeline({ sync: { guards: { cap: 50 } } })
  fill(51)
  expect((await pipeline.plan()).guards).toMatchObject([{ id: 'over-cap' }])
})

test('who confirmed what, where and when stays with the run', async () => {
  pipeline = await openPipeline({ sync: { guards: { cap: 50 } } })
  fill(51)
  const run = await pipeline.run()
  expect(run.confirmed).toEqual({
    guards: ['over-cap'],
    by: `${userInfo().username} on ${hostname()}`,
    at: expect.stringMatching(/^\d{4}-.*Z$/),
  })
})

test('people on the exclusion list are not sent by any sync, whatever their case, and are shown as left alone', async () => {
  pipeline = await openPipeline()
  fill(3)
  const { call } = pipeline.workspace
  await call('exclusions.add', { text: ' P2@Example.com \n\nnobody@example.com', note: 'asked us' })
  const run = await pipeline.run()
  expect(run.counts).toMatchObject({ added: 2, excluded: 1, accepted: 2 })
  expect(pipeline.sent().map(({ key }) => key)).toEqual([1, 3])
  expect(await pipeline.changes(run, { op: 'excluded' })).toMatchObject([
    { label: '2', problem: { message: expect.stringContaining('p2@example.com') } },
  ])
})

test('someone who was sent before leaves a mirror when he is put on the exclusion list', async () => {
  pipeline = await openPipeline({ mode: 'mirror' })
  fill(30)
  await pipeline.run()
  await pipeline.workspace.call('exclusions.add', { text: '7', note: '' })
  const run = await pipeline.run()
  expect(run.counts).toMatchObject({ removed: 1, unchanged: 29, changed: 0 })
  expect(pipeline.sent().at(-1)).toMatchObject({ op: 'remove', key: 7 })
  await pipeline.workspace.call('exclusions.remove', { value: '7' })
  expect((await pipeline.plan()).counts).toMatchObject({ added: 1, unchanged: 29 })
})

test('a plan made before the list was changed must be made anew', async () => {
  pipeline = await openPipeline()
  fill(3)
  const planned = await pipeline.plan()
  await pipeline.workspace.call('exclusions.add', { text: 'p2@example.com', note: '' })
  expect((await pipeline.workspace.refusal('plans.push', { run: planned.id, confirm: [] })).message).toMatch(
    /Plan again/,
  )
})
