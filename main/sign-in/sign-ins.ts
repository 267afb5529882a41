import { randomUUID, timingSafeEqual } from 'node:crypto'
import { type Problem, ProblemError, toProblem } from '../../connectors/problems.ts'
import type { SignIn } from '../../connectors/types.ts'
import type { SignInState } from '../../preload/api.ts'
import { type Loopback, openLoopback } from './loopback.ts'
import { foreign, notSignedIn, type Page, signedIn } from './page.ts'
import { type Asking, type Attempt, beginAttempt, exchangeAnswer } from './provider.ts'
import type { Party, Tokens } from './tokens.ts'

/** How long the browser's answer is waited for, in milliseconds. */
export const SIGN_IN_LIMIT_MS = 10 * 60_000
/** How many sign-ins that are over are remembered. */
const REMEMBERED = 20

export type SignInsContext = {
  /** Opens an address in the person's browser; absent where only the screens can. */
  openOutside?: ((address: string) => Promise<void>) | undefined
  changed: (state: SignInState) => void
  /** Calls back after so many milliseconds; answers a function that stops that. */
  setTimer: (callback: () => void, afterMs: number) => () => void
  log: (line: string) => void
}

/** What is asked of whom. `asking` is used until the sign-in is over. */
export type NewSignIn = Pick<SignIn, 'scopes' | 'redirect'> & { party: Party; asking: Asking }

/** `answered`: the code is being exchanged; a second page with it (a reload) is not. */
type Kept = { state: SignInState; answered: boolean; tokens?: Tokens; stop: () => void }

/** Sign-ins from the click to the tokens. One waits at a time: the newest, because it has the port and the person's eye. */
export function createSignIns({ openOutside, changed, setTimer, log }: SignInsContext) {
  const known = new Map<string, Kept>()

  function find(id: string): Kept {
    const kept = known.get(id)
    if (kept) return kept
    throw new ProblemError({ remedy: 'reconnect', message: 'This sign-in is not known any more. Sign in again.' })
  }

  function settle(kept: Kept, status: SignInState['status'], problem?: Problem): void {
    if (kept.state.status !== 'waiting') return
    const { id } = kept.state
    kept.state = { id, status, ...(problem && { problem }) }
    // The page that brought the answer is still being sent; nothing new is taken.
    kept.stop()
    if (problem) log(`sign-in ${status}: ${problem.message} ${problem.detail ?? ''}`)
    changed(kept.state)
  }

  /** What came back to the loopback address; a page of someone else changes nothing. */
  async function take(kept: Kept, attempt: Attempt, asking: Asking, query: URLSearchParams): Promise<Page> {
    if (!isSame(query.get('state') ?? '', attempt.state)) return foreign
    if (kept.state.status !== 'waiting' || kept.answered) return foreign
    kept.answered = true
    try {
      const tokens = await exchangeAnswer(attempt, query, asking)
      if (kept.state.status !== 'waiting') return notSignedIn('The sign-in was canceled in Outflow.')
      kept.tokens = tokens
      settle(kept, 'done')
      return signedIn(asking.product)
    } catch (error) {
      const problem = toProblem(error)
      settle(kept, 'failed', problem)
      return notSignedIn(problem.message)
    }
  }

  function remember(kept: Kept): void {
    known.set(kept.state.id, kept)
    const [oldest] = known.keys()
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest)
  }

  return {
    /** Opens the product's page and waits for its answer in the background. Throws ProblemError when that cannot begin. */
    async start({ party, scopes, redirect, asking }: NewSignIn): Promise<SignInState> {
      for (const kept of known.values()) settle(kept, 'canceled')
      const kept: Kept = { state: { id: randomUUID(), status: 'waiting' }, answered: false, stop: () => undefined }
      let attempt: Attempt | undefined
      const loopback: Loopback = await openLoopback(redirect, async (query) =>
        attempt ? take(kept, attempt, asking, query) : foreign,
      )
      const stopTimer = setTimer(() => settle(kept, 'failed', tooLate(asking.product)), SIGN_IN_LIMIT_MS)
      kept.stop = () => {
        stopTimer()
        loopback.close()
      }
      try {
        const begun = await beginAttempt(party, loopback.redirect, scopes)
        attempt = begun.attempt
        remember(kept)
        if (openOutside) await openOutside(begun.address)
        else kept.state = { ...kept.state, url: begun.address }
      } catch (error) {
        known.delete(kept.state.id)
        kept.stop()
        throw error
      }
      return kept.state
    },

    /** Throws `reconnect` when there is none with this id (any more). */
    get: (id: string): SignInState => find(id).state,

    /** Gives up a sign-in that waits. Throws as `get` does. */
    cancel(id: string): SignInState {
      const kept = find(id)
      settle(kept, 'canceled')
      return kept.state
    },

    /** The tokens that a sign-in brought. Throws `reconnect` when there are none. */
    tokens(id: string): Tokens {
      const { tokens } = find(id)
      if (tokens) return tokens
      throw new ProblemError({ remedy: 'reconnect', message: 'This sign-in is not done. Sign in first.' })
    },

    /** Notes renewed tokens of a sign-in that is not saved yet. */
    renewed(id: string, tokens: Tokens): void {
      find(id).tokens = tokens
    },

    /** Its tokens are kept elsewhere now. */
    forget: (id: string): void => void known.delete(id),

    /** Stops waiting. */
    close(): void {
      for (const kept of known.values()) settle(kept, 'canceled')
    },
  }
}

export type SignIns = ReturnType<typeof createSignIns>

const isSame = (given: string, expected: string): boolean => {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}

const tooLate = (product: string): Problem => ({
  remedy: 'retry',
  message: `Nothing came back from ${product} within ${SIGN_IN_LIMIT_MS / 60_000} minutes. Sign in again, and leave the browser open until it says that you are signed in.`,
})
