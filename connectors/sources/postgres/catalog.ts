import type pg from 'pg'
import { tag } from '../../sql.ts'
import type { TableInfo, TablePage } from '../../types.ts'

type Line = { schema: string; name: string; view: string; estimate: string | null }

/**
 * Tables, views, materialized views and foreign tables that this user may read; of a partitioned table the whole, not its
 * parts. The estimate is that of the last ANALYZE (postgresql.org/docs/current/catalog-pg-class.html).
 */
export async function listTables(
  client: pg.ClientBase,
  { search = '', after, limit }: { search?: string; after?: string; limit: number },
): Promise<TablePage> {
  const { rows } = await client.query<Line>(
    `${tag} SELECT n.nspname AS schema, c.relname AS name, c.relkind IN ('v', 'm') AS view,
       CASE WHEN c.relkind <> 'v' AND (c.reltuples > 0 OR c.reltuples = 0 AND c.relpages > 0) THEN c.reltuples::bigint END AS estimate
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
       AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
       AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')
       AND strpos(lower(n.nspname || '.' || c.relname), lower($1)) > 0
       AND ($2::text IS NULL OR (n.nspname, c.relname) > ($2, $3))
     ORDER BY n.nspname, c.relname LIMIT $4`,
    [search, ...pathAfter(after), limit + 1],
  )
  const tables = rows.slice(0, limit).map(toTable)
  const last = tables.at(-1)
  return rows.length > limit && last ? { tables, next: JSON.stringify(last.path) } : { tables }
}

function toTable({ schema, name, view, estimate }: Line): TableInfo {
  const table: TableInfo = { path: [schema, name], kind: view === 't' ? 'view' : 'table' }
  return estimate === null ? table : { ...table, rowEstimate: Number(estimate) }
}

/** `next` of the page before: a path as JSON. */
function pathAfter(after: string | undefined): [string | null, string | null] {
  if (after === undefined) return [null, null]
  const path: unknown = JSON.parse(after)
  return Array.isArray(path) ? [String(path[0]), String(path[1])] : [null, null]
}
