import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { toProblem } from '../connectors/problems.ts'
import { createHttpClient } from './http.ts'
import { type ProxyFor, proxyIn, rememberProxies } from './proxy.ts'
import { startProxy, startSocks, type TestProxy } from './testing/proxy.ts'

const VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()])
const open: (() => Promise<unknown>)[] = []
let port: number

beforeEach(async () => {
  for (const name of VARIABLES) vi.stubEnv(name, undefined)
  const server = createServer((request, response) => response.end(`reached ${request.headers.host}`))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
  open.push(async () => {
    server.closeAllConnections()
    server.close()
  })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const close of open.splice(0).reverse()) await close()
})

async function started(starting: Promise<TestProxy>): Promise<TestProxy> {
  const proxy = await starting
  open.push(proxy.close)
  return proxy
}

function clientWith(proxyFor: ProxyFor) {
  const { http, close } = createHttpClient(new AbortController().signal, proxyFor)
  open.push(close)
  return async (url: string) => Buffer.from((await http({ method: 'GET', url })).body).toString()
}

describe('a request takes', () => {
  test('the proxy that the system names for its origin, and the direct way where it names none', async () => {
    const proxy = await started(startProxy(port))
    const get = clientWith(async (origin) => (origin === 'http://crm.invalid' ? `PROXY ${proxy.address}` : 'DIRECT'))
    expect(await get('http://crm.invalid/contacts?id=1')).toBe('reached crm.invalid')
    expect(await get(`http://127.0.0.1:${port}/`)).toBe(`reached 127.0.0.1:${port}`)
    expect(proxy.asked).toEqual(['crm.invalid:80'])
  })

  test('a proxy that speaks SOCKS5', async () => {
    const proxy = await started(startSocks(port))
    expect(await clientWith(async () => `SOCKS5 ${proxy.address}; DIRECT`)('http://crm.invalid/')).toBe(
      'reached crm.invalid',
    )
    expect(proxy.asked).toEqual(['crm.invalid:80'])
  })

  test('the proxy of the environment, which comes before the system’s', async () => {
    const [named, system] = [await started(startProxy(port)), await started(startProxy(port))]
    vi.stubEnv('HTTP_PROXY', `http://${named.address}`)
    await clientWith(async () => `PROXY ${system.address}`)('http://crm.invalid/')
    expect([named.asked, system.asked]).toEqual([['crm.invalid:80'], []])
  })

  test('the direct way to what NO_PROXY names, whatever the system says', async () => {
    const proxy = await started(startProxy(port))
    vi.stubEnv('NO_PROXY', '127.0.0.1')
    const get = clientWith(async () => `PROXY ${proxy.address}`)
    await get(`http://127.0.0.1:${port}/`)
    await get('http://crm.invalid/')
    expect(proxy.asked).toEqual(['crm.invalid:80'])
  })

  test('no way at all where the proxy cannot be used or be found out; nothing has left', async () => {
    const refused = (proxyFor: ProxyFor) => clientWith(proxyFor)('http://crm.invalid/').catch(toProblem)
    expect(await refused(async () => 'SOCKS 10.0.0.1:1080')).toMatchObject({
      remedy: 'retry',
      unreachable: true,
      message: expect.stringContaining('“SOCKS” to reach crm.invalid'),
    })
    expect(await refused(() => Promise.reject(new Error('no script')))).toMatchObject({
      remedy: 'retry',
      unreachable: true,
      message: expect.stringContaining('Which proxy leads to crm.invalid could not be found out'),
    })
  })
})

test('the system is asked once a minute for each origin, and again at once after it failed', async () => {
  const asked: string[] = []
  let now = 0
  let fails = false
  const { of } = rememberProxies(
    async (origin) => {
      asked.push(origin)
      if (fails) throw new Error('no script')
      return 'DIRECT'
    },
    () => now,
  )
  await Promise.all([of('https://a.example'), of('https://a.example'), of('https://b.example')])
  now = 59_999
  await of('https://a.example')
  expect(asked).toEqual(['https://a.example', 'https://b.example'])
  now = 60_000
  fails = true
  await expect(of('https://a.example')).rejects.toThrow()
  fails = false
  expect(await of('https://a.example')).toBeNull()
  expect(asked).toHaveLength(4)
})

test.each([
  ['DIRECT', null],
  ['', null],
  ['PROXY proxy.corp:8080', 'http://proxy.corp:8080/'],
  ['proxy [::1]:3128; DIRECT', 'http://[::1]:3128/'],
  ['HTTPS proxy.corp:443;PROXY other:80', 'https://proxy.corp/'],
  ['SOCKS5 proxy.corp:1080', 'socks5://proxy.corp:1080'],
])('“%s” is read as %s', (answer, address) => {
  expect(proxyIn(answer, 'https://crm.example')).toBe(address)
})

test.each(['SOCKS proxy:1080', 'QUIC proxy:443', 'PROXY', 'PROXY a%:1', 'nonsense'])(
  '“%s” is told as a problem',
  (answer) => {
    expect(() => proxyIn(answer, 'https://crm.example')).toThrow('crm.example')
  },
)
