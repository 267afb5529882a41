import { ProblemError } from '../../problems.ts'
import { largestValue } from '../../rows.ts'
import { columnType, printed, snowflake } from '../../sql/dialects/snowflake.ts'
import { alias, oneSelect, type PlainQuery, quoteName, quotePath, tag } from '../../sql.ts'
import type { Column, Value } from '../../types.ts'
import { decodeValue } from '../../values.ts'
import type { Statement } from './sdk.ts'

/** A column with what is selected for it. */
export type SnowflakeColumn = Column & {
  /** Prints the value in the text form of RowReader; what is too large is cut a little behind the largest length. */
  sql: string
  /** Sorts, groups and compares as the engine does: integers by value, everything else by the bytes of its text. */
  key: string
  /** The condition under which it counts as empty. */
  empty: string
}

/** Answers the columns of a query; with `describeOnly` nothing is run and no warehouse starts. */
export function describeSql(query: PlainQuery): string {
  if (query.kind === 'table') return `${tag} SELECT * FROM ${quotePath(query.table)}`
  return `${tag}\n${oneSelect(query.sql, 'snowflake')}`
}

/** How many lines stand in front of the user's SQL, in `describeSql` and in `fromSql` at its first line. */
export const linesBefore = 1

/** @throws ProblemError (edit-sync) when two columns share a name */
export function columnsOf(statement: Statement): SnowflakeColumn[] {
  const columns = (statement.getColumns() ?? []).map((column) =>
    toColumn(column.getName(), columnType(column.getType(), column.getPrecision() ?? 38, column.getScale() ?? 0)),
  )
  const twice = columns.find(({ name }, index) => columns.findIndex((other) => other.name === name) !== index)
  if (!twice) return columns
  const message = `Two columns of the query are called "${twice.name}". Give one of them another name with AS.`
  throw new ProblemError({ remedy: 'edit-sync', message })
}

function toColumn(name: string, { type, sourceType }: Pick<Column, 'type' | 'sourceType'>): SnowflakeColumn {
  const at = `${alias}.${quoteName(name)}`
  const text = printed({ type, sourceType }, at)
  // Snowflake takes texts of 128 MB: they are not all fetched only to be left out.
  const sql = type === 'text' || type === 'json' || type === 'bytes' ? `left(${text}, ${largestValue + 1})` : text
  const { text: compared, empty } = snowflake.operand({ name, type, sourceType }, at)
  return { name, type, sourceType, sql, key: type === 'integer' ? at : compared, empty }
}

/** Snowflake prints 17 digits of a float; what is handed on is the shortest text of the same number. */
export function shortFloat(text: string): string {
  const value = Number(text)
  return Number.isFinite(value) ? String(value) : text
}

/** Through the same texts as `read`, so that a preview shows what a run would send. */
export function valuesOf(row: readonly (string | null)[], columns: readonly Column[]): Value[] {
  return columns.map(({ type }, index) => {
    const text = row[index] ?? null
    return text === null ? null : decodeValue(text, type)
  })
}

/** Without what only we need to know. */
export function publicColumn({ name, type, sourceType }: Column): Column {
  return { name, type, sourceType }
}
