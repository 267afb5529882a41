import type pg from 'pg'
import type { MemberCondition } from '../../conditions.ts'
import { compileVisual } from '../../sql/compile.ts'
import { boundValues, type SqlValue, type Values, writtenValues } from '../../sql/dialect.ts'
import { postgres, settingOf } from '../../sql/dialects/postgres.ts'
import { type Relation, subqueries } from '../../sql/members.ts'
import { alias, fromSql, quoteName, quotePath, tag } from '../../sql.ts'
import type { Query, VisualQuery } from '../../types.ts'
import { describe, type PostgresColumn } from './columns.ts'

/** What a question is about: what stands behind FROM, called `q`, and its columns. */
export type Looked = { from: string; columns: PostgresColumn[] }

/** Sends a SELECT and answers its rows, each an array of texts. */
export type Send = (sql: string) => Promise<(string | null)[][]>

const inQuestion = ({ name }: PostgresColumn) => `${alias}.${quoteName(name)}`
export const operandOf = (column: PostgresColumn) => operandAt(column, inQuestion(column))
/** A domain is compared as the type that it is made of. */
const operandAt = (column: PostgresColumn, at: string) => postgres.operand({ ...column, sourceType: column.base }, at)

/**
 * Inside a transaction: the values of conditions become settings of it (see dialects/postgres.ts), for as long as it lasts.
 * @throws ProblemError (edit-sync) when a table or column is not there; DatabaseError
 */
export async function lookAt(client: pg.ClientBase, query: Query): Promise<Looked> {
  const values = boundValues(postgres)
  const { from, columns } = await relationOf(client, query, values)
  if (values.values.length > 0) await bind(client, values.values)
  return { from, columns: [...columns] }
}

async function bind(client: pg.ClientBase, values: readonly SqlValue[]): Promise<void> {
  // Counted, because what a list holds is of no use as an answer.
  await client.query(
    `${tag} SELECT count(set_config('${settingOf('')}' || n, v, true)) FROM unnest($1::text[]) WITH ORDINALITY AS t(v, n)`,
    [values],
  )
}

async function relationOf(client: pg.ClientBase, query: Query, values: Values): Promise<Relation<PostgresColumn>> {
  if (query.kind !== 'visual') {
    return { from: fromSql(query, 'postgres'), columns: await describe(client, query), operand: operandOf }
  }
  const { sql, columns } = await compile(client, query, values, inQuestion, `${quotePath(query.table)} AS ${alias}`)
  return { from: `(\n${sql}\n) AS ${alias}`, columns, operand: operandOf }
}

/** The statement with its values in it and without our own names, for a person. */
export async function showSql(client: pg.ClientBase, query: VisualQuery): Promise<string> {
  const at = ({ name }: PostgresColumn) => quoteName(name)
  return (await compile(client, query, writtenValues(postgres), at, quotePath(query.table))).sql
}

async function compile(
  client: pg.ClientBase,
  query: VisualQuery,
  values: Values,
  at: (column: PostgresColumn) => string,
  from: string,
) {
  const columns = await describe(client, { kind: 'table', table: query.table })
  const operand = (column: PostgresColumn) => operandAt(column, at(column))
  const relations = new Map<MemberCondition, Relation<PostgresColumn>>()
  for (const { condition, query: other } of subqueries(query)) {
    relations.set(condition, await relationOf(client, other, values))
  }
  return compileVisual(query, { dialect: postgres, table: { from, columns, operand }, at, values, relations })
}
