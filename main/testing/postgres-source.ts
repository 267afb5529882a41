/** A PostgreSQL server as the source of a pipeline; for tests. */
import type { PostgresServer } from '../../connectors/testing/postgres.ts'
import type { AudienceDraft, SyncDraft } from '../../preload/api.ts'
import type { Pipeline } from './pipeline.ts'

/** The values of a connection to this server; `port` is that of a proxy before it. */
export function accessTo({ host, port, user, password, database }: PostgresServer, proxy?: number) {
  return {
    connector: 'postgres',
    values: { host, port: proxy ?? port, user, database, tls: 'disable' },
    secrets: { password },
  }
}

/** From now on the pipeline's sync reads this query of the server. Answers the audience. */
export async function readFrom(
  pipeline: Pipeline,
  server: PostgresServer,
  query: AudienceDraft['query'],
  more: { uniqueId?: string[]; proxy?: number; sync?: Partial<SyncDraft> } = {},
): Promise<string> {
  const { call } = pipeline.workspace
  const connection = await call('connections.save', { name: 'Server', ...accessTo(server, more.proxy) })
  const audience = await call('audiences.save', {
    name: 'From the server',
    connection: connection.id,
    query,
    uniqueId: more.uniqueId ?? ['id'],
  })
  await pipeline.edit({ audience: audience.id, ...more.sync })
  return audience.id
}
