/** The app as a case sees it: a workspace file, and one run in a process of its own. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PostgresServer } from '../../connectors/testing/postgres.ts'
import type { Query } from '../../connectors/types.ts'
import { runScript } from './processes.ts'
import { columns } from './rows.ts'

type Connection = {
  connector: string
  values: Record<string, string | number>
  secrets?: Record<string, { env: string }>
}

export type Source = Connection & { query: Query }
export type Destination = Connection & { object: string; mode: 'mirror' | 'upsert' }

const PASSWORD = 'BENCH_PASSWORD'

/** The bench's own server, as a source or a destination. */
const postgresConnection = ({ host, port, database, user }: PostgresServer): Omit<Connection, 'connector'> => ({
  values: { how: 'form', host, port, database, user, tls: 'disable' },
  secrets: { password: { env: PASSWORD } },
})

export const fromTable = (server: PostgresServer, table: string): Source => ({
  ...postgresConnection(server),
  connector: 'postgres',
  query: { kind: 'table', table: ['public', table] },
})

export const intoTable = (server: PostgresServer, table: string): Destination => ({
  ...postgresConnection(server),
  connector: 'postgres-table',
  object: `public.${table}`,
  mode: 'upsert',
})

/** Mirror: removals are sent too. */
export const intoWebhook = (origin: string, { batchSize = 1000, concurrency = 4 } = {}): Destination => ({
  connector: 'webhook',
  values: { url: `${origin}/hook`, key: 'id', batchSize, concurrency },
  object: 'records',
  mode: 'mirror',
})

export type AppRun = {
  status: string
  counts: Record<string, number>
  planMs: number
  totalMs: number
  rssMb: number
  delayP99Ms: number
  delayMaxMs: number
}

/** One sync, whose state is kept between its runs. */
export type BenchSync = {
  dataFolder: string
  /** Plans and pushes. Throws unless the destination took exactly this many changes. */
  run(accepted: number): Promise<AppRun>
}

/** A sync of all columns in a new data folder below `folder`. */
export function makeSync(
  folder: string,
  source: Source,
  destination: Destination,
  server?: Pick<PostgresServer, 'password'>,
): BenchSync {
  const dataFolder = join(folder, 'data')
  const workspace = join(folder, 'workspace.json')
  writeFileSync(workspace, JSON.stringify(workspaceOf(source, destination)))
  return {
    dataFolder,
    async run(accepted) {
      const env: Record<string, string> = server ? { [PASSWORD]: server.password } : {}
      const run = (await runScript('./app-run.ts', [dataFolder, workspace, 'Bench'], env)) as AppRun
      if (run.status !== 'done' || run.counts.accepted !== accepted)
        throw new Error(`${accepted} changes should have been accepted: ${JSON.stringify(run)}`)
      return run
    },
  }
}

function workspaceOf({ query, ...source }: Source, { object, mode, ...destination }: Destination) {
  const sync = {
    name: 'Bench',
    audience: 'Customers',
    destination: 'Destination',
    object,
    mode,
    key: 'id',
    removal: mode === 'mirror' ? 'delete' : 'nothing',
    mapping: columns.map((column) => ({ field: column, from: { kind: 'column', column } })),
  }
  return {
    connections: [
      { ...source, name: 'Source' },
      { ...destination, name: 'Destination' },
    ],
    audiences: [{ name: 'Customers', connection: 'Source', query, uniqueId: ['id'] }],
    syncs: [sync],
  }
}
