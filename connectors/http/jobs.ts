/** Work that a product takes and does later: it answers with a job's id, and whoever wants the result has to ask for it. */
import { setTimeout as delay } from 'node:timers/promises'
import { ProblemError } from '../problems.ts'
import type { Context, Write } from '../types.ts'

export type Job<T> = {
  /** As in "the Salesforce import". */
  name: string
  /**
   * Begins it. `note` is told the id as soon as it is known, before anything else is asked about it, so that a repeated try
   * looks after this job and does not begin another. Throws ProblemError.
   */
  start(note: (id: string) => void): Promise<string>
  /**
   * How far it is: `undefined` while it goes on, `'expired'` when the product does not know it any more. Asked again for as
   * long as it throws `retry` with a wait.
   */
  look(id: string): Promise<{ result: T } | 'expired' | undefined>
  /** Pause before the second look, in milliseconds; grows by half each time up to `longestPauseMs`. */
  pauseMs: number
  longestPauseMs: number
}

/** Ids of the jobs that were begun and not seen to their end, by the records they are about. One per writer. */
export type JobNotes = Map<string, string>

/** The same for the same records in the same order. */
export function jobKey(batch: readonly Pick<Write, 'idempotencyKey'>[]): string {
  return JSON.stringify(batch.map(({ idempotencyKey }) => idempotencyKey))
}

/**
 * Sees a job to its end: goes on with the one that is noted under this key, or begins one. `undefined`: it expired before
 * anybody saw its result, so nobody knows what became of its records. Throws as `start` and `look`; the id stays noted then.
 */
export async function runJob<T>(
  job: Job<T>,
  key: string,
  notes: JobNotes,
  { signal, log }: Pick<Context, 'signal' | 'log'>,
): Promise<T | undefined> {
  const note = (id: string): void => {
    if (notes.get(key) === id) return
    notes.set(key, id)
    log(`${job.name}: job ${id}`)
  }
  const id = notes.get(key) ?? (await job.start(note))
  note(id)
  let pause = job.pauseMs
  for (;;) {
    const seen = await lookPatiently(job, id, signal)
    if (seen !== undefined) {
      notes.delete(key)
      if (seen === 'expired') log(`${job.name}: job ${id} expired`)
      return seen === 'expired' ? undefined : seen.result
    }
    await delay(pause, undefined, { signal })
    pause = Math.min(job.longestPauseMs, pause * 1.5)
  }
}

/** A look that is told to wait waits: the job goes on meanwhile, and there is no record to halve. */
async function lookPatiently<T>(job: Job<T>, id: string, signal: AbortSignal) {
  for (;;) {
    try {
      return await job.look(id)
    } catch (error) {
      const wait = error instanceof ProblemError ? error.problem.retryAfterMs : undefined
      if (wait === undefined || signal.aborted) throw error
      await delay(wait, undefined, { signal })
    }
  }
}
