import { afterAll, afterEach, expect, test } from 'vitest'
import type { Row } from '../../connectors/types.ts'
import { reconcile } from '../engine/reconcile.ts'
import { openPipeline } from '../testing/pipeline.ts'
import { openTablePipeline, stopServer, type TablePipeline } from '../testing/table-pipeline.ts'

let pipeline: TablePipeline | undefined
afterEach(async () => {
  await pipeline?.close()
  pipeline = undefined
})

afterAll(stopServer)

const open = async (...how: Parameters<typeof openTablePipeline>): Promise<TablePipeline> => {
  pipeline = await openTablePipeline(...how)
  return pipeline
}

const two = `(1, 'Ada', 'ada@example.com', 'London'), (2, 'Grace', 'grace@example.com', 'New York')`
const mapped = (field: string, more = {}) => ({ field, from: { kind: 'column' as const, column: field }, ...more })

test('a plan shows what the table holds now, and tells a record that is there from a new one', async () => {
  const { plan, changes } = await open(two, { there: `(1, 'Augusta', NULL, 'Bath')` })
  const planned = await plan()
  expect(planned).toMatchObject({ comparedAt: expect.any(String), counts: { added: 1, changed: 1 } })
  expect(await changes(planned)).toMatchObject([
    { op: 'change', label: '1', live: { id: 1, name: 'Augusta', email: null, city: 'Bath' } },
    { op: 'add', label: '2', live: null },
  ])
  expect(await changes(planned, { op: 'change' })).toHaveLength(1)
  expect(await changes(planned, { op: 'add' })).toHaveLength(1)
})

test('a first run that takes over what is there sends only real differences', async () => {
  const { plan, push, changes, rows } = await open(two, {
    there: `(1, 'Ada', 'ada@example.com', 'London'), (2, 'Grace', 'old@example.com', 'New York'), (9, 'Not ours', NULL, NULL)`,
    firstRun: 'adopt',
    mode: 'mirror',
  })
  const planned = await plan()
  expect(planned.counts).toMatchObject({ added: 0, changed: 1, adopted: 1, removed: 0 })
  expect(await changes(planned, { op: 'adopt' })).toMatchObject([{ label: '1', state: 'planned' }])
  expect((await push(planned)).counts).toMatchObject({ accepted: 1 })
  expect(await rows()).toHaveLength(3)
  expect((await plan()).counts).toMatchObject({ unchanged: 2, added: 0, changed: 0, removed: 0 })
})

test('an update that takes over what is there sends only real differences as well', async () => {
  const { plan, push, rows, changes } = await open(two, {
    there: `(1, 'Ada', 'ada@example.com', 'London'), (2, 'Grace', 'old@example.com', 'New York')`,
    firstRun: 'adopt',
    mode: 'update',
  })
  const planned = await plan()
  expect(planned.counts).toMatchObject({ added: 0, changed: 1, adopted: 1 })
  expect(await changes(planned, { op: 'adopt' })).toMatchObject([{ label: '1' }])
  expect((await push(planned)).counts).toMatchObject({ accepted: 1 })
  expect((await rows())[1]).toMatchObject({ email: 'grace@example.com' })
  expect((await plan()).counts).toMatchObject({ unchanged: 2, changed: 0 })
})

test('a value that someone changed there is shown and kept; the other fields are sent', async () => {
  const { run, plan, push, changes, rows, source, postgres } = await open(two)
  await run()
  await postgres.query(`UPDATE people SET city = 'Oxford' WHERE id = 1`)
  source.exec(`UPDATE people SET city = 'Paris', name = 'A. Lovelace' WHERE id = 1`)
  const planned = await plan()
  const [change] = await changes(planned)
  expect(change).toMatchObject({ live: { city: 'Oxford' }, kept: [{ field: 'city', why: 'edited' }] })
  expect(change).not.toHaveProperty('nothingLeft')
  expect((await push(planned)).counts).toMatchObject({ accepted: 1 })
  expect((await rows())[0]).toMatchObject({ name: 'A. Lovelace', city: 'Oxford' })
  expect((await plan()).counts).toMatchObject({ changed: 0, unchanged: 2 })
})

test('a row of which nothing is left to send is skipped, and does not come up again by itself', async () => {
  const { run, plan, push, changes, source, postgres, rows } = await open(two)
  await run()
  await postgres.query(`UPDATE people SET city = 'Oxford' WHERE id = 1`)
  source.exec(`UPDATE people SET city = 'Paris' WHERE id = 1`)
  const planned = await plan()
  expect(await changes(planned)).toMatchObject([{ nothingLeft: true, kept: [{ field: 'city', why: 'edited' }] }])
  expect((await push(planned)).counts).toMatchObject({ accepted: 0, skipped: 1 })
  expect((await rows())[0]).toMatchObject({ city: 'Oxford' })
  expect((await plan()).counts).toMatchObject({ changed: 0, unchanged: 2 })
})

test('an edit made between the plan and the push is kept as well', async () => {
  const { run, plan, push, source, postgres, rows } = await open(two)
  await run()
  source.exec(`UPDATE people SET city = 'Paris' WHERE id = 1`)
  const planned = await plan()
  await postgres.query(`UPDATE people SET city = 'Oxford' WHERE id = 1`)
  await push(planned)
  expect((await rows())[0]).toMatchObject({ city: 'Oxford' })
})

test('the request that is shown leaves out what a push would leave out now', async () => {
  const { run, plan, changes, source, postgres, workspace } = await open(two)
  await run()
  source.exec(`UPDATE people SET city = 'Paris'; UPDATE people SET name = 'A. Lovelace' WHERE id = 1`)
  const planned = await plan()
  // After the comparison.
  await postgres.query(`UPDATE people SET city = 'Oxford'`)
  const [ada, grace] = await changes(planned)
  const described = (change?: { id: number }) =>
    workspace.call('plans.describe', { run: planned.id, change: change?.id ?? 0 })
  const told = await described(ada)
  expect(told).toMatchObject({ request: expect.stringContaining('A. Lovelace') })
  expect(JSON.stringify(told)).not.toContain('Paris')
  expect(await described(grace)).toEqual({ nothing: 'Every field that differs is left as it is there.' })
})

test('a sync that overwrites edits overwrites them', async () => {
  const { run, source, postgres, rows } = await open(two, { edits: 'overwrite' })
  await run()
  await postgres.query(`UPDATE people SET city = 'Oxford' WHERE id = 1`)
  source.exec(`UPDATE people SET city = 'Paris' WHERE id = 1`)
  await run()
  expect((await rows())[0]).toMatchObject({ city: 'Paris' })
})

test('a field is written only if it is empty there, or only in new records, as its rule says', async () => {
  const mapping = [
    mapped('id'),
    mapped('name', { rule: 'on-create' }),
    mapped('city', { rule: 'if-empty' }),
    mapped('email'),
  ]
  const { run, rows } = await open(two, { mapping, there: `(1, 'Augusta', NULL, 'Bath')` })
  await run()
  expect(await rows()).toEqual([
    { id: 1, name: 'Augusta', email: 'ada@example.com', city: 'Bath' },
    { id: 2, name: 'Grace', email: 'grace@example.com', city: 'New York' },
  ])
})

test('a field that is never shown is written to new records only, where its rule says so', () => {
  const mapping = [mapped('id'), mapped('secret', { rule: 'on-create' as const })]
  const fields = [
    { id: 'id', type: 'integer' as const },
    { id: 'secret', type: 'text' as const, writeOnly: true as const },
  ]
  const decided = (live: Row | null) =>
    reconcile({ record: { id: 1, secret: 'new' }, previous: undefined, perhaps: [] }, live, {
      spec: { key: 'id', mapping, edits: 'keep' },
      fields: fields.map((field) => ({ ...field, label: field.id, required: false, readOnly: false })),
    })
  expect(decided({ id: 1 })).toEqual({ send: null, kept: [{ field: 'secret', why: 'exists' }] })
  expect(decided(null)).toEqual({ send: { id: 1, secret: 'new' }, kept: [] })
})

test('a field that was skipped because it was empty still has what was sent before', async () => {
  const mapping = [mapped('id'), mapped('name'), mapped('city', { skipEmpty: true })]
  const { run, plan, push, changes, source, rows, postgres } = await open(two, { mapping })
  await run()
  source.exec(`UPDATE people SET city = NULL, name = 'A. Lovelace' WHERE id = 1`)
  await run()
  await postgres.query(`UPDATE people SET city = 'Oxford' WHERE id = 1`)
  source.exec(`UPDATE people SET city = 'Paris' WHERE id = 1`)
  const planned = await plan()
  expect(await changes(planned)).toMatchObject([
    { before: { name: 'A. Lovelace', city: 'London' }, kept: [{ field: 'city', why: 'edited' }] },
  ])
  await push(planned)
  expect((await rows())[0]).toMatchObject({ city: 'Oxford' })
})

test('an empty value leaves the field as it is where the line says to skip it', async () => {
  const mapping = [mapped('id'), mapped('name'), mapped('city', { skipEmpty: true })]
  const { run, plan, source, rows } = await open(two, { mapping })
  await run()
  source.exec('UPDATE people SET city = NULL, name = NULL WHERE id = 1')
  await run()
  expect((await rows())[0]).toMatchObject({ name: null, city: 'London' })
  source.exec('UPDATE people SET city = NULL WHERE id = 2')
  expect((await plan()).counts).toMatchObject({ changed: 0, unchanged: 2 })
})

test('a plan can be compared again later', async () => {
  const { run, plan, changes, source, postgres, workspace } = await open(two)
  await run()
  source.exec(`UPDATE people SET city = 'Paris' WHERE id = 1`)
  const planned = await plan()
  await postgres.query(`UPDATE people SET city = 'Oxford' WHERE id = 1`)
  await workspace.call('plans.compare', { id: planned.id })
  expect(await workspace.app.runs.settled(planned.id)).toMatchObject({ status: 'planned' })
  expect(await changes(planned)).toMatchObject([{ live: { city: 'Oxford' }, kept: [{ field: 'city' }] }])
})

test('comparing again and again counts what is there once', async () => {
  const { plan, push, workspace } = await open(two, { there: `(1, 'Augusta', NULL, 'Bath')` })
  const planned = await plan()
  for (const _again of [1, 2]) {
    await workspace.call('plans.compare', { id: planned.id })
    expect((await workspace.app.runs.settled(planned.id)).counts).toMatchObject({ added: 1, changed: 1 })
  }
  expect((await push(planned)).counts).toMatchObject({ accepted: 2 })
})

test('a first push over many records that are there already stops for nothing', async () => {
  const people = (name: string) => Array.from({ length: 150 }, (_, id) => `(${id}, '${name}', NULL, NULL)`).join(', ')
  const { plan } = await open(people('new'), { there: people('old') })
  expect(await plan()).toMatchObject({ status: 'planned', guards: [], counts: { changed: 150 } })
})

test('“Add new only” and “Update existing only” show what they leave alone, and send nothing of it', async () => {
  const there = `(1, 'Augusta', NULL, 'Bath')`
  const insert = await open(two, { there, mode: 'insert' })
  const added = await insert.plan()
  expect(added.counts).toMatchObject({ added: 1, changed: 0, excluded: 1 })
  expect(await insert.changes(added, { op: 'excluded' })).toMatchObject([
    { label: '1', problem: { message: expect.stringContaining('It is there already') } },
  ])
  expect((await insert.push(added)).counts).toMatchObject({ accepted: 1, skipped: 0 })
  await insert.close()

  const update = await open(two, { there, mode: 'update' })
  const changed = await update.plan()
  expect(changed.counts).toMatchObject({ added: 0, changed: 1, excluded: 1 })
  expect((await update.push(changed)).counts).toMatchObject({ accepted: 1, skipped: 0 })
  expect(await update.rows()).toHaveLength(1)
})

test('a destination that cannot be read is said to be so, and is not compared', async () => {
  const webhook = await openPipeline()
  try {
    webhook.source.exec(`INSERT INTO people VALUES (1, 'Ada', 'ada@example.com')`)
    const planned = await webhook.plan()
    expect(planned.cannotCompare).toMatch(/cannot be read/)
    expect(planned.comparedAt).toBeUndefined()
    expect((await webhook.changes(planned))[0]).not.toHaveProperty('live')
    expect((await webhook.workspace.refusal('plans.compare', { id: planned.id })).message).toMatch(/cannot be read/)
  } finally {
    await webhook.close()
  }
})
