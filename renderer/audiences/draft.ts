import type { Audience, AudienceDraft, Query, SortBy, VisualQuery } from '../../preload/api.ts'
import { type Columns, emptyGroup, faultyLines, type Group, groupFrom, groupOf } from './conditions/model.ts'

/** An audience on its way. What is pointed and clicked, and SQL, are both kept, so that trying the other one loses nothing. */
export type PartialAudience = {
  name: string
  connection: string
  kind: 'table' | 'sql'
  table: string[] | undefined
  where: Group
  /** Which columns are handed on; undefined: all. */
  columns: string[] | undefined
  sort: SortBy[]
  limit: number | undefined
  sql: string
  uniqueId: string[]
}

/** What is saved, or the beginning of a new audience of this source. */
export function draftOf(saved: Audience | undefined, source: string): PartialAudience {
  const { name = '', connection = source, query, uniqueId = [] } = saved ?? {}
  const visual = query?.kind === 'visual' ? query : undefined
  return {
    name,
    connection,
    kind: query?.kind === 'sql' ? 'sql' : 'table',
    table: query?.kind === 'sql' ? undefined : query?.table,
    where: visual ? groupFrom(visual.where) : emptyGroup(),
    columns: visual?.columns,
    sort: visual?.sort ?? [],
    limit: visual?.limit,
    sql: query?.kind === 'sql' ? query.sql : '',
    uniqueId,
  }
}

/**
 * The rows as the draft says them; undefined before a table is chosen or SQL is written. Lines that are wrong or not complete
 * are left out; `columns` are those of the table.
 */
export function queryOf(draft: PartialAudience, columns?: Columns): Query | undefined {
  const { kind, table, sql } = draft
  if (kind === 'sql') return sql.trim() ? { kind, sql } : undefined
  if (!table) return undefined
  const known = knownIn(columns)
  // What tells the rows apart is always handed on.
  const picked = draft.columns && [...new Set([...draft.uniqueId, ...draft.columns])].filter(known)
  const sort = draft.sort.filter(({ column }) => known(column))
  const visual: VisualQuery = {
    kind: 'visual',
    table,
    ...(picked && picked.length > 0 && { columns: picked }),
    where: groupOf(draft.where, columns),
    ...(sort.length > 0 && { sort }),
    ...(draft.limit !== undefined && { limit: draft.limit }),
  }
  const isWhole = !visual.columns && visual.where.conditions.length === 0 && !visual.sort && !visual.limit
  return isWhole ? { kind: 'table', table } : visual
}

/** What has to be mended in the conditions, columns, order or limit before the audience can be saved; undefined where nothing has. */
export function faultIn(draft: PartialAudience, columns?: Columns): string | undefined {
  if (draft.kind === 'sql') return undefined
  const lines = faultyLines(draft.where, columns).length
  if (lines > 0)
    return lines === 1 ? 'Complete or remove the marked condition.' : 'Complete or remove the marked conditions.'
  const known = knownIn(columns)
  const gone = [...(draft.columns ?? []), ...draft.sort.map(({ column }) => column)].find((name) => !known(name))
  if (gone !== undefined) return `The column “${gone}” is not in this table (any more): take it out below.`
  return undefined
}

/** The draft as it is saved, or undefined while something is missing. */
export function complete(draft: PartialAudience, columns?: Columns): AudienceDraft | undefined {
  const query = queryOf(draft, columns)
  if (!query || !draft.name.trim() || draft.uniqueId.length === 0 || faultIn(draft, columns)) return undefined
  return { name: draft.name, connection: draft.connection, query, uniqueId: draft.uniqueId }
}

const knownIn = (columns: Columns) => (name: string) => !columns || columns.some((column) => column.name === name)

const untouched = () => ({ where: emptyGroup(), columns: undefined, sort: [], limit: undefined })

/** Another source has other tables and columns. */
export const withConnection = (draft: PartialAudience, connection: string): PartialAudience =>
  connection === draft.connection ? draft : { ...draft, ...untouched(), connection, table: undefined, uniqueId: [] }

/** Another table has other columns; an audience without a name is called like its table. */
export const withTable = (draft: PartialAudience, table: string[]): PartialAudience =>
  draft.table?.join('\0') === table.join('\0')
    ? draft
    : { ...draft, ...untouched(), table, uniqueId: [], name: draft.name || (table.at(-1) ?? '') }

/** The first look at SQL starts from the table that was chosen. */
export function withKind(draft: PartialAudience, kind: PartialAudience['kind']): PartialAudience {
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
