import type { z } from 'zod'
import { ProblemError } from '../../connectors/problems.ts'

/**
 * A row as it was read, checked before anyone trusts it. Throws a ProblemError that names the kind of thing and its id
 * when the row does not fit: someone else wrote into the file, or the disk did.
 */
export function checkedRow<T>(shape: z.ZodType<T>, row: unknown, what: string): T {
  const result = shape.safeParse(row)
  if (result.success) return result.data
  const id = typeof row === 'object' && row !== null && 'id' in row ? String(row.id) : 'unknown'
  const issue = result.error.issues[0]
  throw new ProblemError({
    remedy: 'report',
    message: `A saved ${what} cannot be read. Restore the data folder from a backup, or remove the ${what} and make it again.`,
    detail: `${what} ${id}: ${issue?.path.join('.')}: ${issue?.message}`,
  })
}

/** The value of a JSON column. What is not JSON stays undefined, for `checkedRow` to refuse. */
export function parsedJson(text: unknown): unknown {
  if (typeof text !== 'string') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Thrown when something is asked for by an id that is not there (any more). */
export function notThere(what: string): ProblemError {
  return new ProblemError({ remedy: 'retry', message: `This ${what} is no longer there. It may have been removed.` })
}
