/** What the tests of this source share: a server with a table of 100,000 rows, sessions that are closed, a proxy. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { type PostgresServer, startPostgres } from '../../testing/postgres.ts'
import { testContext } from '../../testing/sources.ts'
import type { ReadRequest, SourceSession } from '../../types.ts'
import { postgres } from './index.ts'

export const rows = 100_000
export const numbered: ReadRequest['query'] = { kind: 'table', table: ['public', 'numbered'] }
export const request: ReadRequest = { query: numbered, uniqueId: ['id'], columns: ['note'] }

export let server: PostgresServer
const opened: SourceSession[] = []
const proxies: Server[] = []

/** Starts the server for this test file, and lets go of what each test opened. */
export function withServer(sql: string): void {
  beforeAll(async () => {
    server = await startPostgres()
    await server.query(`CREATE TABLE numbered (id int PRIMARY KEY, note text);
      INSERT INTO numbered SELECT n, 'note number ' || n FROM generate_series(1, ${rows}) n; ANALYZE numbered; ${sql}`)
  }, 60_000)
  afterEach(async () => {
    await closeSessions()
    for (const proxy of proxies.splice(0)) proxy.close()
  })
  afterAll(() => server.stop())
}

export async function closeSessions(): Promise<void> {
  await Promise.all(opened.splice(0).map((session) => session.close()))
}

type Changes = Partial<
  Record<'host' | 'database' | 'user' | 'password' | 'tls' | 'certificate', string> & { port: number }
>

export async function open(changes: Changes = {}, signal?: AbortSignal): Promise<SourceSession> {
  const { host, port, database, user, password } = server
  const values = { how: 'form', host, port, database, user, password, tls: 'disable', ...changes }
  const session = await postgres.open(values, testContext(signal))
  opened.push(session)
  return session
}

/** How many connections of Outflow the server has, besides those that are open on purpose. */
export async function connections(): Promise<number> {
  const [row] = await server.query("SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'Outflow'")
  return Number(row?.n)
}

/** Stands between: what the server says goes through `pass`, chunk by chunk. Answers its port. */
export function proxy(pass: (chunk: Buffer, client: Socket) => void): Promise<number> {
  const between = createServer((client) => {
    const upstream = connect(server.port, server.host)
    client.pipe(upstream)
    upstream.on('data', (chunk) => pass(chunk, client))
    upstream.on('close', () => client.destroy())
    client.on('close', () => upstream.destroy())
    client.on('error', () => {})
    upstream.on('error', () => {})
  })
  proxies.push(between)
  return new Promise((resolve) => {
    between.listen(0, '127.0.0.1', () => {
      const address = between.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
}
