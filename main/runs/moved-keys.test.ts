import { afterEach, expect, test } from 'vitest'
import { openPipeline, type Pipeline } from '../testing/pipeline.ts'

let pipeline: Pipeline
afterEach(() => pipeline?.close())

const refuse = (key: string) =>
  pipeline.receiver.answer(({ body }, response) => void response.writeHead(body.includes(key) ? 400 : 200).end('{}'))
const takeAll = () => pipeline.receiver.answer((_, response) => void response.writeHead(200).end('{}'))

/** Ada and Grace, found by their addresses, which are not their unique ids. */
async function open(mode: 'mirror' | 'upsert' | 'update'): Promise<Pipeline> {
  pipeline = await openPipeline({ mode, webhook: { key: 'email', batchSize: 1 }, sync: { key: 'email' } })
  pipeline.source.exec(`INSERT INTO people VALUES (1, 'Ada', 'a@example.com'), (2, 'Grace', 'g@example.com')`)
  await pipeline.run()
  pipeline.receiver.received.length = 0
  return pipeline
}

const move = (id: number, email: string) =>
  pipeline.source.exec(`UPDATE people SET email = '${email}' WHERE id = ${id}`)
const ops = () => pipeline.sent().map(({ op, key }) => `${op} ${key}`)

test('mirror: a row that moves to another key is added there, and the old record goes', async () => {
  const { plan, push, changes } = await open('mirror')
  move(1, 'new@example.com')
  const planned = await plan()
  expect(planned.counts).toMatchObject({ added: 1, changed: 0, removed: 1 })
  expect(await changes(planned)).toMatchObject([
    { op: 'add', label: '1', after: { email: 'new@example.com' } },
    { op: 'remove', label: '1', before: { email: 'a@example.com' } },
  ])
  await push(planned)
  expect(ops()).toEqual(['add new@example.com', 'remove a@example.com'])
  expect((await plan()).counts).toMatchObject({ added: 0, changed: 0, removed: 0, unchanged: 2 })
})

test('the old record stays as long as the new one is not taken, and goes once it is', async () => {
  const { run, changes, plan } = await open('mirror')
  move(1, 'new@example.com')
  refuse('new@example.com')
  const first = await run()
  expect(first.counts).toMatchObject({ accepted: 0, refused: 1, skipped: 1 })
  expect(await changes(first, { state: 'skipped' })).toMatchObject([{ op: 'remove', problem: { remedy: 'confirm' } }])
  expect(ops()).not.toContain('remove a@example.com')
  takeAll()
  expect((await run()).counts).toMatchObject({ accepted: 2 })
  expect(ops().slice(-2)).toEqual(['add new@example.com', 'remove a@example.com'])
  expect((await plan()).counts).toMatchObject({ removed: 0, unchanged: 2 })
})

test('an old record whose removal is refused comes up again until it is gone, through later moves', async () => {
  const { run, plan, edit } = await open('mirror')
  move(1, 'new@example.com')
  refuse('a@example.com')
  expect((await run()).counts).toMatchObject({ accepted: 1, refused: 1 })
  expect((await plan()).counts).toMatchObject({ removed: 1, unchanged: 2 })
  move(1, 'third@example.com')
  expect((await run()).counts).toMatchObject({ accepted: 2, refused: 1 })
  takeAll()
  expect((await run()).counts).toMatchObject({ added: 0, removed: 1, accepted: 1 })
  expect(ops().at(-1)).toBe('remove a@example.com')
  expect((await plan()).counts).toMatchObject({ removed: 0, unchanged: 2 })
  await edit({ mode: 'upsert' })
  expect((await plan()).counts).toMatchObject({ changed: 0, unchanged: 2 })
})

test('a key that another row holds by then is not removed', async () => {
  const { run, plan } = await open('mirror')
  pipeline.source.exec(`UPDATE people SET email = iif(id = 1, 'g@example.com', 'a@example.com')`)
  const swapped = await run()
  expect(swapped.counts).toMatchObject({ added: 2, removed: 0, accepted: 2 })
  expect(ops()).toEqual(['add g@example.com', 'add a@example.com'])
  expect((await plan()).counts).toMatchObject({ added: 0, removed: 0, unchanged: 2 })
})

test('a row that comes back to a key whose removal is still due keeps it', async () => {
  const { run } = await open('mirror')
  move(1, 'new@example.com')
  refuse('a@example.com')
  await run()
  takeAll()
  move(1, 'a@example.com')
  await run()
  expect(ops().slice(-2)).toEqual(['add a@example.com', 'remove new@example.com'])
})

test('the old record stays where the row cannot take its new key, because another row has it', async () => {
  const { run, plan } = await open('mirror')
  move(1, 'g@example.com')
  const refused = await run()
  expect(refused.counts).toMatchObject({ added: 0, removed: 0, invalid: 1 })
  expect(ops()).toEqual([])
  expect((await plan()).counts).toMatchObject({ removed: 0, invalid: 1 })
})

for (const mode of ['upsert', 'update'] as const) {
  test(`${mode}: the plan says that the old record stays`, async () => {
    const { plan, changes } = await open(mode)
    move(1, 'new@example.com')
    const planned = await plan()
    expect(planned.counts).toMatchObject({ removed: 0 })
    expect(await changes(planned)).toMatchObject([
      { problem: { message: 'The record under a@example.com stays there as it is.' } },
    ])
  })
}

test('taking it back brings the old record back', async () => {
  const { run, push, workspace, plan } = await open('mirror')
  move(1, 'new@example.com')
  const moved = await run()
  const undo = await workspace.app.runs.settled((await workspace.call('runs.undo', { id: moved.id })).id)
  await push(undo)
  expect(ops().slice(2)).toContain('add a@example.com')
  expect((await plan()).counts).toMatchObject({ removed: 1 })
})
