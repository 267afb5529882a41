/** What waits for a sign-in goes on after it, in the app with real parts. */
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Run, RunStatus } from '../../preload/api.ts'
import { openPipeline, type Pipeline, type PipelineOptions, restarted } from '../testing/pipeline.ts'

let pipeline: Pipeline
let now: number
afterEach(() => pipeline.close())

async function open(options: PipelineOptions = {}): Promise<void> {
  now = Date.parse('2026-03-02T08:00:00Z')
  const clock = { now: () => new Date(now), timeZone: () => 'UTC' }
  pipeline = await openPipeline({ ...options, app: { clock } })
  pipeline.source.exec(`INSERT INTO people VALUES (1, 'Ada', 'ada@example.com'), (2, 'Grace', 'grace@example.com')`)
}

/** The next time comes while the app is closed. */
async function fallDue(): Promise<void> {
  now += 61 * 60_000
  pipeline = await restarted(pipeline)
}

function reaches(status: RunStatus): Promise<Run> {
  const { events, runs } = pipeline.workspace.app
  return new Promise((resolve) => {
    const stop = events.on(({ event, payload }) => {
      if (event === 'run.changed' && payload.status === status) {
        stop()
        resolve(payload)
      }
    })
    const latest = runs.latest(pipeline.sync)
    if (latest?.status === status) resolve(latest)
  })
}

const sides = async () => {
  const { call } = pipeline.workspace
  const { audience, destination } = await call('syncs.get', { id: pipeline.sync })
  return { source: (await call('audiences.get', { id: audience })).connection, destination }
}
const draftOf = async (id: string, secrets: Record<string, string> = {}) => {
  const { name, connector, values } = await pipeline.workspace.call('connections.get', { id })
  return { id, name, connector, values, secrets }
}
const hourly = { schedule: { kind: 'every', minutes: 60 } } as const

test('a scheduled push that was refused is told on its sync, and goes on when new credentials are saved', async () => {
  await open({ webhook: { batchSize: 1, concurrency: 1 }, sync: hourly })
  let good = 'anything'
  pipeline.receiver.answer(({ headers }, response) => {
    if (good !== 'anything' && headers.authorization !== good) return void response.writeHead(401).end('{}')
    good = 'Bearer new'
    response.writeHead(200).end('{}')
  })
  await fallDue()
  const { destination } = await sides()
  const waiting = await reaches('waiting')
  expect(waiting).toMatchObject({ startedBy: 'schedule', counts: { accepted: 1 }, needsSignIn: destination })
  const { call, app } = pipeline.workspace
  await app.runs.settled(waiting.id)
  // What is asked after the scheduler has looked is answered after it.
  await call('schedules.change', {})
  expect((await call('syncs.get', { id: pipeline.sync })).scheduleNote).toMatchObject({
    what: 'needs-sign-in',
    problem: { remedy: 'reconnect' },
  })
  const done = reaches('done')
  await call('connections.save', await draftOf(destination, { headers: 'Authorization: Bearer new' }))
  expect(await done).toMatchObject({ id: waiting.id, counts: { accepted: 2, refused: 0 } })
})

test('a push of a person goes on as well, with the guards that were confirmed and no others', async () => {
  await open({ sync: { guards: { cap: 1 } } })
  pipeline.receiver.answer((_, response) => void response.writeHead(401).end('{}'))
  const planned = await pipeline.plan()
  expect(planned.status).toBe('blocked')
  const { destination } = await sides()
  const { call } = pipeline.workspace
  // Connecting does not push what a guard holds back.
  await call('connections.save', await draftOf(destination, { headers: 'Authorization: Bearer one' }))
  const waiting = await pipeline.push(planned, ['over-cap'])
  expect(waiting.status).toBe('waiting')
  pipeline.receiver.answer((_, response) => void response.writeHead(200).end('{}'))
  const done = reaches('done')
  await call('connections.save', await draftOf(destination, { headers: 'Authorization: Bearer two' }))
  expect(await done).toMatchObject({ id: planned.id, startedBy: 'person', counts: { accepted: 2 } })
})

test('a scheduled plan whose source did not let Outflow in is made once more when that one was tested', async () => {
  await open({ sync: hourly })
  const { source } = await sides()
  const file = join(pipeline.workspace.folder, 'people.db')
  renameSync(file, `${file}.gone`)
  await fallDue()
  expect(await reaches('failed')).toMatchObject({ startedBy: 'schedule', needsSignIn: source })
  renameSync(`${file}.gone`, file)
  const done = reaches('done')
  const { call } = pipeline.workspace
  await call('connections.test', await draftOf(source))
  expect(await done).toMatchObject({ startedBy: 'schedule', counts: { accepted: 2 } })
  expect(await call('runs.list', { sync: pipeline.sync, limit: 10 })).toHaveLength(2)
})
