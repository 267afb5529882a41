/** A connection that no longer lets Outflow in: the run names it, and its own status says so until it lets Outflow in again. */
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, expect, test } from 'vitest'
import type { ColumnCondition, MemberOf } from '../../preload/api.ts'
import { openPipeline, type Pipeline } from '../testing/pipeline.ts'

let pipeline: Pipeline
afterEach(() => pipeline.close())

const two = `INSERT INTO people VALUES (1, 'Ada', 'ada@example.com'), (2, 'Grace', 'grace@example.com')`

/** The ids of the two connections. */
async function open(): Promise<{ source: string; destination: string }> {
  pipeline = await openPipeline()
  pipeline.source.exec(two)
  const { call } = pipeline.workspace
  const { audience, destination } = await call('syncs.get', { id: pipeline.sync })
  return { source: (await call('audiences.get', { id: audience })).connection, destination }
}
const statusOf = async (id: string) => (await pipeline.workspace.call('connections.get', { id })).status
const refuseAll = () => pipeline.receiver.answer((_, response) => void response.writeHead(401).end('{}'))

test('a source that is not there is named by its plan and says so itself; read again, it is well', async () => {
  const { source, destination } = await open()
  const file = join(pipeline.workspace.folder, 'people.db')
  renameSync(file, `${file}.gone`)
  expect(await pipeline.plan()).toMatchObject({
    status: 'failed',
    problem: { remedy: 'reconnect' },
    needsSignIn: source,
  })
  expect([await statusOf(source), await statusOf(destination)]).toEqual(['needs-sign-in', 'not-tested'])
  renameSync(`${file}.gone`, file)
  const planned = await pipeline.plan()
  expect(planned).toMatchObject({ status: 'planned' })
  expect(planned).not.toHaveProperty('needsSignIn')
  expect(await statusOf(source)).toBe('ok')
})

test('a destination that refuses is named by the run that sends, and no longer once the run goes on', async () => {
  const { source, destination } = await open()
  const planned = await pipeline.plan()
  refuseAll()
  expect(await pipeline.push(planned)).toMatchObject({ status: 'waiting', needsSignIn: destination })
  expect([await statusOf(source), await statusOf(destination)]).toEqual(['not-tested', 'needs-sign-in'])
  pipeline.receiver.answer((_, response) => void response.writeHead(200).end('{}'))
  await pipeline.workspace.call('runs.resume', { id: planned.id })
  const done = await pipeline.workspace.app.runs.settled(planned.id)
  expect(done.status).toBe('done')
  expect(done).not.toHaveProperty('needsSignIn')
  expect(await statusOf(destination)).toBe('ok')
})

test('a destination that refuses a record sent alone is named by the plan, which stays one', async () => {
  const { destination } = await open()
  const planned = await pipeline.plan()
  const [ada] = await pipeline.changes(planned)
  refuseAll()
  const { call } = pipeline.workspace
  await call('plans.sendOne', { run: planned.id, change: ada?.id ?? 0, confirm: [] })
  expect(await call('runs.get', { id: planned.id })).toMatchObject({ status: 'planned', needsSignIn: destination })
  expect(await statusOf(destination)).toBe('needs-sign-in')
})

test('a list in another connection that is not there is named, not the source that looks into it', async () => {
  const { source } = await open()
  const { call, folder } = pipeline.workspace
  const file = join(folder, 'left.db')
  const left = new Database(file)
  left.exec(`CREATE TABLE "left" (address TEXT)`)
  left.close()
  const made = { values: { file }, secrets: {} }
  const { id: list } = await call('connections.save', { name: 'Left', connector: 'sqlite', ...made })
  const of: MemberOf = { kind: 'table', connection: list, table: ['left'] }
  const condition: ColumnCondition = { kind: 'member', column: 'email', is: 'not-in', of, match: 'address' }
  const audience = await call('audiences.save', {
    name: 'Still here',
    connection: source,
    query: { kind: 'visual', table: ['people'], where: { kind: 'group', match: 'all', conditions: [condition] } },
    uniqueId: ['id'],
  })
  await pipeline.edit({ audience: audience.id })
  expect(await pipeline.plan()).toMatchObject({ status: 'planned', counts: { added: 2 } })
  renameSync(file, `${file}.gone`)
  expect(await pipeline.plan()).toMatchObject({ status: 'failed', needsSignIn: list })
  expect([await statusOf(source), await statusOf(list)]).toEqual(['not-tested', 'needs-sign-in'])
})
