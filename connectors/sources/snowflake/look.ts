import type { MemberCondition } from '../../conditions.ts'
import { compileVisual } from '../../sql/compile.ts'
import { boundValues, type Values, writtenValues } from '../../sql/dialect.ts'
import { snowflake } from '../../sql/dialects/snowflake.ts'
import { type Relation, subqueries } from '../../sql/members.ts'
import type { PlainQuery } from '../../sql.ts'
import { alias, fromSql, quoteName, quotePath } from '../../sql.ts'
import type { Query, VisualQuery } from '../../types.ts'
import type { SnowflakeColumn } from './columns.ts'

/** What a question is about: what stands behind FROM, called `q`, its columns, and the values to bind. */
export type Looked = { from: string; columns: SnowflakeColumn[]; binds: string[] }

/** Answers the columns of a table or of SQL. */
export type Describe = (query: PlainQuery) => Promise<SnowflakeColumn[]>

const inQuestion = ({ name }: SnowflakeColumn) => `${alias}.${quoteName(name)}`
export const operandOf = (column: SnowflakeColumn) => snowflake.operand(column, inQuestion(column))

/** @throws ProblemError (edit-sync) when a table or column is not there; what `describe` throws */
export async function lookAt(describe: Describe, query: Query): Promise<Looked> {
  const values = boundValues(snowflake)
  const { from, columns } = await relationOf(describe, query, values)
  return { from, columns: [...columns], binds: values.values.map(String) }
}

async function relationOf(describe: Describe, query: Query, values: Values): Promise<Relation<SnowflakeColumn>> {
  if (query.kind !== 'visual') {
    return { from: fromSql(query, 'snowflake'), columns: await describe(query), operand: operandOf }
  }
  const { sql, columns } = await compile(describe, query, values, inQuestion, `${quotePath(query.table)} AS ${alias}`)
  return { from: `(\n${sql}\n) AS ${alias}`, columns, operand: operandOf }
}

/** The statement with its values in it and without our own names, for a person. */
export async function showSql(describe: Describe, query: VisualQuery): Promise<string> {
  const at = ({ name }: SnowflakeColumn) => quoteName(name)
  return (await compile(describe, query, writtenValues(snowflake), at, quotePath(query.table))).sql
}

async function compile(
  describe: Describe,
  query: VisualQuery,
  values: Values,
  at: (column: SnowflakeColumn) => string,
  from: string,
) {
  const columns = await describe({ kind: 'table', table: query.table })
  const operand = (column: SnowflakeColumn) => snowflake.operand(column, at(column))
  const relations = new Map<MemberCondition, Relation<SnowflakeColumn>>()
  for (const { condition, query: other } of subqueries(query)) {
    relations.set(condition, await relationOf(describe, other, values))
  }
  return compileVisual(query, { dialect: snowflake, table: { from, columns, operand }, at, values, relations })
}
