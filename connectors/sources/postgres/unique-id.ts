import { duplicatesSql, emptyIdsSql, pick, uniqueIdTotalsSql } from '../../sql.ts'
import type { UniqueIdCheck } from '../../types.ts'
import { valuesOf } from './columns.ts'
import type { Looked, Send } from './look.ts'

/** Throws ProblemError (edit-sync) when a column is not there; DatabaseError. */
export async function checkUniqueId(send: Send, { from, columns }: Looked, uniqueId: string[]): Promise<UniqueIdCheck> {
  const key = pick(columns, uniqueId)
  const keys = key.map((column) => ({ sql: column.key, empty: column.empty }))
  const [totals = []] = await send(uniqueIdTotalsSql(from, keys))
  const [rows = 0, empty = 0, duplicated = 0] = totals.map(Number)
  const duplicates = duplicated === 0 ? [] : await send(duplicatesSql(from, keys))
  const examples =
    empty === 0
      ? []
      : await send(
          emptyIdsSql(
            from,
            keys,
            columns.map((column) => column.sql),
          ),
        )
  return {
    rows,
    empty,
    duplicated,
    duplicates: duplicates.map((row) => ({ id: valuesOf(row, key), rows: Number(row.at(-1)) })),
    examplesOfEmpty: examples.map((row) => {
      const values = valuesOf(row, columns)
      return Object.fromEntries(columns.map((column, index) => [column.name, values[index] ?? null]))
    }),
  }
}
