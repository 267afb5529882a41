/** Every SQL product for which conditions are compiled. What a new one has to declare is said in dialect.ts. */
import type { SqlDialect, SqlValue } from './dialect.ts'
import { duckdb } from './dialects/duckdb.ts'
import { postgres } from './dialects/postgres.ts'
import { snowflake } from './dialects/snowflake.ts'
import { sqlite } from './dialects/sqlite.ts'

export const dialects = { postgres, sqlite, duckdb, snowflake } satisfies Record<string, SqlDialect<SqlValue>>
