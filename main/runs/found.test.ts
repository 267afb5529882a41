import { afterAll, afterEach, expect, test } from 'vitest'
import { openTablePipeline, stopServer, type TablePipeline } from '../testing/table-pipeline.ts'

let pipeline: TablePipeline
afterEach(() => pipeline.close())
afterAll(stopServer)

const two = `(1, 'Ada', 'ada@example.com', 'London'), (2, 'Grace', 'grace@example.com', 'New York')`
const open = async (more: Parameters<typeof openTablePipeline>[1]) => {
  pipeline = await openTablePipeline(two, { mode: 'mirror', ...more })
  return pipeline
}
const ids = async () => (await pipeline.rows()).map(({ id }) => id)

test('a mirror leaves a record that was there before it, and takes out what it made', async () => {
  const { run, plan, push, changes, source } = await open({ there: `(1, 'Augusta', 'x', 'Bath')` })
  await run()
  source.exec(`UPDATE people SET city = 'Paris'`)
  await run()
  source.exec('DELETE FROM people')
  const planned = await plan()
  expect(planned.counts).toMatchObject({ removed: 1, excluded: 1 })
  expect(await changes(planned, { op: 'excluded' })).toMatchObject([
    { label: '1', problem: { message: expect.stringContaining('It was there before this sync') } },
  ])
  await push(planned)
  expect(await ids()).toEqual([1])
  // What comes back to it is still not its own.
  source.exec(`INSERT INTO people VALUES (1, 'Ada', 'ada@example.com', 'Rome')`)
  await run()
  source.exec('DELETE FROM people')
  expect((await plan()).counts).toMatchObject({ removed: 0, excluded: 1 })
})

test('what a mirror took over is its own', async () => {
  const { run, source } = await open({ there: `(1, 'Ada', 'ada@example.com', 'London')`, firstRun: 'adopt' })
  await run()
  source.exec('DELETE FROM people WHERE id = 1')
  await run()
  expect(await ids()).toEqual([2])
})

test('a record that an earlier try may have made is taken for its own', async () => {
  const { plan, run, cutOff, source, postgres } = await open({})
  const planned = await plan()
  await cutOff(planned)
  await postgres.query(`INSERT INTO people VALUES ${two}`)
  const { app, call } = pipeline.workspace
  await call('runs.resume', { id: planned.id })
  expect((await app.runs.settled(planned.id)).counts).toMatchObject({ accepted: 2 })
  await app.runs.filesClosed(pipeline.sync)
  source.exec('DELETE FROM people WHERE id = 1')
  await run()
  expect(await ids()).toEqual([2])
})
