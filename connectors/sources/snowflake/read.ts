import { ProblemError } from '../../problems.ts'
import { RowBuilder, rowTexts } from '../../rows.ts'
import { tag } from '../../sql.ts'
import type { Column, ReadRequest, RowBatch } from '../../types.ts'
import { type SnowflakeColumn, shortFloat } from './columns.ts'
import { rowsOf, type Texts } from './execute.ts'
import type { Statement } from './sdk.ts'

/** The columns in the given order, the rows ordered by the unique id. */
export function readSql({ uniqueId }: ReadRequest, from: string, columns: readonly SnowflakeColumn[]): string {
  const key = columns.slice(0, uniqueId.length).map((column) => column.key)
  const select = `${tag} SELECT ${columns.map((column) => column.sql).join(', ')} FROM ${from}`
  return key.length > 0 ? `${select} ORDER BY ${key.join(', ')}` : select
}

/**
 * The rows of a result. Snowflake keeps it as it was when the statement ran, so this is one moment however long it takes.
 * Throws what the driver throws, ProblemError (retry) when rows are missing, or the signal's reason.
 */
export async function* batchesOf(
  statement: Statement,
  columns: readonly Column[],
  signal: AbortSignal,
): AsyncGenerator<RowBatch> {
  const floats = columns.flatMap(({ type }, index) => (type === 'float' ? [index] : []))
  const builder = new RowBuilder()
  let rows = 0
  for await (const row of rowsOf(statement, signal)) {
    for (const index of floats) {
      const text = row[index]
      if (typeof text === 'string') row[index] = shortFloat(text)
    }
    builder.append(row)
    rows++
    if (!builder.full) continue
    yield builder.take()
    signal.throwIfAborted()
  }
  if (builder.length > 0) yield builder.take()
  signal.throwIfAborted()
  const announced = statement.getNumRows()
  if (announced === rows) return
  const detail = `${rows} rows came, ${announced} were announced`
  throw new ProblemError({ remedy: 'retry', message: 'Snowflake did not send all rows. Try again.', detail })
}

/** All rows as texts, through batches as well: what a screen shows is what a run reads, and a huge cell is left out in both. */
export async function textsOf(statement: Statement, columns: readonly Column[], signal: AbortSignal): Promise<Texts[]> {
  const texts: Texts[] = []
  for await (const { data, ends, length } of batchesOf(statement, columns, signal)) {
    for (let row = 0; row < length; row++) {
      texts.push(rowTexts(data, row === 0 ? 0 : (ends[row - 1] as number), ends[row] as number))
    }
  }
  return texts
}
