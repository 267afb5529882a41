/** A small HttpClient and a real loopback server, for tests. The app hands connectors the client of main/http.ts. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ProblemError } from '../problems.ts'
import type { HttpClient } from '../types.ts'

/** Sends by the global fetch; keeps the promises of `HttpClient`: no status is an error, redirects are not followed. */
export function testHttpClient(signal: AbortSignal): HttpClient {
  return async ({ method, url, headers, body, timeoutMs = 60_000 }) => {
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      const response = await fetch(url, {
        method,
        headers: headers ?? {},
        body: body === undefined ? null : new Uint8Array(Buffer.from(body)),
        redirect: 'manual',
        signal: AbortSignal.any([signal, timeout]),
      })
      const bytes = new Uint8Array(await response.arrayBuffer())
      return { status: response.status, headers: Object.fromEntries(response.headers), body: bytes }
    } catch (error) {
      if (signal.aborted) throw signal.reason
      const detail = error instanceof Error ? error.message : String(error)
      throw new ProblemError(
        { remedy: 'retry', message: 'No answer came.', detail, outcomeUnknown: true },
        { cause: error },
      )
    }
  }
}

export type Received = { method: string; url: string; headers: IncomingMessage['headers']; body: string }

export type LoopbackServer = {
  /** `http://127.0.0.1:port` */
  origin: string
  /** Every request so far, in the order in which it was complete. */
  received: Received[]
  /** How requests are answered from now on. */
  answer: (handle: (request: Received, response: ServerResponse) => void) => void
  close(): Promise<void>
}

/** Listens on a free port of 127.0.0.1 and answers 200 `{"ok":true}` until told otherwise. */
export async function startLoopbackServer(): Promise<LoopbackServer> {
  const received: Received[] = []
  const fine = (_request: Received, response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')
  }
  let handle = fine
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const complete = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
      received.push(complete)
      handle(complete, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    answer: (next) => {
      handle = next
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
