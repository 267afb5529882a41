/** Sleeping and waking, staying awake for work, and the end of the system. */
import { once } from 'node:events'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type LoopbackServer, startLoopbackServer } from '../../connectors/testing/http.ts'
import type { Answer, Run, RunStatus, Schedule } from '../../preload/api.ts'
import { lockFolder } from '../lock.ts'
import { preventable } from './testing/fake-session.ts'
import type { Launched } from './testing/launch.ts'
import { shellSuite } from './testing/suite.ts'

const { start, newFolder } = shellSuite()
const NETWORK_MS = 20_000
let receiver: LoopbackServer | undefined

afterEach(async () => {
  vi.useRealTimers()
  await receiver?.close()
  receiver = undefined
})

async function value<T>(answer: Promise<Answer<T>>): Promise<T> {
  const settled = await answer
  if (!settled.ok) throw new Error(settled.problem.message)
  return settled.value
}

/** The sample with this schedule; with a destination, another sync that writes there. */
async function makeSync({ window }: Launched, schedule: Schedule, destination?: string): Promise<string> {
  const { bridge } = window.contents
  const { sync } = await value(bridge.call('sample.create', {}))
  const { id, ...draft } = await value(bridge.call('syncs.get', { id: sync }))
  const elsewhere = destination === undefined ? { id } : { name: 'Hook', destination, object: 'records' }
  return (await value(bridge.call('syncs.save', { ...draft, ...elsewhere, schedule }))).id
}

function reaches({ window }: Launched, ...statuses: RunStatus[]): Promise<Run> {
  return new Promise((resolve) => {
    window.contents.bridge.on('run.changed', (run) => {
      if (statuses.includes(run.status)) resolve(run)
    })
  })
}

async function awake(app: Launched, wanted: boolean): Promise<void> {
  while (app.blockers.size > 0 !== wanted) await once(app.signals, 'awake')
}

describe('sleep', () => {
  test.each(['resume', 'unlock-screen'])('what falls due meanwhile starts after it, told by %s', async (waking) => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
    const app = await start()
    const { bridge } = app.window.contents
    await makeSync(app, { kind: 'every', minutes: 60, missed: 'run' })
    app.powerMonitor.emit('suspend')
    const db = new Database(join(app.dataFolder, 'outflow.db'))
    db.exec("UPDATE schedule_state SET counted_from = '2026-01-01T00:00:00.000Z'")
    db.close()
    // The computer wakes for moments in which it does other things.
    await value(bridge.call('schedules.change', {}))
    vi.advanceTimersByTime(60_000)
    expect(await value(bridge.call('runs.list', { limit: 10 }))).toEqual([])
    const planning = reaches(app, 'planning')
    app.powerMonitor.emit(waking)
    vi.advanceTimersByTime(NETWORK_MS)
    expect(await planning).toMatchObject({ startedBy: 'schedule' })
  })
})

/** A plan for a receiver that holds its answers back. */
async function planHeld(app: Launched) {
  const { bridge } = app.window.contents
  receiver = await startLoopbackServer()
  const { origin, answer } = receiver
  const asked = Promise.withResolvers<() => void>()
  answer((_, response) => asked.resolve(() => void response.writeHead(200).end('{}')))
  const values = { url: `${origin}/hook`, key: 'email', batchSize: 10_000, concurrency: 1 }
  const hook = await value(bridge.call('connections.save', { name: 'Hook', connector: 'webhook', values, secrets: {} }))
  const sync = await makeSync(app, { kind: 'manual' }, hook.id)
  const ready = reaches(app, 'planned', 'blocked')
  await value(bridge.call('plans.make', { sync }))
  await awake(app, true)
  const run = await ready
  await awake(app, false)
  return { bridge, run, confirm: run.guards.map(({ id }) => id), asked: asked.promise }
}

describe('the computer stays awake while', () => {
  test('a plan is made and sent, and no longer', async () => {
    const app = await start()
    const { bridge, run, confirm, asked } = await planHeld(app)
    await value(bridge.call('plans.push', { run: run.id, confirm }))
    const answerNow = await asked
    expect([...app.blockers.values()]).toEqual(['prevent-app-suspension'])
    receiver?.answer((_, response) => void response.writeHead(200).end('{}'))
    answerNow()
    await awake(app, false)
  })

  test.skipIf(process.platform === 'darwin')(
    'one record is sent alone, and the app does not end with its window',
    async () => {
      const app = await start()
      const { bridge, run, confirm, asked } = await planHeld(app)
      const { changes } = await value(bridge.call('plans.changes', { run: run.id, filter: { op: 'add' }, limit: 1 }))
      const sent = bridge.call('plans.sendOne', { run: run.id, change: changes[0]?.id ?? 0, confirm })
      const answerNow = await asked
      expect([...app.blockers.values()]).toEqual(['prevent-app-suspension'])
      app.window.electron.close()
      await Promise.race([once(app.signals, 'notified'), app.exited()])
      expect(app.quits).toBe(0)
      answerNow()
      expect((await value(sent)).change.state).toBe('accepted')
      await awake(app, false)
    },
  )
})

describe('the end of the system', () => {
  /** Whether the data folder was given back when the app ended. */
  async function endsProperly(app: Launched, event: () => void): Promise<boolean> {
    const free = new Promise<boolean>((resolve) => {
      app.signals.once('exited', () => resolve(canLock(app.dataFolder)))
    })
    event()
    await app.exited()
    return (await free) && app.exitCode === 0
  }

  test('waits for the app to end, on Linux and macOS', async () => {
    const app = await start({ dataFolder: newFolder() })
    let waits = false
    const ends = await endsProperly(app, () => {
      waits = preventable(app.powerMonitor, 'shutdown', {})
    })
    expect([waits, ends]).toEqual([true, true])
  })

  test('does not wait on Windows while nothing is under way', async () => {
    const app = await start({ dataFolder: newFolder() })
    const { electron } = app.window
    expect(preventable(electron, 'query-session-end', { reasons: ['shutdown'] })).toBe(false)
    expect(app.quits).toBe(0)
    expect(await endsProperly(app, () => preventable(electron, 'session-end', { reasons: ['shutdown'] }))).toBe(true)
  })

  test('waits on Windows while something is on its way, which can be resumed', async () => {
    const dataFolder = newFolder()
    const app = await start({ dataFolder })
    const { bridge, run, confirm, asked } = await planHeld(app)
    await value(bridge.call('plans.push', { run: run.id, confirm }))
    await asked
    let waits = false
    const ends = await endsProperly(app, () => {
      waits = preventable(app.window.electron, 'query-session-end', { reasons: ['logoff'] })
    })
    expect([waits, ends]).toEqual([true, true])
    const again = await start({ dataFolder })
    const kept = await value(again.window.contents.bridge.call('runs.get', { id: run.id }))
    expect(kept.status).toBe('interrupted')
  })
})

function canLock(dataFolder: string): boolean {
  try {
    lockFolder(dataFolder)()
    return true
  } catch {
    return false
  }
}
