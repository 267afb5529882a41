import { ProblemError, toProblem } from '../../connectors/problems.ts'
import type { Access } from '../../connectors/types.ts'
import { createLocks } from './locks.ts'
import { type Asking, renewTokens } from './provider.ts'
import { accessOf, isSameParty, type Party, type Tokens } from './tokens.ts'

/** Where the tokens of one connection or one unsaved form are. */
export type Place = {
  /** Users of the same key wait for each other. */
  key: string
  read(): Promise<Tokens | undefined>
  /** Resolves once they are safe. False when the place holds another sign-in by now, which is then left alone. */
  save(tokens: Tokens): Promise<boolean>
  /** The sign-in is over: only a person can start another. */
  onRefused(): void
}

/** Renewed this long before the server's own end, so that a request under way does not meet it. */
const EARLY_MS = 60_000

export type GiveAccess = (place: Place, party: Party, asking: Asking, refused: Access | undefined) => Promise<Access>

/**
 * Gives out access tokens and renews those that ran out or were refused, once for all who ask. New tokens are saved before
 * anyone gets them: a server may have made the old ones worthless already.
 */
export function createRenewal(): GiveAccess {
  const locked = createLocks()
  /** Renewed, but the disk did not take them yet. */
  const unsaved = new Map<string, Tokens>()
  /** Sign-ins that the server has ended, with its words: it is not asked again. */
  const over = new Map<string, ProblemError>()

  async function safe(place: Place, tokens: Tokens): Promise<Tokens | undefined> {
    unsaved.set(place.key, tokens)
    const kept = await place.save(tokens)
    unsaved.delete(place.key)
    return kept ? tokens : place.read()
  }

  async function renewed(place: Place, tokens: Tokens, asking: Asking): Promise<Tokens | undefined> {
    const { refresh } = tokens
    if (refresh === undefined) throw ended(asking.product)
    return safe(place, await renewTokens({ ...tokens, refresh }, asking))
  }

  async function current(place: Place): Promise<Tokens | undefined> {
    const late = unsaved.get(place.key)
    return late ? safe(place, late) : place.read()
  }

  return (place, party, asking, refused) =>
    locked(place.key, async () => {
      const tokens = await current(place)
      if (!tokens) throw missing(asking.product)
      if (!isSameParty(tokens.party, party)) throw changed(asking.product)
      const known = over.get(tokens.grant)
      if (known) throw known
      const leftMs = tokens.expiresAt === undefined ? Infinity : Date.parse(tokens.expiresAt) - asking.now().getTime()
      // What was refused may have been renewed for someone else meanwhile.
      if (tokens.token !== refused?.token && leftMs > EARLY_MS) return accessOf(tokens)
      try {
        const next = await renewed(place, tokens, asking)
        if (!next) throw missing(asking.product)
        return accessOf(next)
      } catch (error) {
        const { remedy } = toProblem(error)
        // It is good for a moment yet: whoever cannot be asked now is asked again soon.
        if (remedy === 'retry' && tokens.token !== refused?.token && leftMs > 0) return accessOf(tokens)
        if (remedy === 'reconnect' && error instanceof ProblemError) {
          over.set(tokens.grant, error)
          place.onRefused()
        }
        throw error
      }
    })
}

const ended = (product: string) =>
  new ProblemError({
    remedy: 'reconnect',
    message: `The sign-in to ${product} has run out, and ${product} does not let Outflow renew it. Sign in again in the connection.`,
  })

const missing = (product: string) =>
  new ProblemError({
    remedy: 'reconnect',
    message: `You are not signed in to ${product}. Open the connection and sign in.`,
  })

const changed = (product: string) =>
  new ProblemError({
    remedy: 'reconnect',
    message: `The settings have changed since you signed in to ${product}. Sign in again in the connection.`,
  })
