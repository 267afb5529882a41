import { z } from 'zod'

/** Names of columns, fields and objects come from other systems: long, odd, but not endless. */
export const identifierShape = z.string().min(1).max(1_000)
