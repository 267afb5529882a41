import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../../testing/postgres.ts'
import { testContext } from '../../testing/sources.ts'
import type { NumberCondition, SourceSession, VisualQuery } from '../../types.ts'
import { postgres } from './index.ts'

let server: PostgresServer
let session: SourceSession
beforeAll(async () => {
  server = await startPostgres()
  await server.query(`CREATE DOMAIN ratio AS real; CREATE DOMAIN share AS ratio; CREATE DOMAIN price AS money;
    CREATE TABLE t (id int PRIMARY KEY, plain real, share share, price price);
    INSERT INTO t VALUES (1, 0.1, 0.1, 12.5), (2, 2, 2, 3), (3, 5, 5, 7)`)
  session = await postgres.open({ how: 'url', url: server.url, tls: 'disable' }, testContext())
}, 60_000)
afterAll(async () => {
  await session.close()
  await server.stop()
})

test.each<[string, NumberCondition['is'], string, number[]]>([
  ['plain', 'equal', '0.1', [1]],
  ['share', 'equal', '0.1', [1]],
  ['share', 'at-most', '0.1', [1]],
  ['price', 'more', '5', [1, 3]],
  ['price', 'equal', '12.5', [1]],
])('a column of a domain is compared as the type that it is made of: %s %s %s', async (column, is, value, ids) => {
  const condition: NumberCondition = { kind: 'number', column, is, value }
  const query: VisualQuery = {
    kind: 'visual',
    table: ['public', 't'],
    columns: ['id'],
    where: { kind: 'group', match: 'all', conditions: [condition] },
  }
  expect((await session.preview(query, 5)).rows.flat()).toEqual(ids)
  const written = { kind: 'sql', sql: await session.showSql(query) } as const
  expect((await session.preview(written, 5)).rows.flat()).toEqual(ids)
})
