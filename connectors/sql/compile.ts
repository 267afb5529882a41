/** What was pointed and clicked, as one SELECT. */
import type { MemberCondition, VisualQuery } from '../conditions.ts'
import { pick } from '../sql.ts'
import type { Column } from '../types.ts'
import { checkVisual } from './check.ts'
import type { Operand, SqlDialect, SqlValue, Values } from './dialect.ts'
import { type Member, memberOf, type Relation } from './members.ts'
import { groupLines } from './where.ts'

export type Compiling<C extends Column> = {
  dialect: SqlDialect<SqlValue>
  /** The table that the query is about. */
  table: Relation<C>
  /** A column of it in the SELECT: `q."name"`. */
  at(column: C): string
  values: Values
  /** What stands behind FROM for each of `subqueries`, made with the same `values`. */
  relations: ReadonlyMap<MemberCondition, Relation<C>>
}

/**
 * The statement, and the columns that it answers. It selects nothing but columns as they are, so that whoever reads them does
 * so as of the table itself.
 * @throws ProblemError (edit-sync) that names what does not fit the table (any more)
 */
export function compileVisual<C extends Column>(
  query: VisualQuery,
  parts: Compiling<C>,
): { sql: string; columns: C[] } {
  const { dialect, table, at, values, relations } = parts
  checkVisual(query, table.columns)
  const find = (name: string) => pick(table.columns, [name])[0] as C
  const operand = (name: string) => table.operand(find(name))
  const member = (condition: MemberCondition): Member => memberOf(condition, relations.get(condition))
  const columns = query.columns === undefined ? [...table.columns] : pick(table.columns, query.columns)
  const where = groupLines(query.where, { dialect, values, operand, member, today: query.at })
  const lines = [
    `SELECT ${columns.map(at).join(', ')}`,
    `FROM ${table.from}`,
    ...where.map((line, index) => (index === 0 ? `WHERE ${line}` : `  ${line}`)),
  ]
  const order = orderOf(query, table, columns, find)
  if (order.length > 0) lines.push(`ORDER BY ${order.join(', ')}`)
  if (query.limit !== undefined) lines.push(`LIMIT ${query.limit}`)
  return { sql: lines.join('\n'), columns }
}

/** Rows that are alike in what they are sorted by follow each other by the texts of what is handed on. */
function orderOf<C extends Column>(
  { sort = [], limit }: VisualQuery,
  { operand }: Relation<C>,
  columns: readonly C[],
  find: (name: string) => C,
): string[] {
  const sorted = sort.flatMap((by) => sortedBy(operand(find(by.column)), by.descending ? ' DESC' : ''))
  if (limit === undefined) return sorted
  return [...sorted, ...columns.map(operand).flatMap(({ text, empty }) => [emptyLast(empty), filled(text)])]
}

const emptyLast = (empty: string) => `CASE WHEN ${empty} THEN 1 ELSE 0 END`

/** NULL and '' are alike. */
const filled = (text: string) => `nullif(${text}, '')`

function sortedBy({ number, time, text, empty }: Operand, direction: string): string[] {
  const value = number?.sql ?? (time && time.as !== 'text' ? time.sql : undefined)
  if (value === undefined) return [emptyLast(empty), `${filled(text)}${direction}`]
  if (empty === `${value} IS NULL`) return [emptyLast(empty), `${value}${direction}`]
  // What is no number comes behind those that are, by its text.
  const isNone = `${value} IS NULL`
  return [
    emptyLast(empty),
    `CASE WHEN ${isNone} THEN 1 ELSE 0 END`,
    `${value}${direction}`,
    `CASE WHEN ${isNone} THEN ${filled(text)} END${direction}`,
  ]
}
