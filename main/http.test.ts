import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { type Problem, toProblem } from '../connectors/problems.ts'
import type { HttpRequest } from '../connectors/types.ts'
import { createHttpClient } from './http.ts'

const open: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function listening(server: Server | TcpServer): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push(() => {
    if ('closeAllConnections' in server) server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const serve = async (handle: RequestListener) => `http://127.0.0.1:${await listening(createServer(handle))}/`

function client(signal = new AbortController().signal) {
  const { http, close } = createHttpClient(signal)
  open.push(() => close().catch(() => undefined))
  return http
}

async function problemOf(request: Partial<HttpRequest> & { url: string }): Promise<Problem> {
  try {
    await client()({ method: 'POST', body: Buffer.from('{}'), ...request })
  } catch (error) {
    return toProblem(error)
  }
  throw new Error('an answer came')
}

describe('an answer', () => {
  test('comes with status, names of headers in lower case, and its bytes, whatever the status', async () => {
    const url = await serve((_, response) => response.writeHead(500, { 'X-Rate': '9' }).end('ünï'))
    const { status, headers, body } = await client()({ method: 'GET', url })
    expect([status, headers['x-rate'], Buffer.from(body).toString()]).toEqual([500, '9', 'ünï'])
  })

  test('that points elsewhere is not followed: a secret would go along', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/other' }).end()
      else response.end('followed')
    })
    expect(await client()({ method: 'GET', url })).toMatchObject({ status: 302, headers: { location: '/other' } })
  })

  test('that is larger than any product sends is not read to its end', async () => {
    const block = Buffer.alloc(1024 * 1024)
    let sent = 0
    const url = await serve((_, response) => {
      const more = () => {
        while (!response.destroyed && sent++ < 500 && response.write(block));
      }
      response.on('drain', more)
      more()
    })
    expect(await problemOf({ url })).toMatchObject({ remedy: 'report', outcomeUnknown: true })
    expect(sent).toBeLessThan(500)
  })
})

describe('no answer', () => {
  test('within the time for its beginning: whether it was done is not known', async () => {
    const url = await serve(() => undefined)
    expect(await problemOf({ url, timeoutMs: 200 })).toMatchObject({ remedy: 'retry', outcomeUnknown: true })
  })

  test('within the time for its end: the same', async () => {
    const url = await serve((_, response) => response.writeHead(200).write('{"half'))
    expect(await problemOf({ url, timeoutMs: 200 })).toMatchObject({ remedy: 'retry', outcomeUnknown: true })
  })

  test.each<[string, RequestListener]>([
    ['a reset', (_, response) => response.socket?.resetAndDestroy()],
    ['a closed connection', (_, response) => response.destroy()],
    [
      'a cut in its middle',
      (_, response) => {
        response.writeHead(200, { 'content-length': 100 })
        response.write('{"half', () => response.destroy())
      },
    ],
  ])('but %s after the request: whether it was done is not known', async (_what, handle) => {
    const problem = await problemOf({ url: await serve(handle) })
    expect(problem).toMatchObject({ remedy: 'retry', outcomeUnknown: true })
    expect(problem.message).toMatch(/^127\.0\.0\.1:\d+ did not answer in time or closed the connection\.$/)
  })

  test('because nobody listens: nothing left, and no record is to blame', async () => {
    const gone = createTcpServer()
    const port = await listening(gone)
    await new Promise((resolve) => gone.close(resolve))
    const problem = await problemOf({ url: `http://127.0.0.1:${port}/` })
    expect(problem).toMatchObject({ remedy: 'retry', unreachable: true, message: expect.stringContaining('address') })
    expect(problem).not.toHaveProperty('outcomeUnknown')
  })

  test('because there is no such host: the same', async () => {
    expect(await problemOf({ url: 'http://nobody.invalid/' })).toMatchObject({ remedy: 'retry', unreachable: true })
  })

  test('that could be understood: it is told as such, and the address with its secrets is not in it', async () => {
    const port = await listening(createTcpServer((socket) => socket.on('error', () => undefined).end('hello\r\n\r\n')))
    const problem = await problemOf({ url: `http://127.0.0.1:${port}/path?token=secret` })
    expect(problem).toMatchObject({ remedy: 'retry', outcomeUnknown: true })
    expect(JSON.stringify(problem)).not.toContain('secret')
  })
})

describe('a product that cannot prove who it is gets nothing', () => {
  test('a certificate that nobody vouches for', async (ctx) => {
    const folder = mkdtempSync(join(tmpdir(), 'outflow-tls-'))
    open.push(() => rmSync(folder, { recursive: true }))
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    try {
      const about = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
      const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-keyout', key, '-out', cert]
      execFileSync('openssl', ['req', ...made, ...about], { stdio: 'ignore' })
    } catch {
      ctx.skip('openssl is not there to make a certificate')
    }
    let requests = 0
    const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, () => requests++)
    const problem = await problemOf({ url: `https://127.0.0.1:${await listening(server)}/` })
    expect(problem).toMatchObject({
      remedy: 'reconnect',
      message: expect.stringContaining('could not prove who it is'),
    })
    expect(problem).not.toHaveProperty('outcomeUnknown')
    expect(requests).toBe(0)
  })

  test('an address that does not speak https at all', async () => {
    const url = (await serve((_, response) => response.end())).replace('http:', 'https:')
    const problem = await problemOf({ url })
    expect(problem.remedy).toBe('reconnect')
    expect(problem).not.toHaveProperty('outcomeUnknown')
  })
})

describe('when the run is stopped', () => {
  test('a request under way ends at once, with the reason of the stop', async () => {
    const stop = new AbortController()
    const arrived = Promise.withResolvers<void>()
    const url = await serve(() => arrived.resolve())
    const answer = client(stop.signal)({ method: 'GET', url })
    await arrived.promise
    const reason = new Error('stopped by a person')
    stop.abort(reason)
    await expect(answer).rejects.toBe(reason)
  })

  test('no further request leaves', async () => {
    let requests = 0
    const url = await serve((_, response) => {
      requests++
      response.end()
    })
    await expect(client(AbortSignal.abort())({ method: 'GET', url })).rejects.toThrow()
    expect(requests).toBe(0)
  })
})
