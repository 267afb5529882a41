/** The rows of a table or SELECT in the order of the unique id. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { tag } from '../../sql.ts'
import type { FileColumn } from './columns.ts'
import { type May, withRow } from './row-text.ts'
import { sampleRows } from './text-types.ts'

export type Reading = {
  from: string
  may: May
  /**
   * How far the order of the file is looked at before it is relied on: `some`: its first rows; `all` of it, which also
   * finds what is broken in it before the first row is handed on; `no`: a SELECT has none.
   */
  trust: 'some' | 'all' | 'no'
}

/**
 * The statement that answers one text per row. Many files are in the order of their id already: then nothing is sorted, and
 * rows come as they stand in the file. Should the order break far down, the engine sees it and asks again (see `delivered`).
 */
export async function selectRows(
  connection: DuckDBConnection,
  { from, may, trust }: Reading,
  key: readonly FileColumn[],
  columns: readonly FileColumn[],
): Promise<string> {
  const rows = withRow(from, columns, may)
  const looked = trust === 'some' ? `(SELECT * FROM ${from} LIMIT ${sampleRows}) AS q` : from
  const { sorted, whole } = trust === 'no' ? { sorted: false, whole: false } : await lookAtKey(connection, looked, key)
  if (sorted) return `${tag} SELECT ${rows.row} AS r FROM ${rows.from}`
  // That all integers are integers is only known when all rows were looked at.
  const order = key.flatMap((column) =>
    column.loose && !(whole && trust === 'all') ? looseOrder(column) : [column.key],
  )
  const keys = order.map((expression, index) => `${expression} AS k${index}`)
  const names = order.map((_, index) => `k${index} NULLS LAST`)
  return `${tag} SELECT r FROM (SELECT ${keys}, ${rows.row} AS r FROM ${rows.from}) ORDER BY ${names.join(', ')}`
}

/** `sorted`: the rows are in the order of the key. `whole`: what is said to be an integer is one in every row. */
async function lookAtKey(
  connection: DuckDBConnection,
  from: string,
  key: readonly FileColumn[],
): Promise<{ sorted: boolean; whole: boolean }> {
  const keys = key.map((column, index) => `${column.key} AS k${index}`)
  const loose = key.filter((column) => column.loose)
  const wholes = loose.map((column) => `(${column.key})::VARCHAR IS NOT DISTINCT FROM ${column.text}`)
  const inner = `SELECT ${keys}, ${wholes.length > 0 ? wholes.join(' AND ') : 'true'} AS whole FROM ${from}`
  const flags = `SELECT whole, ${before(key.length)} AS before FROM (${inner})`
  const sql =
    loose.length > 0
      ? `SELECT coalesce(bool_and(whole), true), coalesce(bool_or(before), false) FROM (${flags})`
      : // The first row that is out of order ends it.
        `SELECT true, count(*) > 0 FROM (SELECT 1 FROM (${flags}) WHERE before LIMIT 1)`
  const result = await connection.runAndReadAll(`${tag} ${sql}`)
  const [whole, broken] = result.getRows()[0] as [boolean, boolean]
  return { whole, sorted: whole && !broken }
}

/** Whether a row comes before the one above it, or its order is not known because a part of its id is empty. */
function before(parts: number): string {
  const less = Array.from({ length: parts }, (_, part) => {
    const same = Array.from({ length: part }, (_, index) => `k${index} = lag(k${index}) OVER () AND `).join('')
    return `(${same}k${part} < lag(k${part}) OVER ())`
  })
  const empty = Array.from({ length: parts }, (_, part) => `k${part} IS NULL`)
  return [...empty, ...less].join(' OR ')
}

/** Numbers by value, then whatever else there is by its bytes. A cast alone would take ` 1` and `1.0` for numbers. */
const looseOrder = ({ text, key }: FileColumn) => [
  `CASE WHEN ${key}::VARCHAR = ${text} THEN ${key} WHEN regexp_full_match(${text}, '-?[0-9]+') THEN TRY_CAST(${text} AS HUGEINT) END`,
  text,
]
