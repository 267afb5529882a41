import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LARGEST_BODY } from './server/calls.ts'
import { securityHeaders } from './server/headers.ts'
import { rawRequest, runServer, type SpawnedServer, spawnServer } from './testing/spawned-server.ts'

let folder: string
let server: SpawnedServer
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-server-'))
  server = await spawnServer('--data', folder)
})
afterAll(async () => {
  await server.end('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

const own = () => ({ Host: `127.0.0.1:${server.port}` })
const signedIn = () => ({ ...own(), Authorization: `Bearer ${server.token}`, 'Content-Type': 'application/json' })
const call = (method: string, headers: Record<string, string> = signedIn(), body = '{}') =>
  rawRequest(server.port, { method: 'POST', path: `/api/${method}`, headers, body })

test('it prints one line, with an address of this computer and a token of 256 bits', () => {
  expect(server.line).toMatch(/^Outflow is open at http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/)
  expect(server.output).toEqual([server.line])
})

test('a call with the token is answered', async () => {
  const { status, text } = await call('settings.get')
  expect(status).toBe(200)
  expect(JSON.parse(text)).toEqual({ ok: true, value: { theme: 'system', keepHistoryDays: null, keepExchangesMb: 20 } })
})

test('a problem is an answer like any other', async () => {
  const { status, text } = await call('syncs.get', signedIn(), '{"id":"nope"}')
  expect(status).toBe(200)
  expect(JSON.parse(text)).toMatchObject({
    ok: false,
    problem: { message: 'This sync is no longer there. It may have been removed.' },
  })
})

describe('who is turned away', () => {
  test.each([
    ['no token', () => ({ ...signedIn(), Authorization: '' })],
    ['a wrong token', () => ({ ...signedIn(), Authorization: `Bearer ${'A'.repeat(43)}` })],
    ['a token that is almost right', () => ({ ...signedIn(), Authorization: `Bearer ${server.token}A` })],
    ['the token in another scheme', () => ({ ...signedIn(), Authorization: `Basic ${server.token}` })],
    [
      'the token in a cookie',
      () => ({ ...own(), 'Content-Type': 'application/json', Cookie: `token=${server.token}` }),
    ],
  ])('%s, from calls and from events', async (_, headers) => {
    expect((await call('settings.get', headers())).status).toBe(401)
    expect((await rawRequest(server.port, { path: '/events', headers: headers() })).status).toBe(401)
    const inQuery = { method: 'POST', path: `/api/settings.get?token=${server.token}`, headers: headers(), body: '{}' }
    expect((await rawRequest(server.port, inQuery)).status).toBe(401)
  })

  test.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.0.0.1.evil.example:PORT',
    '[::1]:PORT',
  ])('a request to the host “%s”, even with the token, even for the page', async (host) => {
    const headers = { ...signedIn(), Host: host.replace('PORT', String(server.port)) }
    expect((await call('settings.get', headers)).status).toBe(403)
    expect((await rawRequest(server.port, { headers: { Host: headers.Host } })).status).toBe(403)
  })

  test.each([
    'https://evil.example',
    'null',
    'http://127.0.0.1:1',
    'http://localhost',
    'https://127.0.0.1:PORT',
    'http://127.0.0.1:PORT.evil.example',
  ])('the origin %s, even with the token', async (origin) => {
    const headers = { ...signedIn(), Origin: origin.replace('PORT', String(server.port)) }
    expect((await call('settings.get', headers)).status).toBe(403)
  })

  test('a request that is addressed like one to a proxy', async () => {
    expect((await rawRequest(server.port, { path: `${server.origin}/index.html`, headers: own() })).status).toBe(400)
  })

  test('nobody who comes as our own page, by either name', async () => {
    for (const name of ['127.0.0.1', 'localhost', 'LOCALHOST']) {
      const headers = {
        ...signedIn(),
        Host: `${name}:${server.port}`,
        Origin: `http://${name.toLowerCase()}:${server.port}`,
      }
      expect((await call('settings.get', headers)).status).toBe(200)
    }
  })

  test('a form that another site sends, because it is not JSON', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', '']) {
      expect((await call('settings.get', { ...signedIn(), 'Content-Type': type })).status).toBe(415)
    }
  })

  test('calls that are only looked at, and pages that are written to', async () => {
    expect((await rawRequest(server.port, { path: '/api/settings.get', headers: signedIn() })).status).toBe(405)
    expect((await rawRequest(server.port, { method: 'POST', path: '/', headers: signedIn(), body: '{}' })).status).toBe(
      405,
    )
    expect(
      (await rawRequest(server.port, { method: 'OPTIONS', path: '/api/settings.get', headers: own() })).status,
    ).toBe(401)
  })

  test('everybody from another computer: nothing listens there', async () => {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((each) => each?.family === 'IPv4' && !each.internal)
    if (!outside) return
    const refused = await new Promise<string>((resolve) => {
      const socket = connect({ host: outside.address, port: server.port })
      socket.once('connect', () => resolve('connected'))
      socket.once('error', (error) => resolve('code' in error ? String(error.code) : ''))
    })
    expect(refused).toBe('ECONNREFUSED')
  })
})

describe('what is too much or malformed', () => {
  test('a body over the limit is refused without being read, and the next call works', async () => {
    const headers = { ...signedIn(), 'Content-Length': String(LARGEST_BODY + 1) }
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(server.port, '127.0.0.1')
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      socket.write(`POST /api/settings.get HTTP/1.1\r\n${lines.join('')}\r\n{`)
      socket.once('data', (data) => {
        resolve(data.toString())
        socket.destroy()
      })
      socket.once('error', reject)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect((await call('settings.get')).status).toBe(200)
  })

  test('a body over the limit that does not say its length is cut off', async () => {
    const headers = { ...signedIn(), 'Transfer-Encoding': 'chunked' }
    const answer = await call('settings.get', headers, `{"x":"${'a'.repeat(LARGEST_BODY)}"}`).catch((error: unknown) =>
      String(error),
    )
    // It is answered or cut off in the middle, whichever the sender notices first; never taken.
    expect(typeof answer === 'string' ? 413 : answer.status).toBe(413)
  })

  test.each(['', '{', 'undefined', '\u0000'])('the body “%s” is not JSON', async (body) => {
    expect((await call('settings.get', signedIn(), body)).status).toBe(400)
  })

  test.each(['', 'nope', '__proto__', 'settings.get/../app.info', '%2e%2e'])(
    'the method “%s” is unknown',
    async (method) => {
      const { text } = await call(method)
      expect(JSON.parse(text)).toMatchObject({ ok: false })
    },
  )
})

test('every answer carries the same security headers, refusals too', async () => {
  const answers = [
    await rawRequest(server.port, { headers: own() }),
    await rawRequest(server.port, { path: '/nope.js', headers: own() }),
    await rawRequest(server.port, { headers: { Host: 'evil.example' } }),
    await call('settings.get'),
    await call('settings.get', own()),
  ]
  for (const { headers, status } of answers) {
    for (const [name, value] of Object.entries(securityHeaders))
      expect(headers[name.toLowerCase()], `${status} ${name}`).toBe(value)
    expect(headers).not.toHaveProperty('set-cookie')
    expect(headers).not.toHaveProperty('access-control-allow-origin')
    expect(headers).not.toHaveProperty('x-powered-by')
  }
  expect(securityHeaders['Content-Security-Policy']).toMatch(
    /default-src 'none'.*script-src 'self';.*frame-ancestors 'none'/,
  )
  expect(securityHeaders['Content-Security-Policy']).not.toMatch(/script-src[^;]*unsafe/)
})

test('events arrive as lines while they happen', async () => {
  const response = await fetch(`${server.origin}/events`, { headers: { Authorization: `Bearer ${server.token}` } })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  if (!reader) throw new Error('no stream')
  expect(await reader.read()).toMatchObject({ value: '\n' })
  await call('settings.save', signedIn(), '{"theme":"dark"}')
  expect(await reader.read()).toMatchObject({ value: '{"event":"data.changed","payload":{"noun":"settings"}}\n' })
  await reader.cancel()
})

test('the token is in no file of the log', async () => {
  await call('nope')
  expect(readFileSync(join(folder, 'logs', 'outflow.log'), 'utf8')).not.toContain(server.token)
})

describe('a second start with the same folder', () => {
  test('is refused in one plain line', async () => {
    expect(await runServer('--data', folder)).toEqual({
      code: 1,
      output: ['Outflow is already open with this data folder.'],
    })
  })

  test('finds the address of the first in a file that only its user can read', () => {
    const file = join(folder, 'open.json')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ url: server.line.replace('Outflow is open at ', '') })
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
  })
})

test('a port that is taken is said in one plain line', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  const started = await runServer('--data', join(folder, 'second'), '--port', String(port))
  expect(started).toEqual({ code: 1, output: [expect.stringContaining('This port is in use by another program.')] })
  other.close()
})

test.each([['--port', 'abc'], ['--port', '70000'], ['--nonsense']])(
  'wrong arguments are said in one line: %s %s',
  async (...args) => {
    const { code, output } = await runServer(
      '--data',
      join(folder, 'third'),
      ...args.filter((each) => each !== undefined),
    )
    expect(code).toBe(1)
    expect(output).toHaveLength(1)
  },
)

describe('stopping', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s closes everything, also with a page connected, and the folder is free',
    async (signal) => {
      const data = join(folder, signal)
      const first = await spawnServer('--data', data)
      const events = await fetch(`${first.origin}/events`, { headers: { Authorization: `Bearer ${first.token}` } })
      expect(await first.end(signal)).toBe(0)
      // The stream ends; how, a page need not care.
      await events.text().catch(() => undefined)
      const second = await spawnServer('--data', data)
      expect(second.token).not.toBe(first.token)
      expect(await second.end('SIGTERM')).toBe(0)
    },
  )

  test('a killed one leaves nothing that keeps the next from starting', async () => {
    const data = join(folder, 'killed')
    await (await spawnServer('--data', data)).end('SIGKILL')
    const next = await spawnServer('--data', data)
    expect(await next.end('SIGTERM')).toBe(0)
  })
})

describe('a file that is handed over', () => {
  const send = (headers: Record<string, string>, body = 'id\n1\n', path = '/files?name=a.csv') =>
    rawRequest(server.port, { method: 'POST', path, headers, body })
  const bytes = () => ({ ...signedIn(), 'Content-Type': 'application/octet-stream' })

  test('is kept in the data folder, whatever its name says', async () => {
    const { status, text } = await send(bytes(), 'id\n1\n', `/files?name=${encodeURIComponent('../../../a.csv')}`)
    expect(status).toBe(200)
    const { value } = JSON.parse(text) as { value: { path: string } }
    expect(value.path.startsWith(join(realpathSync(folder), 'files'))).toBe(true)
    expect(readFileSync(value.path, 'utf8')).toBe('id\n1\n')
  })

  test('comes from our own page only', async () => {
    expect((await send({ ...bytes(), Authorization: '' })).status).toBe(401)
    expect((await send({ ...bytes(), Origin: 'https://evil.example' })).status).toBe(403)
    expect((await send({ ...bytes(), 'Content-Type': 'text/plain' })).status).toBe(415)
    expect((await send({ ...bytes(), 'Transfer-Encoding': 'chunked' })).status).toBe(411)
    expect((await rawRequest(server.port, { path: '/files', headers: bytes() })).status).toBe(405)
  })
})
