import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Access } from '../../connectors/types.ts'

/** Who was asked: tokens are good for this authorization server and this client only. */
export type Party = { issuer: string; authorize: string; token: string; clientId: string }

/** What a sign-in brought. Kept as one secret in the vault; never leaves the main thread as a whole. */
export type Tokens = Access & {
  /** Names the sign-in, through all renewals. */
  grant: string
  refresh?: string | undefined
  /** When the access token runs out, if the server said so. ISO-8601 in UTC. */
  expiresAt?: string | undefined
  party: Party
}

const shape: z.ZodType<Tokens> = z.object({
  grant: z.string(),
  token: z.string().min(1),
  refresh: z.string().min(1).optional(),
  expiresAt: z.iso.datetime().optional(),
  answer: z.record(z.string(), z.string()),
  party: z.object({ issuer: z.string(), authorize: z.string(), token: z.string(), clientId: z.string() }),
})

/** The tokens as one secret. */
export const sealable = (tokens: Tokens): string => JSON.stringify(tokens)

/** The tokens in a secret; nothing where it is something else. */
export function tokensIn(secret: string | undefined): Tokens | undefined {
  if (secret === undefined) return undefined
  try {
    return shape.safeParse(JSON.parse(secret)).data
  } catch {
    return undefined
  }
}

/** A name for a new sign-in. */
export const newGrant = (): string => randomUUID()

/** Whether tokens of one may be shown to the other. */
export function isSameParty(one: Party, other: Party): boolean {
  return one.issuer === other.issuer && one.token === other.token && one.clientId === other.clientId
}

/** What a connector may know of tokens. */
export const accessOf = ({ token, answer }: Tokens): Access => ({ token, answer })
