import type { Audience, AudienceDraft, Query } from '../../preload/api.ts'

/** An audience on its way. A table and SQL are both kept, so that trying the other one loses nothing. */
export type PartialAudience = {
  name: string
  connection: string
  kind: Query['kind']
  table: string[] | undefined
  sql: string
  uniqueId: string[]
}

/** What is saved, or the beginning of a new audience of this source. */
export function draftOf(saved: Audience | undefined, source: string): PartialAudience {
  const { name = '', connection = source, query, uniqueId = [] } = saved ?? {}
  return {
    name,
    connection,
    kind: query?.kind ?? 'table',
    table: query?.kind === 'table' ? query.table : undefined,
    sql: query?.kind === 'sql' ? query.sql : '',
    uniqueId,
  }
}

/** The rows as the draft says them; undefined before a table is chosen or SQL is written. */
export function queryOf({ kind, table, sql }: PartialAudience): Query | undefined {
  if (kind === 'sql') return sql.trim() ? { kind, sql } : undefined
  return table && { kind, table }
}

/** The draft as it is saved, or undefined while something is missing. */
export function complete(draft: PartialAudience): AudienceDraft | undefined {
  const query = queryOf(draft)
  if (!query || !draft.name.trim() || draft.uniqueId.length === 0) return undefined
  return { name: draft.name, connection: draft.connection, query, uniqueId: draft.uniqueId }
}

/** Another source has other tables and columns. */
export const withConnection = (draft: PartialAudience, connection: string): PartialAudience =>
  connection === draft.connection ? draft : { ...draft, connection, table: undefined, uniqueId: [] }

/** Another table has other columns; an audience without a name is called like its table. */
export const withTable = (draft: PartialAudience, table: string[]): PartialAudience => ({
  ...draft,
  table,
  uniqueId: draft.table?.join('\0') === table.join('\0') ? draft.uniqueId : [],
  name: draft.name || (table.at(-1) ?? ''),
})

/** The first look at SQL starts from the table that was chosen. */
export function withKind(draft: PartialAudience, kind: Query['kind']): PartialAudience {
  const first = kind === 'sql' && !draft.sql && draft.table
  return { ...draft, kind, ...(first && { sql: `SELECT *\nFROM ${pathInSql(first)}` }) }
}

/** The SQL with a table put at its end; a beginning where there is none. */
export function withTableInSql(sql: string, path: string[]): string {
  return sql.trim() ? `${sql.trimEnd()} ${pathInSql(path)}` : `SELECT *\nFROM ${pathInSql(path)}`
}

const pathInSql = (path: string[]) => path.map(quoted).join('.')

/** A name as SQL has it: plain where that is safe. */
const quoted = (name: string) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`)
