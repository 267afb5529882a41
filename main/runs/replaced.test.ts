import { afterAll, afterEach, expect, test } from 'vitest'
import { openTablePipeline, stopServer, type TablePipeline } from '../testing/table-pipeline.ts'

let pipeline: TablePipeline
afterEach(() => pipeline.close())
afterAll(stopServer)

const two = `(1, 'Ada', 'ada@example.com', 'London'), (2, 'Grace', 'grace@example.com', 'New York')`
const ids = async () => (await pipeline.rows()).map(({ id }) => id)

test('an unchanged row that is not taken any more is listed as refused, and comes up again', async () => {
  pipeline = await openTablePipeline(two, { mode: 'replace', key: null })
  const { run, plan, changes, source, postgres, workspace } = pipeline
  await run()
  await postgres.query(`ALTER TABLE people ADD CONSTRAINT elsewhere CHECK (city <> 'London') NOT VALID`)
  source.exec(`INSERT INTO people VALUES (3, 'Alan', 'alan@example.com', 'Wilmslow')`)
  const replaced = await run()
  expect(replaced.counts).toMatchObject({ added: 1, accepted: 1, refused: 1 })
  expect(await ids()).toEqual([2, 3])
  const [refused, ...more] = await changes(replaced, { state: 'refused' })
  expect(more).toEqual([])
  expect(refused).toMatchObject({ label: '1', after: { city: 'London' }, problem: { remedy: 'fix-record' } })
  expect((await changes(replaced)).map(({ label }) => label)).toEqual(['3', '1'])
  const change = refused?.id ?? 0
  expect((await workspace.call('plans.change', { run: replaced.id, change })).change).toMatchObject({ label: '1' })
  expect((await plan()).counts).toMatchObject({ added: 1, unchanged: 2 })
  await postgres.query('ALTER TABLE people DROP CONSTRAINT elsewhere')
  await run()
  expect(await ids()).toEqual([1, 2, 3])
})

test('a changed row that is not taken is not there, and comes up again even where its old values come back', async () => {
  pipeline = await openTablePipeline(two, { mode: 'replace', key: null })
  const { run, plan, source, postgres } = pipeline
  await run()
  await postgres.query(`ALTER TABLE people ADD CONSTRAINT elsewhere CHECK (city <> 'Paris') NOT VALID`)
  source.exec(`UPDATE people SET city = 'Paris' WHERE id = 1`)
  expect((await run()).counts).toMatchObject({ changed: 1, accepted: 0, refused: 1 })
  expect(await ids()).toEqual([2])
  source.exec(`UPDATE people SET city = 'London' WHERE id = 1`)
  expect((await plan()).counts).toMatchObject({ added: 1, unchanged: 1 })
  await run()
  expect(await ids()).toEqual([1, 2])
})
