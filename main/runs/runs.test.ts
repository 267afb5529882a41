import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Run } from '../../preload/api.ts'
import { openPipeline, type Pipeline, type PipelineOptions, restarted } from '../testing/pipeline.ts'

let pipeline: Pipeline
const open = async (options: PipelineOptions = {}) => {
  pipeline = await openPipeline(options)
  return pipeline
}
afterEach(() => pipeline.close())

function fill(rows: number, from = 1): void {
  const add = pipeline.source.prepare('INSERT INTO people VALUES (?, ?, ?)')
  pipeline.source.transaction(() => {
    for (let id = from; id < from + rows; id++) add.run(id, `Name ${id}`, `p${id}@example.com`)
  })()
}

const ids = (op?: string) =>
  pipeline
    .sent()
    .filter((change) => !op || change.op === op)
    .map(({ record }) => record.id)
const sql = (text: string) => void pipeline.source.exec(text)

/** Every row is accounted for: in the plan, and in what became of it. */
function expectSums({ counts, read }: Run): void {
  expect(counts.accepted + counts.skipped + counts.refused + counts.unknown).toBe(
    counts.added + counts.changed + counts.removed,
  )
  expect(counts.added + counts.changed + counts.unchanged + counts.invalid).toBe(read)
}

/** The receiver refuses every batch that holds one of these ids with 422, as a product does for a bad record. */
function refuse(...bad: number[]): void {
  pipeline.receiver.answer(({ body }, response) => {
    const refused = (JSON.parse(body) as { changes: { record: { id: number } }[] }).changes.some(({ record }) =>
      bad.includes(record.id),
    )
    response
      .writeHead(refused ? 422 : 200, { 'content-type': 'application/json' })
      .end(refused ? '{"error":"bad record"}' : '{}')
  })
}

describe('add and update', () => {
  test('the second push sends exactly the differences', async () => {
    await open()
    fill(250)
    const first = await pipeline.run()
    expect(first).toMatchObject({ status: 'done', counts: { added: 250, accepted: 250 } })
    expectSums(first)
    pipeline.receiver.received.length = 0
    sql(
      "UPDATE people SET name = 'New' WHERE id IN (3, 200); DELETE FROM people WHERE id = 7; INSERT INTO people VALUES (999, 'N', 'n@example.com')",
    )
    const second = await pipeline.run()
    expect(second.counts).toMatchObject({ added: 1, changed: 2, removed: 0, unchanged: 247, accepted: 3 })
    expectSums(second)
    expect(ids('change')).toEqual([3, 200])
    expect(ids('add')).toEqual([999])
    const third = await pipeline.plan()
    expect(third.counts).toMatchObject({ added: 0, changed: 0, unchanged: 250 })
  })

  test('a plan shows old and new values per field', async () => {
    await open()
    fill(3)
    await pipeline.run()
    sql("UPDATE people SET name = 'New' WHERE id = 2")
    const [change] = await pipeline.changes(await pipeline.plan())
    expect(change).toMatchObject({
      op: 'change',
      label: '2',
      before: { name: 'Name 2' },
      after: { name: 'New', email: 'p2@example.com' },
    })
  })

  test('a refused row comes up again in the next run, and goes through when it is corrected', async () => {
    await open()
    fill(120)
    refuse(37)
    const first = await pipeline.run()
    expect(first.counts).toMatchObject({ accepted: 119, refused: 1 })
    expect(await pipeline.changes(first, { state: 'refused' })).toMatchObject([
      { label: '37', problem: { remedy: 'fix-record' } },
    ])
    expect((await pipeline.plan()).counts).toMatchObject({ added: 1, unchanged: 119 })
    refuse()
    sql("UPDATE people SET name = 'Mended' WHERE id = 37")
    expect((await pipeline.run()).counts).toMatchObject({ added: 1, accepted: 1 })
    expect((await pipeline.plan()).counts).toMatchObject({ added: 0, unchanged: 120 })
  })

  test('a refused change keeps what was acknowledged before as its old value', async () => {
    await open()
    fill(2)
    await pipeline.run()
    refuse(2)
    sql("UPDATE people SET name = 'Bad' WHERE id = 2")
    expect((await pipeline.run()).counts).toMatchObject({ changed: 1, refused: 1 })
    sql("UPDATE people SET name = 'Good' WHERE id = 2")
    expect(await pipeline.changes(await pipeline.plan())).toMatchObject([
      { op: 'change', before: { name: 'Name 2' }, after: { name: 'Good' } },
    ])
  })

  test('an edit of the mapping that changes no record sends nothing; one that does sends those rows', async () => {
    await open()
    fill(10)
    await pipeline.run()
    const line = (column: string, field = column) => ({ field, from: { kind: 'column' as const, column } })
    await pipeline.edit({ mapping: [line('email'), line('id'), line('name')] })
    expect((await pipeline.plan()).counts).toMatchObject({ changed: 0, unchanged: 10 })
    await pipeline.edit({
      mapping: [line('email'), line('id'), { field: 'name', from: { kind: 'template', template: 'Name {{id}}' } }],
    })
    expect((await pipeline.plan()).counts).toMatchObject({ changed: 0, unchanged: 10 })
    sql("UPDATE people SET name = 'Other' WHERE id = 4")
    await pipeline.edit({ mapping: [line('email'), line('id'), line('name')] })
    expect((await pipeline.plan()).counts).toMatchObject({ changed: 1, unchanged: 9 })
  })

  test('rows without a unique id, or that share one, are invalid with the reason', async () => {
    await open({ sql: 'CREATE TABLE people (id INTEGER, name TEXT, email TEXT)' })
    sql(
      "INSERT INTO people VALUES (1,'a','a@x.de'), (2,'b','b@x.de'), (2,'c','c@x.de'), (NULL,'d','d@x.de'), (3,'e','e@x.de')",
    )
    const run = await pipeline.run()
    expect(run.counts).toMatchObject({ added: 2, invalid: 3, accepted: 2 })
    expect(
      (await pipeline.changes(run, { op: 'invalid' })).map(({ problem }) => problem?.message.slice(0, 24)),
    ).toEqual(['The unique id is empty, ', 'Another row has the same', 'Another row has the same'])
    expectSums(run)
  })

  test('a source that cannot keep the order of the unique id gives the same answers', async () => {
    await open({ sql: 'CREATE TABLE people (id REAL, name TEXT, email TEXT)' })
    const add = pipeline.source.prepare('INSERT INTO people VALUES (?, ?, ?)')
    for (const id of [100, -5, 20.5, 3, 1e21, 0]) add.run(id, `n${id}`, 'x@example.com')
    expect((await pipeline.run()).counts).toMatchObject({ added: 6, accepted: 6 })
    sql("UPDATE people SET name = 'changed' WHERE id = 20.5; DELETE FROM people WHERE id = 0")
    expect((await pipeline.run()).counts).toMatchObject({ changed: 1, unchanged: 4, added: 0 })
  })

  test('odd names arrive unchanged', async () => {
    await open()
    const names = [`O'Brien "Q"`, 'a\tb\nc\\d', '👩‍👩‍👧 שלום مرحبا', '\\N', '', `${'字'.repeat(10_000)}`]
    const add = pipeline.source.prepare('INSERT INTO people VALUES (?, ?, ?)')
    for (const [index, name] of names.entries()) add.run(index, name, null)
    await pipeline.run()
    expect(pipeline.sent().map(({ record }) => record.name)).toEqual(names)
    expect((await pipeline.plan()).counts.unchanged).toBe(names.length)
  })
})

describe('the other modes', () => {
  test('add new only never touches what was sent', async () => {
    await open({ mode: 'insert' })
    fill(3)
    await pipeline.run()
    pipeline.receiver.received.length = 0
    sql("UPDATE people SET name = 'New' WHERE id = 1; INSERT INTO people VALUES (9, 'n', 'n@x.de')")
    expect((await pipeline.run()).counts).toMatchObject({ added: 1, changed: 0, unchanged: 3 })
    expect(ids()).toEqual([9])
  })

  test('keep identical removes exactly the leavers, last', async () => {
    await open({ mode: 'mirror' })
    fill(20)
    await pipeline.run()
    pipeline.receiver.received.length = 0
    sql("DELETE FROM people WHERE id IN (4, 19); UPDATE people SET name = 'x' WHERE id = 20")
    const run = await pipeline.run()
    expect(run.counts).toMatchObject({ changed: 1, removed: 2, unchanged: 17, accepted: 3 })
    expect(pipeline.sent().map(({ op, record }) => [op, record.id])).toEqual([
      ['change', 20],
      ['remove', 4],
      ['remove', 19],
    ])
    expect((await pipeline.plan()).counts).toMatchObject({ removed: 0, unchanged: 18 })
  })

  test('a row that became invalid has not left: its record stays', async () => {
    await open({ mode: 'mirror', sql: 'CREATE TABLE people (id INTEGER, name TEXT, email TEXT)' })
    sql("INSERT INTO people VALUES (1,'a','a'), (2,'b','b')")
    await pipeline.run()
    sql("INSERT INTO people VALUES (2,'double','d')")
    expect((await pipeline.plan()).counts).toMatchObject({ removed: 0, invalid: 2, unchanged: 1 })
  })

  test('what add and update left behind is removed after switching to keep identical', async () => {
    await open()
    fill(3)
    await pipeline.run()
    sql('DELETE FROM people WHERE id = 2')
    expect((await pipeline.run()).counts).toMatchObject({ removed: 0, unchanged: 2 })
    await pipeline.edit({ mode: 'mirror' })
    expect((await pipeline.plan()).counts).toMatchObject({ removed: 1 })
  })

  test('send once per new row sends a row once, whatever happens to it later', async () => {
    await open({ mode: 'append' })
    fill(5)
    await pipeline.run()
    sql("UPDATE people SET name = 'changed' WHERE id = 1; DELETE FROM people WHERE id = 2")
    fill(1, 6)
    await pipeline.run()
    expect(ids()).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('an appended row whose answer never came is unknown, and is not sent again', async () => {
    await open({ mode: 'append', webhook: { batchSize: 1 } })
    fill(3)
    pipeline.receiver.answer(({ body }, response) => {
      if (body.includes('p2@example.com')) response.destroy()
      else response.writeHead(200).end('{}')
    })
    const run = await pipeline.run()
    expect(run.counts).toMatchObject({ accepted: 2, unknown: 1 })
    expectSums(run)
    expect((await pipeline.plan()).counts).toMatchObject({ added: 0, unchanged: 3 })
    expect(ids().filter((id) => id === 2)).toHaveLength(1)
  })
})

describe('a run that is stopped', () => {
  /** Holds every request from the nth on until told to go on. */
  function holdFrom(nth: number) {
    let free: () => void = () => undefined
    let reached: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      free = resolve
    })
    const held = new Promise<void>((resolve) => {
      reached = resolve
    })
    pipeline.receiver.answer((_, response) => {
      if (pipeline.receiver.received.length < nth) return void response.writeHead(200).end('{}')
      reached()
      void gate.then(() => response.writeHead(200).end('{}'))
    })
    return { held, free }
  }

  test('pauses after what is in flight, and goes on where it stopped', async () => {
    await open({ webhook: { batchSize: 10, concurrency: 2 } })
    fill(200)
    const planned = await pipeline.plan()
    const { held, free } = holdFrom(5)
    await pipeline.workspace.call('plans.push', { run: planned.id, confirm: [] })
    await held
    await pipeline.workspace.call('runs.pause', { id: planned.id })
    free()
    const paused = await pipeline.workspace.app.runs.settled(planned.id)
    expect(paused.status).toBe('paused')
    expect(paused.counts.accepted).toBe(pipeline.sent().length)
    expect(paused.counts.accepted).toBeLessThanOrEqual(70)
    await pipeline.workspace.call('runs.resume', { id: planned.id })
    const done = await pipeline.workspace.app.runs.settled(planned.id)
    expect(done).toMatchObject({ status: 'done', counts: { accepted: 200 } })
    expect(ids().toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 200 }, (_, at) => at + 1))
  })

  test('cancel keeps what was acknowledged; the rest comes up again', async () => {
    await open({ webhook: { batchSize: 10, concurrency: 1 } })
    fill(100)
    const planned = await pipeline.plan()
    const { held, free } = holdFrom(3)
    await pipeline.workspace.call('plans.push', { run: planned.id, confirm: [] })
    await held
    await pipeline.workspace.call('runs.cancel', { id: planned.id })
    free()
    const run = await pipeline.workspace.app.runs.settled(planned.id)
    expect(run).toMatchObject({ status: 'canceled', counts: { accepted: 30 } })
    expect((await pipeline.plan()).counts).toMatchObject({ added: 70, unchanged: 30 })
  })

  test('closing the app in the middle interrupts it; after the next start it goes on', async () => {
    await open({ webhook: { batchSize: 10, concurrency: 1 } })
    fill(100)
    const planned = await pipeline.plan()
    const { held, free } = holdFrom(4)
    await pipeline.workspace.call('plans.push', { run: planned.id, confirm: [] })
    await held
    pipeline = await restarted(pipeline)
    free()
    expect(await pipeline.workspace.call('runs.get', { id: planned.id })).toMatchObject({
      status: 'interrupted',
      counts: { accepted: 30 },
    })
    await pipeline.workspace.call('runs.resume', { id: planned.id })
    expect(await pipeline.workspace.app.runs.settled(planned.id)).toMatchObject({
      status: 'done',
      counts: { accepted: 100, refused: 0 },
    })
    expect(new Set(ids()).size).toBe(100)
  })

  test('a refused sign-in in the middle waits and refuses nothing; it goes on after that', async () => {
    await open({ webhook: { batchSize: 10, concurrency: 1 } })
    fill(50)
    const planned = await pipeline.plan()
    pipeline.receiver.answer((_, response) => {
      response.writeHead(pipeline.receiver.received.length > 2 ? 401 : 200).end('{}')
    })
    const waiting = await pipeline.push(planned)
    expect(waiting).toMatchObject({
      status: 'waiting',
      counts: { accepted: 20, refused: 0 },
      problem: { remedy: 'reconnect' },
    })
    pipeline.receiver.answer((_, response) => void response.writeHead(200).end('{}'))
    await pipeline.workspace.call('runs.resume', { id: planned.id })
    const done = await pipeline.workspace.app.runs.settled(planned.id)
    expect(done).toMatchObject({ status: 'done', counts: { accepted: 50 } })
    expect(done.problem).toBeUndefined()
  })

  test('it waits as long as it is told', async () => {
    await open()
    fill(1)
    const asked: number[] = []
    pipeline.receiver.answer((_, response) => {
      asked.push(performance.now())
      if (asked.length === 1) response.writeHead(429, { 'retry-after': '1' }).end()
      else response.writeHead(200).end('{}')
    })
    expect(await pipeline.run()).toMatchObject({ status: 'done', counts: { accepted: 1 } })
    const [first, second, ...more] = asked as [number, number]
    expect(more).toEqual([])
    expect(second - first).toBeGreaterThanOrEqual(1_000)
  })
})

describe('nothing surprising happens', () => {
  test('an empty source blocks until a person confirms, and the run keeps when', async () => {
    await open({ mode: 'mirror' })
    fill(30)
    await pipeline.run()
    sql('DELETE FROM people')
    const blocked = await pipeline.plan()
    expect(blocked).toMatchObject({ status: 'blocked', counts: { removed: 30 } })
    const guards = blocked.guards.map(({ id }) => id)
    expect(guards).toEqual(['source-empty', 'many-removals'])
    expect(
      await pipeline.workspace.refusal('plans.push', { run: blocked.id, confirm: ['source-empty'] }),
    ).toMatchObject({ remedy: 'confirm' })
    const run = await pipeline.push(blocked, guards)
    expect(run).toMatchObject({ status: 'done', counts: { accepted: 30 } })
    expect(run.confirmed).toBeDefined()
  })

  test('a plan that no longer fits is not pushed', async () => {
    await open()
    fill(3)
    const planned = await pipeline.plan()
    await pipeline.edit({ mode: 'insert' })
    expect(await pipeline.workspace.call('runs.get', { id: planned.id })).toMatchObject({ stale: true })
    expect(await pipeline.workspace.refusal('plans.push', { run: planned.id, confirm: [] })).toMatchObject({
      remedy: 'edit-sync',
    })
  })

  test('a dropped column and a dropped table are named before anything is sent', async () => {
    await open({ query: 'SELECT id, name, email FROM people' })
    fill(2)
    await pipeline.run()
    pipeline.receiver.received.length = 0
    sql('ALTER TABLE people RENAME COLUMN email TO mail')
    expect(await pipeline.plan()).toMatchObject({
      status: 'failed',
      problem: { remedy: 'edit-sync', message: expect.stringContaining('email') },
    })
    sql('DROP TABLE people')
    expect(await pipeline.plan()).toMatchObject({
      status: 'failed',
      problem: { remedy: 'edit-sync', message: expect.stringContaining('people') },
    })
    expect(pipeline.sent()).toEqual([])
  })

  test('two rows with one key: the one that holds the record stays, the other is invalid', async () => {
    await open({ webhook: { key: 'email' }, sync: { key: 'email' } })
    sql("INSERT INTO people VALUES (1, 'a', 'a@x.de'), (2, 'b', 'b@x.de')")
    await pipeline.run()
    sql("INSERT INTO people VALUES (0, 'again', 'A@x.de'), (3, 'c', 'c@x.de'), (4, 'd', 'c@x.de')")
    const planned = await pipeline.plan()
    expect(planned.counts).toMatchObject({ added: 1, unchanged: 2, invalid: 2 })
    expect(
      (await pipeline.changes(planned, { op: 'invalid' })).map(({ label, problem }) => [label, problem?.message]),
    ).toEqual([
      ['0', 'The row 1 has the same email (a@x.de). Only one of them can be sent.'],
      ['4', 'The row 3 has the same email (c@x.de). Only one of them can be sent.'],
    ])
  })

  test('a person who comes back under a new id keeps the record: it is written, not removed', async () => {
    await open({ mode: 'mirror', webhook: { key: 'email' }, sync: { key: 'email' } })
    sql("INSERT INTO people VALUES (1, 'a', 'a@x.de'), (2, 'b', 'b@x.de')")
    await pipeline.run()
    pipeline.receiver.received.length = 0
    sql("DELETE FROM people WHERE id = 1; INSERT INTO people VALUES (9, 'a again', 'a@x.de')")
    const run = await pipeline.run()
    expect(run.counts).toMatchObject({ added: 1, removed: 0, invalid: 0, accepted: 1 })
    expect(pipeline.sent().map(({ op }) => op)).toEqual(['add'])
    expect((await pipeline.plan()).counts).toMatchObject({ unchanged: 2, removed: 0 })
  })

  test('looking at another destination forgets nothing until something is sent there', async () => {
    await open()
    fill(4)
    await pipeline.run()
    const { destination } = await pipeline.workspace.call('syncs.get', { id: pipeline.sync })
    const values = { url: `${pipeline.receiver.origin}/other`, key: 'id' }
    const other = await pipeline.workspace.call('connections.save', {
      name: 'Other',
      connector: 'webhook',
      values,
      secrets: {},
    })
    await pipeline.edit({ destination: other.id })
    expect((await pipeline.plan()).counts).toMatchObject({ added: 4 })
    await pipeline.edit({ destination })
    expect((await pipeline.plan()).counts).toMatchObject({ added: 0, unchanged: 4 })
    await pipeline.edit({ destination: other.id })
    expect((await pipeline.run()).counts).toMatchObject({ added: 4, accepted: 4 })
    expect((await pipeline.plan()).counts).toMatchObject({ added: 0, unchanged: 4 })
  })
})

describe('the file of a sync', () => {
  const file = () => join(pipeline.workspace.folder, 'data', 'syncs', `${pipeline.sync}.db`)

  test('damaged: a plain problem, and a reset mends it', async () => {
    await open()
    fill(3)
    await pipeline.run()
    for (const suffix of ['-wal', '-shm']) rmSync(`${file()}${suffix}`, { force: true })
    writeFileSync(file(), 'not a database at all, but long enough to be read as one '.repeat(100))
    expect(await pipeline.plan()).toMatchObject({
      status: 'failed',
      problem: { message: expect.stringContaining('Reset the sync') },
    })
    await pipeline.workspace.call('syncs.reset', { id: pipeline.sync })
    expect((await pipeline.plan()).counts).toMatchObject({ added: 3 })
  })

  test('cut off: a plain problem, not a fault', async () => {
    await open()
    fill(2_000)
    await pipeline.run()
    for (const suffix of ['-wal', '-shm']) rmSync(`${file()}${suffix}`, { force: true })
    truncateSync(file(), 10_000)
    const run = await pipeline.plan()
    expect(run.status).toBe('failed')
    expect(run.problem?.remedy).not.toBe('report')
  })
})
