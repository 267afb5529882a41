import type Database from 'better-sqlite3'
import { columnConditions } from '../../conditions.ts'
import { alias, quotePath, tag } from '../../sql.ts'
import type { Column, Query } from '../../types.ts'
import { columnSql, findTable } from './columns.ts'

/** Whether these columns are unique, never NULL and in an index that has their byte order: what keyset pages stand on. */
export function isUnique(database: Database.Database, query: Query, key: Column[]): boolean {
  if (query.kind === 'sql' || !canBePaged(query) || findTable(database, query.table) === 'view') return false
  const [table] = query.table
  const names = key.map((column) => column.name)
  const all = database
    .prepare<[string | undefined], TableColumn>(
      `${tag} SELECT name, type, "notnull" AS filled, pk FROM pragma_table_info(?)`,
    )
    .all(table)
  const indexes = database
    .prepare<[string | undefined], IndexColumn>(
      `${tag} SELECT i.name AS "index", i.origin, c.name, c.coll, c."desc" FROM pragma_index_list(?) AS i, pragma_index_xinfo(i.name) AS c
       WHERE i."unique" = 1 AND i.partial = 0 AND c.key = 1 ORDER BY i.seq, c.seqno`,
    )
    .all(table)
  const primary = all.filter((column) => column.pk > 0)
  const isRowid =
    primary.length === 1 &&
    primary[0]?.type.toUpperCase() === 'INTEGER' &&
    !indexes.some(({ origin }) => origin === 'pk')
  if (isRowid && names.length === 1 && names[0] === primary[0]?.name) return true
  const parts = Map.groupBy(indexes, ({ index }) => index)
  const covers = (index: IndexColumn[]) =>
    index.length === names.length &&
    index.every((part, place) => part.name === names[place] && part.coll === 'BINARY' && part.desc === 0)
  if (!parts.values().some(covers)) return false
  const nullable = key.filter(({ name }) => all.some((column) => column.name === name && column.filled === 0))
  if (nullable.length === 0) return true
  const isNull = nullable.map((column) => `${columnSql(column)} IS NULL`).join(' OR ')
  return (
    database.prepare(`${tag} SELECT 1 FROM ${quotePath(query.table)} AS ${alias} WHERE ${isNull} LIMIT 1`).get() ===
    undefined
  )
}

/** Lists, and what is looked into, would be gathered anew for each page; a limit counts from the first row on. */
function canBePaged(query: Exclude<Query, { kind: 'sql' }>): boolean {
  if (query.kind === 'table') return true
  const isSimple = ({ kind }: { kind: string }) => kind !== 'list' && kind !== 'member'
  return query.limit === undefined && query.sort === undefined && columnConditions(query.where).every(isSimple)
}

type TableColumn = { name: string; type: string; filled: number; pk: number }
type IndexColumn = { index: string; origin: string; name: string | null; coll: string; desc: number }
