/**
 * A loopback stand-in for Snowflake that the real driver talks to over HTTP: sessions with tokens that expire, results in
 * pieces, statements that take long and can be canceled, and faults on demand. The SQL is run by DuckDB.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { createAccount, type TestAccount } from './account.ts'
import { openDesk } from './desk.ts'
import { type Engine, openEngine } from './engine.ts'
import { StatementError } from './errors.ts'
import { openStatements, type Statements } from './statements.ts'

export type Received = {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: Json
}
export type Json = { [name: string]: unknown }

/** What is answered instead: a status with a body, or nothing at all. */
export type Fault = { status: number; body?: unknown } | 'reset'

export type SnowflakeDouble = {
  /** `http://127.0.0.1:port` */
  origin: string
  account: TestAccount
  /** A form that signs in with an access token. */
  values: Record<string, string>
  received: Received[]
  /** Of the statements that were asked for, without those about the session. */
  statements: Statements
  engine: Engine
  /** Runs SQL as somebody who may write. */
  execute(sql: string): Promise<void>
  /** The next requests to paths that begin so are answered by these instead, one each. */
  fail(path: string, ...faults: Fault[]): void
  /** Session tokens count as expired from now on; master tokens too, when asked. */
  expire(what: 'sessions' | 'masters'): void
  /** Sessions that were not ended. */
  openSessions(): number
  close(): Promise<void>
}

export async function startSnowflake(): Promise<SnowflakeDouble> {
  const engine = await openEngine()
  const account = createAccount()
  const received: Received[] = []
  const faults: { path: string; fault: Fault }[] = []
  const statements = openStatements(engine, account)
  const desk = openDesk(account)
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const asked = read(request, Buffer.concat(chunks))
      received.push(asked)
      const at = faults.findIndex(({ path }) => asked.path.startsWith(path))
      const [instead] = at < 0 ? [] : faults.splice(at, 1)
      if (instead) return misbehave(instead.fault, response)
      answer(asked, response).catch((error: unknown) => send(response, 200, refused(error)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function answer({ path, query, headers, body }: Received, response: ServerResponse): Promise<void> {
    const [, part = '', id = '', action = ''] = path.split('/')
    const authorization = headers.authorization ?? ''
    if (path === '/session/v1/login-request') return send(response, 200, desk.signIn(body, query))
    if (path === '/session/token-request') return send(response, 200, desk.renew(authorization))
    if (path === '/session') return send(response, 200, desk.end(authorization))
    if (part === 'telemetry') return send(response, 200, fine(null))
    if (part === 'chunks') return statements.sendChunk(id, Number(action), response)
    const session = desk.sessionOf(authorization)
    if (part === 'queries' && id === 'v1' && action === 'abort-request') {
      statements.abort(String(body.requestId))
      return send(response, 200, fine(null))
    }
    if (part === 'queries' && action === 'abort-request') {
      statements.abort(id)
      return send(response, 200, fine(null))
    }
    if (part === 'queries' && action === 'query-request') {
      return send(response, 200, await statements.begin(body, query.get('requestId') ?? '', session, origin))
    }
    if (part === 'queries' && action === 'result') return send(response, 200, await statements.resultOf(id, origin))
    send(response, 404, {})
  }

  return {
    origin,
    account,
    values: { account: account.account, user: account.user, how: 'token', token: account.accessToken, host: origin },
    received,
    statements,
    engine,
    execute: (sql) => engine.execute(sql),
    fail: (path, ...more) => void faults.push(...more.map((fault) => ({ path, fault }))),
    expire: (what) => desk.expire(what),
    openSessions: () => desk.open(),
    async close() {
      statements.release()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
      engine.close()
    },
  }
}

export const fine = (data: unknown) => ({ data, code: null, message: null, success: true })

/** The answer to a statement or sign-in that was refused. */
export function refused(error: unknown): Json {
  if (!(error instanceof StatementError)) throw error
  const { code, sqlState, message } = error
  return { data: { errorCode: code, sqlState, queryId: randomUUID() }, code, message, success: false, headers: null }
}

function read(request: IncomingMessage, bytes: Buffer): Received {
  const url = new URL(request.url ?? '/', 'http://localhost')
  // The driver says gzip before it has made up its mind whether to do so.
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString()
  const body = text === '' ? {} : (JSON.parse(text) as Json)
  return { method: request.method ?? '', path: url.pathname, query: url.searchParams, headers: request.headers, body }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function misbehave(fault: Fault, response: ServerResponse): void {
  if (fault === 'reset') response.destroy()
  else send(response, fault.status, fault.body ?? {})
}
