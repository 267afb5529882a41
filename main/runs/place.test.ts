import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { startLoopbackServer } from '../../connectors/testing/http.ts'
import { openPipeline, type Pipeline } from '../testing/pipeline.ts'

let pipeline: Pipeline
afterEach(() => pipeline.close())

const point = async (url: string) => {
  const { call } = pipeline.workspace
  const { destination } = await call('syncs.get', { id: pipeline.sync })
  await call('connections.save', {
    id: destination,
    name: 'Hook',
    connector: 'webhook',
    values: { url, key: 'id' },
    secrets: {},
  })
}

test('a connection that is pointed elsewhere is sent everything as new after a yes, and no removal', async () => {
  pipeline = await openPipeline({ mode: 'mirror' })
  pipeline.source.exec(`INSERT INTO people VALUES (1, 'Ada', NULL), (2, 'Grace', NULL)`)
  await pipeline.run()
  const elsewhere = await startLoopbackServer()
  try {
    pipeline.source.exec('DELETE FROM people WHERE id = 2')
    const before = await pipeline.plan()
    await point(`${elsewhere.origin}/other`)

    const refused = await pipeline.push(before, ['many-removals'])
    expect(refused).toMatchObject({ status: 'failed', problem: { remedy: 'edit-sync' } })
    expect(elsewhere.received).toHaveLength(0)

    const planned = await pipeline.plan()
    expect(planned).toMatchObject({ status: 'blocked', counts: { added: 1, removed: 0, unchanged: 0 } })
    expect(planned.guards.map(({ id }) => id)).toEqual(['other-place'])
    expect(await pipeline.push(planned, ['other-place'])).toMatchObject({ status: 'done', counts: { accepted: 1 } })
    expect((await pipeline.plan()).counts).toMatchObject({ added: 0, unchanged: 1 })
  } finally {
    await elsewhere.close()
  }
})

test('a new key in the address is the same place', async () => {
  pipeline = await openPipeline()
  pipeline.source.exec(`INSERT INTO people VALUES (1, 'Ada', NULL)`)
  await pipeline.run()
  await point(`${pipeline.receiver.origin}/hook?key=${'k'.repeat(20)}`)
  expect(await pipeline.plan()).toMatchObject({ guards: [], counts: { added: 0, unchanged: 1 } })
})

test('files in another folder are new files', async () => {
  pipeline = await openPipeline()
  pipeline.source.exec(`INSERT INTO people VALUES (1, 'Ada', NULL)`)
  const { call, folder, app } = pipeline.workspace
  const files = { name: 'Files', connector: 'csv-file', secrets: {} }
  const { id } = await call('connections.save', { ...files, values: { folder, header: true } })
  await pipeline.edit({ destination: id, object: 'people.csv', mode: 'append', key: null, removal: 'nothing' })
  await pipeline.run()
  expect((await pipeline.plan()).counts).toMatchObject({ added: 0, unchanged: 1 })
  await call('connections.save', { ...files, id, values: { folder: join(app.dataFolder, 'logs'), header: true } })
  expect((await pipeline.plan()).guards.map(({ id: guard }) => guard)).toEqual(['other-place'])
})
