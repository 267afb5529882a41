import { columnConditions, type MemberCondition, type VisualQuery } from '../conditions.ts'
import { ProblemError } from '../problems.ts'
import { pick } from '../sql.ts'
import type { Column, Query, ValueType } from '../types.ts'
import type { Operand } from './dialect.ts'

/** What a member condition looks into: rows of the same source, or values that were read from another. */
export type Member =
  | { kind: 'query'; from: string; operand: Operand }
  | { kind: 'values'; texts: readonly string[]; numbers: boolean }

/** What stands behind FROM, called `q`, its columns, and how conditions read them. */
export type Relation<C extends Column> = { from: string; columns: readonly C[]; operand(column: C): Operand }

/** Types of columns that can be looked for in another place, and looked into. */
const types: readonly ValueType[] = ['text', 'integer', 'decimal']

/** The member conditions that are answered by the same source, with the query of each. */
export function subqueries({ where }: VisualQuery): { condition: MemberCondition; query: Query }[] {
  return columnConditions(where).flatMap((condition) =>
    condition.kind === 'member' && condition.rows?.kind === 'query' ? [{ condition, query: condition.rows.query }] : [],
  )
}

/** @throws ProblemError (edit-sync) when the column is not there, or not of a type that can be looked into */
export function memberOf<C extends Column>(
  { match, rows }: MemberCondition,
  relation: Relation<C> | undefined,
): Member {
  if (rows?.kind === 'values') {
    checkMatch(match, rows.type)
    return { kind: 'values', texts: rows.values, numbers: rows.type !== 'text' }
  }
  if (!relation) throw new TypeError('a query that looks into another was asked without its rows')
  const [column] = pick(relation.columns, [match]) as [C]
  checkMatch(match, column.type)
  return { kind: 'query', from: relation.from, operand: relation.operand(column) }
}

function checkMatch(match: string, type: ValueType): void {
  if (types.includes(type)) return
  throw new ProblemError({
    remedy: 'edit-sync',
    message: `A condition looks into the column “${match}”, which holds neither text nor whole or decimal numbers. Choose another column there.`,
  })
}
