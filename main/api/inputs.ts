import { z } from 'zod'
import { ProblemError } from '../../connectors/problems.ts'
import { idShape } from '../store/shapes.ts'

/** Checks that many methods share. */
export const nothing: z.ZodType<Record<never, never>> = z.object({})
export const id = z.object({ id: idShape })
export const searchShape = z.string().max(1_000)
export const cursorShape = z.string().max(10_000)

/** A name without spaces around it. Throws a ProblemError when nothing is left. */
export function givenName(name: string, what: string): string {
  const trimmed = name.trim()
  if (trimmed) return trimmed
  throw new ProblemError({ remedy: 'edit-sync', message: `Give the ${what} a name.` })
}

/** "A, B and C" */
export function listed(names: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(names)
}
