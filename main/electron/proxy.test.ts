/** The system's proxy on the desktop: for what a screen asks, and for a run in its own thread. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeEach, expect, test, vi } from 'vitest'
import type { Events, Run } from '../../preload/api.ts'
import { startProxy, type TestProxy } from '../testing/proxy.ts'
import type { Launched } from './testing/launch.ts'
import { shellSuite } from './testing/suite.ts'

const suite = shellSuite()
let proxy: TestProxy
let received: number

beforeEach(async () => {
  for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy']) vi.stubEnv(name, undefined)
  received = 0
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    received++
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  proxy = await startProxy((server.address() as AddressInfo).port)
  return async () => {
    vi.unstubAllEnvs()
    server.closeAllConnections()
    server.close()
    await proxy.close()
  }
})

const hook = { name: 'Hook', connector: 'webhook', values: { url: 'http://crm.invalid/in' }, secrets: {} }

test('what is not reached without the system’s proxy is reached through it, by the form and by a run', async () => {
  const app = await suite.start()
  const { bridge } = app.window.contents
  expect(await bridge.call('connections.test', hook)).toMatchObject({ ok: false, problem: { unreachable: true } })
  app.session.proxies(() => `PROXY ${proxy.address}`)
  expect(await bridge.call('connections.test', hook)).toMatchObject({ ok: true })
  expect([proxy.asked, received]).toEqual([['crm.invalid:80'], 1])

  const destination = answered(await bridge.call('connections.save', hook)).id
  await bridge.call('sample.create', {})
  const [sample] = answered(await bridge.call('syncs.list', {}))
  if (!sample) throw new Error('no sample')
  const { audience } = answered(await bridge.call('syncs.get', { id: sample.id }))
  const draft = {
    name: 'Through the proxy',
    audience,
    destination,
    object: 'records',
    mode: 'append',
    key: null,
    mapping: [{ field: 'email', from: { kind: 'constant', value: 'ada@example.com' } }],
    removal: 'nothing',
    firstRun: 'send-all',
    edits: 'keep',
    guards: {},
    schedule: { kind: 'manual' },
  } as const
  const sync = answered(await bridge.call('syncs.save', { ...draft, mapping: [...draft.mapping] }))
  const planned = ended(app)
  await bridge.call('plans.make', { sync: sync.id })
  const { id, guards } = await planned
  const pushed = ended(app)
  await bridge.call('plans.push', { run: id, confirm: guards.map((guard) => guard.id) })
  expect(await pushed).toMatchObject({ status: 'done' })
  expect(received).toBeGreaterThan(1)
  expect(new Set(proxy.asked)).toEqual(new Set(['crm.invalid:80']))
})

test('a kind of proxy that cannot be used is told before anything leaves', async () => {
  const app = await suite.start()
  app.session.proxies(() => 'SOCKS 10.0.0.1:1080')
  expect(await app.window.contents.bridge.call('connections.test', hook)).toMatchObject({
    ok: false,
    problem: { remedy: 'retry', message: expect.stringContaining('“SOCKS” to reach crm.invalid') },
  })
})

function ended(app: Launched): Promise<Run> {
  return new Promise((resolve) => {
    const { bridge } = app.window.contents
    const stop = bridge.on('run.changed', (run: Events['run.changed']) => {
      if (run.status === 'planning' || run.status === 'applying' || run.status === 'comparing') return
      stop()
      resolve(run)
    })
  })
}

function answered<T>(answer: { ok: true; value: T } | { ok: false; problem: { message: string } }): T {
  if (!answer.ok) throw new Error(answer.problem.message)
  return answer.value
}
