import { afterAll, afterEach, expect, test } from 'vitest'
import { openPipeline, type Pipeline, restarted } from '../testing/pipeline.ts'
import { openTablePipeline, stopServer, type TablePipeline } from '../testing/table-pipeline.ts'

let pipeline: Pipeline | TablePipeline | undefined
afterEach(async () => {
  await pipeline?.close()
  pipeline = undefined
})

afterAll(stopServer)

const two = `(1, 'Ada', 'ada@example.com', 'London'), (2, 'Grace', 'grace@example.com', 'New York')`

async function openTable(more: Parameters<typeof openTablePipeline>[1]): Promise<TablePipeline> {
  const opened = await openTablePipeline(two, more)
  pipeline = opened
  return opened
}

for (const mode of ['mirror', 'upsert', 'update'] as const) {
  test(`${mode}: a change that was cut off is sent again, and is nobody's edit`, async () => {
    const there = mode === 'update' ? { there: `(1, 'Ada', '', ''), (2, 'Grace', '', '')` } : {}
    const table = await openTable({ mode, ...there })
    await table.run()
    table.source.exec(`UPDATE people SET city = 'Paris' WHERE id = 1`)
    await table.cutOff(await table.plan())
    // What was cut off may have arrived all the same, or not.
    for (const city of ['London', 'Paris']) {
      await table.postgres.query(`UPDATE people SET city = '${city}' WHERE id = 1`)
      table.source.exec(`UPDATE people SET city = 'Rome' WHERE id = 1`)
      const planned = await table.plan()
      const [change] = await table.changes(planned)
      expect(change).toMatchObject({ op: 'change', before: { city: 'London' }, problem: { remedy: 'confirm' } })
      expect(change?.kept).toBeUndefined()
    }
    await table.push(await table.plan())
    expect((await table.rows())[0]).toMatchObject({ city: 'Rome' })
    expect((await table.plan()).counts).toMatchObject({ changed: 0, unchanged: 2 })
  })
}

test('an edit is still an edit where what was sent last got no answer', async () => {
  const table = await openTable({ mode: 'mirror' })
  await table.run()
  table.source.exec(`UPDATE people SET city = 'Paris' WHERE id = 1`)
  await table.cutOff(await table.plan())
  await table.postgres.query(`UPDATE people SET city = 'Oxford' WHERE id = 1`)
  const [change] = await table.changes(await table.plan())
  expect(change).toMatchObject({ kept: [{ field: 'city', why: 'edited' }] })
})

test('an undo gives back what was acknowledged before, not what got no answer', async () => {
  const table = await openTable({ mode: 'mirror', edits: 'overwrite' })
  await table.run()
  table.source.exec(`UPDATE people SET city = 'Paris' WHERE id = 1`)
  await table.cutOff(await table.plan())
  table.source.exec(`UPDATE people SET city = 'Rome' WHERE id = 1`)
  const run = await table.run()
  const undo = await table.undo(run)
  expect(await table.changes(undo)).toMatchObject([{ op: 'change', after: { city: 'London' } }])
})

/** Sends what is planned to a receiver that takes it and never answers; then the app is opened again. */
async function unanswered(hook: Pipeline): Promise<Pipeline> {
  const { receiver, workspace } = hook
  const planned = await hook.plan()
  const arrived = new Promise<void>((resolve) => receiver.answer(() => resolve()))
  await workspace.call('plans.push', { run: planned.id, confirm: planned.guards.map(({ id }) => id) })
  await arrived
  const opened = await restarted(hook)
  receiver.answer((_, response) => void response.writeHead(200).end('{}'))
  pipeline = opened
  return opened
}

const openHook = async (...how: Parameters<typeof openPipeline>): Promise<Pipeline> => {
  const opened = await openPipeline(...how)
  pipeline = opened
  opened.source.exec(`INSERT INTO people VALUES (1, 'v1', 'a@example.com'), (2, 'b', 'b@example.com')`)
  await opened.run()
  return opened
}

for (const mode of ['upsert', 'mirror'] as const) {
  test(`${mode}: a row that goes back to what was acknowledged is sent again where a later value may have arrived`, async () => {
    let hook = await openHook({ mode })
    hook.source.exec(`UPDATE people SET name = 'v2' WHERE id = 1`)
    hook = await unanswered(hook)
    hook.source.exec(`UPDATE people SET name = 'v1' WHERE id = 1`)
    const run = await hook.run()
    expect(run.counts).toMatchObject({ changed: 1, accepted: 1 })
    expect(hook.sent().at(-1)?.record).toMatchObject({ name: 'v1' })
    expect((await hook.plan()).counts).toMatchObject({ changed: 0, unchanged: 2 })
  })
}

test('a run that was resumed and paused again still knows what was on its way at the first time', async () => {
  let hook = await openHook()
  hook.source.exec(`UPDATE people SET name = 'v2' WHERE id = 1`)
  hook = await unanswered(hook)
  const [interrupted] = await hook.workspace.call('runs.list', { sync: hook.sync, limit: 1 })
  const told = new Promise<void>((resolve) => {
    hook.receiver.answer((_, response) => {
      response.writeHead(401).end()
      resolve()
    })
  })
  await hook.workspace.call('runs.resume', { id: interrupted?.id ?? '' })
  await told
  await hook.workspace.app.runs.settled(interrupted?.id ?? '')
  hook.receiver.answer((_, response) => void response.writeHead(200).end('{}'))
  hook.source.exec(`UPDATE people SET name = 'v1' WHERE id = 1`)
  expect((await hook.plan()).counts).toMatchObject({ changed: 1 })
})

test('a row that comes back is sent again where its removal got no answer', async () => {
  let hook = await openHook({ mode: 'mirror' })
  hook.source.exec('DELETE FROM people WHERE id = 1')
  hook = await unanswered(hook)
  hook.source.exec(`INSERT INTO people VALUES (1, 'v1', 'a@example.com')`)
  expect((await hook.run()).counts).toMatchObject({ changed: 1, accepted: 1 })
  expect(hook.sent().at(-1)).toMatchObject({ op: 'change', record: { id: 1, name: 'v1' } })
  hook.source.exec('DELETE FROM people WHERE id = 1')
  await hook.run()
  expect(hook.sent().at(-1)).toMatchObject({ op: 'remove', key: 1 })
})

test('a new record without an answer is new once more, and is left alone when its row leaves', async () => {
  let hook = await openHook({ mode: 'mirror' })
  hook.source.exec(`INSERT INTO people VALUES (3, 'c', 'c@example.com')`)
  hook = await unanswered(hook)
  const planned = await hook.plan()
  expect(await hook.changes(planned)).toMatchObject([{ op: 'add', label: '3' }])
  hook = await unanswered(hook)
  hook.source.exec('DELETE FROM people WHERE id = 3')
  const left = await hook.plan()
  expect(left.counts).toMatchObject({ removed: 0, excluded: 1 })
  expect(await hook.changes(left)).toMatchObject([{ op: 'excluded', label: '3' }])
})
