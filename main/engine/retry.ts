import { setTimeout as delay } from 'node:timers/promises'
import { isAbort, toProblem } from '../../connectors/problems.ts'
import { backoff } from './send.ts'
import type { Stage } from './types.ts'

const TRIES = 5
/** Waiting as told, all in all, after which it is left. */
const LONGEST_WAIT_MS = 15 * 60_000

/**
 * Does work that may be repeated without harm (a read): waits as long as it is told, backs off from what got no answer.
 * Throws the last problem, or the signal's reason.
 */
export async function retrying<T>({ signal, progress }: Stage, work: () => Promise<T>): Promise<T> {
  let waitedMs = 0
  for (let attempt = 1; ; ) {
    try {
      return await work()
    } catch (error) {
      if (isAbort(error) || signal.aborted) throw error
      const { remedy, retryAfterMs, message } = toProblem(error)
      waitedMs += retryAfterMs ?? 0
      if (remedy !== 'retry' || attempt >= TRIES || waitedMs > LONGEST_WAIT_MS) throw error
      // Being told to wait is an answer, not a failed try.
      if (retryAfterMs === undefined) attempt++
      progress.waiting = message
      await delay(retryAfterMs ?? backoff(attempt, Math.random()), undefined, { signal })
      progress.waiting = undefined
    }
  }
}
