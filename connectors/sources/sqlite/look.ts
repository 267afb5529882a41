import type Database from 'better-sqlite3'
import type { MemberCondition } from '../../conditions.ts'
import { compileVisual } from '../../sql/compile.ts'
import { boundValues, type SqlValue, type Values, writtenValues } from '../../sql/dialect.ts'
import { nameOf, sqlite } from '../../sql/dialects/sqlite.ts'
import { type Relation, subqueries } from '../../sql/members.ts'
import { alias, fromSql, quoteName, quotePath, tag } from '../../sql.ts'
import type { Column, Query, VisualQuery } from '../../types.ts'
import { columnSql, describe } from './columns.ts'

/** What a question is about: what stands behind FROM, called `q`, its columns, and the values that its places ask for by name. */
export type Looked = { from: string; columns: Column[]; bound: Bound }
export type Bound = Record<string, SqlValue>

/** @throws ProblemError (edit-sync) when a table or column is not there; SqliteError */
export function lookAt(database: Database.Database, query: Query): Looked {
  const values = boundValues(sqlite)
  const { from, columns } = relationOf(database, query, values)
  const bound = Object.fromEntries(values.values.map((value, index) => [nameOf(index + 1), value]))
  return { from, columns: [...columns], bound }
}

/** What is ordered by: bytes, whatever collation the column declares. */
export const binary = (columns: Column[]) => columns.map((column) => `${columnSql(column)} COLLATE BINARY`)

export const selectSql = ({ from }: Looked, expressions: string[]) =>
  `${tag} SELECT ${expressions.join(', ')} FROM ${from}`

function relationOf(database: Database.Database, query: Query, values: Values): Relation<Column> {
  const operand = (column: Column) => sqlite.operand(column, columnSql(column))
  if (query.kind !== 'visual') return { from: fromSql(query, 'sqlite'), columns: describe(database, query), operand }
  const { sql, columns } = compile(database, query, values, columnSql, `${quotePath(query.table)} AS ${alias}`)
  return { from: `(\n${sql}\n) AS ${alias}`, columns, operand }
}

/** The statement with its values in it and without our own names, for a person. */
export function showSql(database: Database.Database, query: VisualQuery): string {
  return compile(database, query, writtenValues(sqlite), ({ name }) => quoteName(name), quotePath(query.table)).sql
}

function compile(
  database: Database.Database,
  query: VisualQuery,
  values: Values,
  at: (column: Column) => string,
  from: string,
) {
  const columns = describe(database, { kind: 'table', table: query.table })
  const operand = (column: Column) => sqlite.operand(column, at(column))
  const relations = new Map<MemberCondition, Relation<Column>>(
    subqueries(query).map(({ condition, query: other }) => [condition, relationOf(database, other, values)]),
  )
  return compileVisual(query, { dialect: sqlite, table: { from, columns, operand }, at, values, relations })
}
