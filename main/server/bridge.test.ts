import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { EventName } from '../../preload/api.ts'
import { createBrowserBridge } from '../../preload/browser.ts'
import { type SpawnedServer, spawnServer } from '../testing/spawned-server.ts'

let folder: string
let server: SpawnedServer
let storage: Map<string, string>
let address: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-bridge-'))
  server = await spawnServer('--data', folder)
  storage = new Map()
  openPage(`/syncs?x=1#token=${server.token}`)
})
afterEach(async () => {
  await server.end('SIGTERM')
  vi.unstubAllGlobals()
  rmSync(folder, { recursive: true, force: true })
})

/** What a page has in a browser: an address, a history, a storage for the tab, and a fetch that knows its own site. */
function openPage(path: string, canStore = true): void {
  const { pathname, search, hash } = new URL(path, server.origin)
  address = path
  const { fetch } = globalThis
  const store = (work: () => string | null | undefined) => {
    if (!canStore) throw new DOMException('denied', 'SecurityError')
    return work() ?? null
  }
  vi.stubGlobal('location', { pathname, search, hash })
  const replaceState = (_: unknown, __: string, url: string) => {
    address = url
  }
  vi.stubGlobal('history', { state: null, replaceState })
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => store(() => storage.get(key)),
    setItem: (key: string, value: string) => store(() => void storage.set(key, value) as undefined),
  })
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => fetch(new URL(url, server.origin), init))
}

function heardFrom(bridge: ReturnType<typeof createBrowserBridge>, event: EventName): Promise<unknown> {
  return new Promise((resolve) => {
    const stop = bridge.on(event, (payload) => {
      stop()
      resolve(payload)
    })
  })
}

test('a call is answered through the real host', async () => {
  expect(await createBrowserBridge().call('settings.get', {})).toEqual({
    ok: true,
    value: { theme: 'system', keepHistoryDays: null, keepExchangesMb: 20 },
  })
})

test('the token leaves the address bar and is there again when the page is reloaded', async () => {
  createBrowserBridge()
  expect(address).toBe('/syncs?x=1')
  openPage('/syncs')
  expect(await createBrowserBridge().call('settings.get', {})).toMatchObject({ ok: true })
})

test('in a browser that stores nothing the page works all the same', async () => {
  openPage(`/#token=${server.token}`, false)
  expect(await createBrowserBridge().call('settings.get', {})).toMatchObject({ ok: true })
})

test('a page without a token is told how to open Outflow', async () => {
  openPage('/')
  expect(await createBrowserBridge().call('settings.get', {})).toMatchObject({
    ok: false,
    problem: { message: 'Open Outflow by the address that it printed when it was started.' },
  })
})

test('events reach those who listen, and no longer those who stopped', async () => {
  const bridge = createBrowserBridge()
  const heard: unknown[] = []
  const stop = bridge.on('data.changed', (payload) => void heard.push(payload))
  const again = async () => {
    const next = heardFrom(bridge, 'data.changed')
    await bridge.call('settings.save', { theme: 'dark', keepHistoryDays: null, keepExchangesMb: 20 })
    await next
  }
  await connected()
  await again()
  stop()
  await again()
  expect(heard).toEqual([{ noun: 'settings' }])

  /** The stream is open once an event comes through. */
  async function connected(): Promise<void> {
    const first = heardFrom(bridge, 'data.changed')
    await vi.waitUntil(async () => {
      await bridge.call('settings.save', { theme: 'light', keepHistoryDays: null, keepExchangesMb: 20 })
      return heard.length > 0
    })
    await first
    heard.length = 0
  }
})

test('when the host is gone a call says so, listeners hear it, and all is well when it is back', async () => {
  const bridge = createBrowserBridge()
  const lost = heardFrom(bridge, 'host.lost')
  const { port, token } = server
  await server.end('SIGKILL')
  expect(await bridge.call('settings.get', {})).toMatchObject({ ok: false, problem: { remedy: 'retry' } })
  await lost
  server = await spawnServer('--data', folder, '--port', String(port))
  // Another start, another token: the old page is told to open the new address.
  expect(server.token).not.toBe(token)
  expect(await bridge.call('settings.get', {})).toMatchObject({
    ok: false,
    problem: { message: expect.stringContaining('address') },
  })
  openPage(`/#token=${server.token}`)
  expect(await createBrowserBridge().call('settings.get', {})).toMatchObject({ ok: true })
})

test('a listener that fails does not end the stream for the others', async () => {
  const reported: unknown[] = []
  vi.stubGlobal('reportError', (error: unknown) => void reported.push(error))
  const bridge = createBrowserBridge()
  bridge.on('data.changed', () => {
    throw new Error('a fault of a screen')
  })
  let heard = 0
  bridge.on('data.changed', () => void heard++)
  await vi.waitUntil(async () => {
    await bridge.call('settings.save', { theme: 'light', keepHistoryDays: null, keepExchangesMb: 20 })
    return heard > 1
  })
  expect(reported.length).toBeGreaterThan(1)
})

test('a file is handed over as a copy under its own name', async () => {
  const answer = await createBrowserBridge().takeFile(new File(['id\n1\n'], 'Kunden & Käufer.csv'))
  expect(answer).toMatchObject({ ok: true, value: { path: expect.stringMatching(/Kunden & Käufer\.csv$/) } })
  if (answer.ok) expect(readFileSync(answer.value.path, 'utf8')).toBe('id\n1\n')
})

test('a file of 3 GB is told before a byte of it is sent, with what to do instead', async () => {
  const file = Object.defineProperty(new File(['id\n'], 'huge.csv'), 'size', { value: 3e9 })
  expect(await createBrowserBridge().takeFile(file)).toEqual({
    ok: false,
    problem: {
      remedy: 'retry',
      message: expect.stringMatching(
        /“huge\.csv” has 3\.0 GB\. .* copies may have 2 GB\. Type where the file is instead/,
      ),
    },
  })
})

test('what cannot be read, as a folder that was dropped, is told', async () => {
  const file = Object.assign(new File([], 'folder'), {
    slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('', 'NotFoundError')) }),
  })
  expect(await createBrowserBridge().takeFile(file)).toMatchObject({
    ok: false,
    problem: { message: expect.stringContaining('It may be a folder') },
  })
})
