/** Work that a product takes and does later: it answers with a job's id, and whoever wants the result has to ask for it. */
import { setTimeout as delay } from 'node:timers/promises'
import { ProblemError } from '../problems.ts'
import type { Context, JobNote, JobNotes, Value } from '../types.ts'
import type { Api } from './api.ts'

/** How the jobs of a product are looked after. `T`: what one ends with. */
export type Jobs<T> = {
  /** As in "the Salesforce import". */
  name: string
  /**
   * How far it is: `undefined` while it goes on, `'expired'` when the product does not know it any more. Asked again for as
   * long as it throws `retry` with a wait. Any other problem than `retry` and `reconnect` says that it ended without a result.
   * @param how as `start` noted it, perhaps before Outflow was closed
   */
  look(api: Api, id: string, how: Value): Promise<{ result: T } | 'expired' | undefined>
  /** Pause before the second look, in milliseconds; grows by half each time up to `longestPauseMs`. */
  pauseMs: number
  longestPauseMs: number
}

const FIRST_REST_MS = 1_000
const LONGEST_REST_MS = 60_000
/** Without one look that was answered, after which the engine decides. */
const LONGEST_WAIT_MS = 15 * 60_000
/** What `setTimeout` can hold: beyond it does not wait at all. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Notes that live no longer than the writer: for whoever hands in none. */
export function passingNotes(): JobNotes {
  const notes = new Map<string, JobNote>()
  return {
    begun: () => [...notes.values()],
    leftBehind: () => [],
    note: (job) => void notes.set(job.id, job),
    forget: (id) => void notes.delete(id),
  }
}

/**
 * Sees a job to its end. `undefined`: it expired before anybody saw its result, so nobody knows what became of its records.
 * Throws as `look`. It stays noted until its results are kept, unless it turned out to have none.
 */
export async function seeThrough<T>(
  jobs: Jobs<T>,
  { id, how }: Pick<JobNote, 'id' | 'how'>,
  notes: JobNotes,
  { api, context: { signal, log } }: { api: Api; context: Pick<Context, 'signal' | 'log'> },
): Promise<T | undefined> {
  let pause = jobs.pauseMs
  for (;;) {
    const seen = await lookPatiently(() => jobs.look(api, id, how), signal).catch((error: unknown) => {
      if (error instanceof ProblemError && hasEnded(error)) notes.forget(id)
      throw error
    })
    if (seen === 'expired') log(`${jobs.name}: job ${id} expired`)
    if (seen !== undefined) return seen === 'expired' ? undefined : seen.result
    await delay(pause, undefined, { signal })
    pause = Math.min(jobs.longestPauseMs, pause * 1.5)
  }
}

export const hasEnded = ({ problem: { remedy } }: ProblemError): boolean => remedy !== 'retry' && remedy !== 'reconnect'

/**
 * A look that is told to wait waits: the job goes on meanwhile, and there is no record to halve. Where it is not told how
 * long, it waits longer each time.
 */
async function lookPatiently<T>(look: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const since = performance.now()
  for (let rest = FIRST_REST_MS; ; rest = Math.min(LONGEST_REST_MS, rest * 2)) {
    try {
      return await look()
    } catch (error) {
      const wait = error instanceof ProblemError ? error.problem.retryAfterMs : undefined
      if (wait === undefined || signal.aborted || performance.now() - since > LONGEST_WAIT_MS) throw error
      await delay(Math.min(wait || rest, LONGEST_TIMER_MS), undefined, { signal })
    }
  }
}
