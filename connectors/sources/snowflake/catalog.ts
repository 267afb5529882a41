/**
 * What is in an account, by SHOW: it needs no warehouse, so looking around costs nothing
 * (docs.snowflake.com/en/sql-reference/sql/show). One answer holds at most 10,000 rows.
 */
import { quoteName, quotePath, tag } from '../../sql.ts'
import type { TableInfo, TablePage } from '../../types.ts'
import { nameOf, type SnowflakeValues } from './settings.ts'

/** Rows of a SHOW by the names of its columns. */
export type Show = (sql: string) => Promise<Record<string, string | null>[]>

const mostRows = 10_000

type Listed = TableInfo & { path: [string, string, string] }

/** Tables and views that the role may see; those of INFORMATION_SCHEMA are left out. */
export async function listTables(
  show: Show,
  values: SnowflakeValues,
  { search = '', after, limit }: { search?: string; after?: string; limit: number },
): Promise<TablePage> {
  const wanted = search.toLowerCase()
  const begin = pathAfter(after)
  const found = (await objectsIn(show, nameOf(values.database), nameOf(values.schema)))
    .filter(({ path }) => path[1] !== 'INFORMATION_SCHEMA' && path.join('.').toLowerCase().includes(wanted))
    .filter(({ path }) => begin === undefined || comparePaths(path, begin) > 0)
    .sort((a, b) => comparePaths(a.path, b.path))
  const tables = found.slice(0, limit)
  const last = tables.at(-1)
  return found.length > limit && last ? { tables, next: JSON.stringify(last.path) } : { tables }
}

async function objectsIn(show: Show, database: string | undefined, schema: string | undefined): Promise<Listed[]> {
  if (database !== undefined && schema !== undefined) return objectsOfSchema(show, [database, schema])
  const scope = database === undefined ? 'ACCOUNT' : `DATABASE ${quoteName(database)}`
  const rows = await show(`${tag} SHOW OBJECTS IN ${scope}`)
  const listed = toTables(rows).filter(({ path }) => schema === undefined || path[1] === schema)
  if (rows.length < mostRows) return listed
  // There may be more than an answer holds: schema by schema, page by page.
  const all: Listed[] = []
  for (const row of await show(`${tag} SHOW SCHEMAS IN ${scope}`)) {
    const path: [string, string] = [row.database_name ?? '', row.name ?? '']
    if (path[1] !== 'INFORMATION_SCHEMA' && (schema === undefined || path[1] === schema)) {
      all.push(...(await objectsOfSchema(show, path)))
    }
  }
  return all
}

/** Sorted by name, page by page: FROM begins behind the first name that begins like its text. */
async function objectsOfSchema(show: Show, path: [string, string]): Promise<Listed[]> {
  const listed: Listed[] = []
  for (let from = ''; ; ) {
    const rows = await show(`${tag} SHOW OBJECTS IN SCHEMA ${quotePath(path)} LIMIT ${mostRows}${from}`)
    const known = new Set(listed.map((table) => table.path[2]))
    const fresh = toTables(rows).filter((table) => !known.has(table.path[2]))
    listed.push(...fresh)
    const last = fresh.at(-1)
    if (rows.length < mostRows || !last) return listed
    from = ` FROM '${last.path[2].replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
  }
}

function toTables(rows: Record<string, string | null>[]): Listed[] {
  return rows.flatMap(({ database_name, schema_name, name, kind, rows: estimate }): Listed[] => {
    if (!database_name || !schema_name || !name) return []
    const isView = /VIEW/i.test(kind ?? '')
    const table: Listed = { path: [database_name, schema_name, name], kind: isView ? 'view' : 'table' }
    return [estimate && !isView ? { ...table, rowEstimate: Number(estimate) } : table]
  })
}

function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index] ?? ''
    if (part !== other) return part < other ? -1 : 1
  }
  return 0
}

/** `next` of the page before: a path as JSON. */
function pathAfter(after: string | undefined): string[] | undefined {
  if (after === undefined) return undefined
  const path: unknown = JSON.parse(after)
  return Array.isArray(path) ? path.map(String) : undefined
}
