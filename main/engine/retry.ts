import { isAbort, ProblemError, toProblem } from '../../connectors/problems.ts'
import { atLast, SendingStopped } from './send.ts'
import type { Stage } from './types.ts'
import { backoff, LONGEST_WAIT_MS, pausable, rest } from './wait.ts'

const TRIES = 5

/** Whose work it is, and where it is told why nothing moves. */
export type Retrying = Pick<Stage, 'signal' | 'pausing' | 'hold'> & { progress: Pick<Stage['progress'], 'waiting'> }

/**
 * Does work that may be repeated without harm (a read): waits as long as it is told, backs off from what got no answer.
 * Throws the last problem, SendingStopped when it was asked to pause meanwhile, or the signal's reason.
 */
export async function retrying<T>(stage: Retrying, work: () => Promise<T>): Promise<T> {
  const { signal, progress, pausing } = stage
  let failed = 0
  let rests = 0
  let since: number | undefined
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (isAbort(error) || signal.aborted) throw error
      const problem = toProblem(error)
      if (problem.remedy !== 'retry') throw error
      if (pausing.aborted) throw new SendingStopped(problem)
      let ms: number
      if (problem.retryAfterMs === undefined) {
        if (++failed >= TRIES) throw new ProblemError(atLast(problem), { cause: error })
        ms = backoff(failed, Math.random())
      } else {
        // Being asked to wait is an answer, not a failed try.
        ms = rest(problem.retryAfterMs, rests++, Math.random())
        since ??= performance.now()
        if (performance.now() + ms - since > LONGEST_WAIT_MS) throw error
        stage.hold(ms)
      }
      progress.waiting = problem.message
      await pausable(ms, stage).finally(() => {
        progress.waiting = undefined
      })
      if (pausing.aborted) throw new SendingStopped(problem)
    }
  }
}
