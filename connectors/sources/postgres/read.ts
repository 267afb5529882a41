import type pg from 'pg'
import { tag } from '../../sql.ts'
import type { ReadRequest, RowBatch } from '../../types.ts'
import { CopyOut } from './copy.ts'
import type { Looked } from './look.ts'
import { readProblem } from './problems.ts'

/** `COPY (SELECT …) TO STDOUT`: the columns in the given order, the rows ordered by the unique id. */
export function copySql({ uniqueId }: ReadRequest, { from, columns }: Looked): string {
  const key = columns.slice(0, uniqueId.length).map((column) => column.key)
  const select = `SELECT ${columns.map((column) => column.sql).join(', ')} FROM ${from}`
  // NULLs stay where the index has them: rows without an id belong to no order.
  return `${tag} COPY (${select}${key.length > 0 ? ` ORDER BY ${key.join(', ')}` : ''}) TO STDOUT`
}

/**
 * Runs the COPY on a connection of its own. `end` is called once, with whether all was read: if not, the server is to be
 * told to stop. Throws ProblemError, or the signal's reason.
 */
export async function* copyRows(
  client: pg.Client,
  request: ReadRequest,
  looked: Looked,
  signal: AbortSignal,
  end: (complete: boolean) => void,
): AsyncGenerator<RowBatch> {
  const statement = copySql(request, looked)
  const copy = new CopyOut(statement)
  const abort = () => copy.fail(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  let complete = false
  try {
    signal.throwIfAborted()
    client.query(copy)
    for await (const batch of copy.batches()) {
      yield batch
      signal.throwIfAborted()
    }
    complete = true
  } catch (error) {
    signal.throwIfAborted()
    throw readProblem(error, request.query, statement)
  } finally {
    signal.removeEventListener('abort', abort)
    end(complete)
  }
}
