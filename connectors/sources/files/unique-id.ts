import type { DuckDBConnection } from '@duckdb/node-api'
import { duplicatesSql, emptyIdsSql, pick, uniqueIdTotalsSql } from '../../sql.ts'
import type { UniqueIdCheck, Value } from '../../types.ts'
import { decodeValue } from '../../values.ts'
import { valuesOf } from './batches.ts'
import type { Asked } from './look.ts'
import { withRow } from './row-text.ts'

/** Throws ProblemError (edit-sync) when a column is not there; what DuckDB throws. */
export async function checkUniqueId(
  connection: DuckDBConnection,
  { from, columns, may, bound }: Asked,
  uniqueId: string[],
): Promise<UniqueIdCheck> {
  const key = pick(columns, uniqueId)
  const keys = key.map(({ text, empty }) => ({ sql: text, empty }))
  const ask = async (sql: string) => (await connection.runAndReadAll(sql, bound)).getRows()
  const [totals = []] = await ask(uniqueIdTotalsSql(from, keys))
  const [rows = 0, empty = 0, duplicated = 0] = totals.map(Number)
  const duplicates = duplicated === 0 ? [] : await ask(duplicatesSql(from, keys))
  const shown = withRow(from, columns, may)
  const examples =
    empty === 0 ? [] : await valuesOf(connection, emptyIdsSql(shown.from, keys, [`${shown.row} AS r`]), columns, bound)
  return {
    rows,
    empty,
    duplicated,
    duplicates: duplicates.map((row) => ({
      id: key.map(({ type }, index): Value => {
        const text = row[index]
        return typeof text === 'string' ? decodeValue(text, type) : null
      }),
      rows: Number(row.at(-1)),
    })),
    examplesOfEmpty: examples.map((values) =>
      Object.fromEntries(columns.map(({ name }, index) => [name, values[index] ?? null])),
    ),
  }
}
