import { afterAll, afterEach, expect, test } from 'vitest'
import { openPipeline, type Pipeline } from '../testing/pipeline.ts'
import { openTablePipeline, stopServer, type TablePipeline } from '../testing/table-pipeline.ts'

let opened: TablePipeline | Pipeline | undefined
afterEach(async () => {
  await opened?.close()
  opened = undefined
})

afterAll(stopServer)

const open = async (...how: Parameters<typeof openTablePipeline>): Promise<TablePipeline> => {
  const pipeline = await openTablePipeline(...how)
  opened = pipeline
  return pipeline
}

const three = `(1, 'Ada', 'ada@example.com', 'London'), (2, 'Grace', 'grace@example.com', 'New York'), (3, 'Alan', NULL, 'Wilmslow')`

test('taking back a run removes what it created, restores what it changed and brings back what it removed', async () => {
  const pipeline = await open(three, { mode: 'mirror' })
  await pipeline.run()
  const before = await pipeline.rows()
  pipeline.source.exec(`UPDATE people SET city = 'Paris' WHERE id = 1; DELETE FROM people WHERE id = 2;
    INSERT INTO people VALUES (4, 'Edsger', 'edsger@example.com', 'Rotterdam')`)
  const run = await pipeline.run()
  expect((await pipeline.rows()).map(({ id, city }) => [id, city])).toEqual([
    [1, 'Paris'],
    [3, 'Wilmslow'],
    [4, 'Rotterdam'],
  ])

  const undo = await pipeline.undo(run)
  expect(undo).toMatchObject({ status: 'planned', kind: 'undo', undoes: run.id })
  expect(undo.counts).toMatchObject({ added: 1, changed: 1, removed: 1, excluded: 0 })
  expect((await pipeline.changes(undo)).map(({ op, label }) => [op, label])).toEqual([
    ['change', '1'],
    ['add', '2'],
    ['remove', '4'],
  ])
  expect(await pipeline.rows()).toHaveLength(3)
  expect(await pipeline.push(undo)).toMatchObject({ status: 'done', counts: { accepted: 3 } })
  expect(await pipeline.rows()).toEqual(before)
  expect(await pipeline.workspace.call('runs.get', { id: run.id })).toMatchObject({ undoneBy: undo.id })
})

test('after an undo the next plan shows the same changes again, because the source still says so', async () => {
  const pipeline = await open(three, { mode: 'mirror' })
  await pipeline.run()
  pipeline.source.exec(`UPDATE people SET city = 'Paris' WHERE id = 1; DELETE FROM people WHERE id = 2`)
  const run = await pipeline.run()
  await pipeline.push(await pipeline.undo(run))
  expect((await pipeline.plan()).counts).toMatchObject({ added: 0, changed: 1, removed: 1, unchanged: 1 })
})

test('records that a later run changed are listed and left alone', async () => {
  const pipeline = await open(three)
  const first = await pipeline.run()
  pipeline.source.exec(`UPDATE people SET city = 'Paris' WHERE id = 1`)
  await pipeline.run()
  const undo = await pipeline.undo(first)
  expect(undo.counts).toMatchObject({ removed: 2, excluded: 1 })
  const [left] = await pipeline.changes(undo, { op: 'excluded' })
  expect(left).toMatchObject({
    label: '1',
    problem: { message: 'A later run changed this record. It is left as it is.' },
  })
  await pipeline.push(undo)
  expect((await pipeline.rows()).map(({ id }) => id)).toEqual([1])
})

test('what was there before the first push gets the values back that were read there', async () => {
  const pipeline = await open(three, { there: `(1, 'Augusta', 'old@example.com', 'Bath')` })
  const run = await pipeline.run()
  expect(await pipeline.rows()).toHaveLength(3)
  await pipeline.push(await pipeline.undo(run))
  expect(await pipeline.rows()).toEqual([{ id: 1, name: 'Augusta', email: 'old@example.com', city: 'Bath' }])
})

test('a value that someone changed after the run is not overwritten by its undo', async () => {
  const pipeline = await open(three)
  await pipeline.run()
  pipeline.source.exec(`UPDATE people SET city = 'Paris', name = 'A.' WHERE id = 1`)
  const run = await pipeline.run()
  await pipeline.postgres.query(`UPDATE people SET city = 'Rome' WHERE id = 1`)
  const undo = await pipeline.undo(run)
  expect((await pipeline.changes(undo))[0]).toMatchObject({ kept: [{ field: 'city', why: 'edited' }] })
  await pipeline.push(undo)
  expect((await pipeline.rows())[0]).toMatchObject({ name: 'Ada', city: 'Rome' })
})

test.each(['keep', 'overwrite'] as const)(
  'what people changed since is left alone by an undo, %s edits',
  async (edits) => {
    const pipeline = await open(three, { edits })
    await pipeline.run()
    pipeline.source.exec(`UPDATE people SET city = 'Paris' WHERE id IN (1, 2);
    INSERT INTO people VALUES (4, 'Edsger', NULL, 'Rotterdam'), (5, 'Barbara', NULL, 'Boston')`)
    const run = await pipeline.run()
    await pipeline.postgres.query(`UPDATE people SET city = 'Rome' WHERE id = 1; DELETE FROM people WHERE id = 2;
    UPDATE people SET city = 'Austin' WHERE id = 4`)
    const undo = await pipeline.undo(run)
    expect(undo.counts).toMatchObject({ added: 0, changed: 1, removed: 1, excluded: 2 })
    const left = await pipeline.changes(undo, { op: 'excluded' })
    expect(left.map(({ label, problem }) => [label, problem?.message.split(' there')[0]])).toEqual([
      ['2', 'Someone removed this record'],
      ['4', 'Someone changed this record'],
    ])
    await pipeline.postgres.query(`UPDATE people SET city = 'Cambridge' WHERE id = 5`)
    expect((await pipeline.push(undo)).counts).toMatchObject({ accepted: 0, skipped: 2 })
    expect((await pipeline.rows()).map(({ id, city }) => [id, city])).toEqual([
      [1, 'Rome'],
      [3, 'Wilmslow'],
      [4, 'Austin'],
      [5, 'Cambridge'],
    ])
  },
)

test('a record that was removed comes back as it was read before', async () => {
  const pipeline = await open(three, { mode: 'mirror' })
  await pipeline.run()
  await pipeline.postgres.query(`UPDATE people SET city = 'Arlington' WHERE id = 2`)
  pipeline.source.exec('DELETE FROM people WHERE id = 2')
  const run = await pipeline.run()
  await pipeline.push(await pipeline.undo(run))
  expect((await pipeline.rows())[1]).toMatchObject({ id: 2, city: 'Arlington' })
})

test('a content that was replaced is written again', async () => {
  const pipeline = await open(three, { mode: 'replace', key: null })
  await pipeline.run()
  pipeline.source.exec(`UPDATE people SET city = 'Paris' WHERE id = 1; DELETE FROM people WHERE id = 2`)
  const run = await pipeline.run()
  expect(await pipeline.rows()).toHaveLength(2)
  await pipeline.push(await pipeline.undo(run))
  expect((await pipeline.rows()).map(({ city }) => city)).toEqual(['London', 'New York', 'Wilmslow'])
})

test('a run is taken back once, and an undo not at all', async () => {
  const pipeline = await open(three)
  const run = await pipeline.run()
  const undo = await pipeline.push(await pipeline.undo(run))
  const { refusal } = pipeline.workspace
  expect((await refusal('runs.undo', { id: run.id })).message).toMatch(/taken back already/)
  expect((await refusal('runs.undo', { id: undo.id })).message).toMatch(/took another one back/)
})

test('a message that was sent cannot be taken back, and the plan says so before the first push', async () => {
  const pipeline = await openPipeline({ mode: 'append' })
  opened = pipeline
  pipeline.source.exec(`INSERT INTO people VALUES (1, 'Ada', 'ada@example.com')`)
  const planned = await pipeline.plan()
  expect(planned.undo).toMatchObject({ possible: false, note: expect.stringContaining('cannot be taken back') })
  const run = await pipeline.push(planned)
  expect((await pipeline.workspace.refusal('runs.undo', { id: run.id })).message).toMatch(/cannot be taken back/)
})

test('what a destination that cannot be read held before is not made up', async () => {
  const pipeline = await openPipeline({ mode: 'upsert' })
  opened = pipeline
  pipeline.source.exec(`INSERT INTO people VALUES (1, 'Ada', 'ada@example.com')`)
  const run = await pipeline.run()
  const { id } = await pipeline.workspace.call('runs.undo', { id: run.id })
  const undo = await pipeline.workspace.app.runs.settled(id)
  expect(undo.counts).toMatchObject({ removed: 0, changed: 0, excluded: 1 })
  expect(await pipeline.changes(undo)).toMatchObject([{ problem: { message: expect.stringContaining('not known') } }])
})

test('a sync that sends elsewhere now does not take back there what it sent to the old place', async () => {
  const pipeline = await open(three)
  const run = await pipeline.run()
  await pipeline.postgres.query('DROP TABLE IF EXISTS others')
  await pipeline.postgres.query('CREATE TABLE others (LIKE people INCLUDING ALL)')
  await pipeline.postgres.query("INSERT INTO others VALUES (1, 'Not ours', NULL, NULL)")
  await pipeline.edit({ object: 'public.others' })
  const undo = await pipeline.undo(run)
  expect(undo).toMatchObject({ status: 'failed', problem: { message: expect.stringContaining('the same place') } })
  expect(await pipeline.postgres.query('SELECT id FROM others')).toHaveLength(1)
})

test('who is never sent does not come back by an undo', async () => {
  const pipeline = await open(three, { mode: 'mirror' })
  await pipeline.run()
  pipeline.source.exec('DELETE FROM people WHERE id = 2')
  const run = await pipeline.run()
  await pipeline.workspace.call('exclusions.add', { text: 'grace@example.com', note: '' })
  const undo = await pipeline.undo(run)
  expect(undo.counts).toMatchObject({ added: 0, excluded: 1 })
})
