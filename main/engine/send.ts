import { isAbort, type Problem, toProblem } from '../../connectors/problems.ts'
import type { Write, WriteResult, Writer } from '../../connectors/types.ts'

/** The run cannot go on by sending more: it waits for a person (`reconnect`), or the other side is out of reach. */
export class SendingStopped extends Error {
  readonly problem: Problem
  /** What is known of the first records of the batch; the others were not sent. */
  readonly results: WriteResult[]
  constructor(problem: Problem, results: WriteResult[] = []) {
    super(problem.message)
    this.problem = problem
    this.results = results
  }
}

export type SendOptions = {
  writer: Writer
  /** Repeating a write whose outcome is unknown is harmless (keyed writes); appended rows become unknown instead. */
  repeatable: boolean
  signal: AbortSignal
  /** Waits this many milliseconds; rejects when the signal is raised. */
  wait: (ms: number) => Promise<void>
  /** The destination said how long to wait, in milliseconds. */
  onTold: (ms: number) => void
  /** Tells the person why nothing moves; `undefined` when it moves again. */
  onWaiting: (why: string | undefined) => void
  /** A number in [0, 1) for the jitter of the backoff. */
  random: () => number
}

const WHOLE_BATCH_TRIES = 5
const PART_TRIES = 2
const FIRST_BACKOFF_MS = 400
const LONGEST_BACKOFF_MS = 20_000
/** Unanswered writes in a row, over all batches, after which the other side counts as down rather than choosy. */
const DOWN_AFTER = 24
/** Waiting as told, without one accepted write in between, after which the run is left for later. */
const LONGEST_WAIT_MS = 15 * 60_000

/**
 * Sends batches and always comes back with one result per record, in order: waits as long as it is told (429, 503),
 * backs off with jitter, then halves the batch until the bad record is found, then refuses that one with the last answer.
 * Throws SendingStopped, or the signal's reason.
 */
export function createSender(options: SendOptions): (batch: Write[]) => Promise<WriteResult[]> {
  let failuresInARow = 0
  let waitedInARowMs = 0

  async function send(batch: Write[], tries: number): Promise<WriteResult[]> {
    let last: Problem | undefined
    for (let attempt = 0; attempt < tries; attempt++) {
      options.signal.throwIfAborted()
      try {
        const results = await options.writer.write(batch)
        failuresInARow = 0
        waitedInARowMs = 0
        return checked(results, batch.length)
      } catch (error) {
        if (isAbort(error) || options.signal.aborted) throw error
        last = toProblem(error)
        const unknown = last.outcomeUnknown && !options.repeatable ? unknownAll(batch, last) : undefined
        if (last.remedy === 'reconnect' || last.remedy === 'edit-sync') throw new SendingStopped(last, unknown)
        if (unknown) return unknown
        if (last.remedy === 'fix-record') break
        if (last.retryAfterMs !== undefined) {
          // Being told to wait is an answer, not a failed try.
          attempt--
          waitedInARowMs += last.retryAfterMs
          if (waitedInARowMs > LONGEST_WAIT_MS) throw new SendingStopped(last)
          options.onTold(last.retryAfterMs)
          await pause(last.retryAfterMs, last.message)
        } else {
          failuresInARow++
          if (failuresInARow >= DOWN_AFTER) throw new SendingStopped(last)
          if (attempt < tries - 1) await pause(backoff(attempt, options.random()), last.message)
        }
      }
    }
    const problem = last as Problem
    if (problem.unreachable) throw new SendingStopped(problem)
    // The last try of a keyed write may have arrived after all: nobody refused it.
    if (batch.length === 1) return [{ status: problem.outcomeUnknown ? 'unknown' : 'refused', problem }]
    const half = batch.length >> 1
    const first = await send(batch.slice(0, half), PART_TRIES)
    try {
      return [...first, ...(await send(batch.slice(half), PART_TRIES))]
    } catch (error) {
      throw error instanceof SendingStopped ? new SendingStopped(error.problem, blameless(first, error.results)) : error
    }
  }

  /** Records that were given up on just before everything stopped are not to blame: they are left for later, too. */
  function blameless(first: WriteResult[], then: WriteResult[]): WriteResult[] {
    const results = [...first, ...then]
    while (givenUp(results.at(-1))) results.pop()
    return results
  }

  function givenUp(result: WriteResult | undefined): boolean {
    if (result?.status === 'refused') return result.problem.remedy === 'retry'
    return result?.status === 'unknown' && options.repeatable
  }

  async function pause(ms: number, why: string): Promise<void> {
    options.onWaiting(why)
    try {
      await options.wait(ms)
    } finally {
      options.onWaiting(undefined)
    }
  }

  return (batch) => (batch.length === 0 ? Promise.resolve([]) : send(batch, WHOLE_BATCH_TRIES))
}

/** Full jitter over the upper half: never less than half of the step, so that a slow server gets its rest. */
export function backoff(attempt: number, random: number): number {
  const step = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt)
  return step / 2 + (step / 2) * random
}

function checked(results: WriteResult[], expected: number): WriteResult[] {
  if (results.length === expected) return results
  const problem: Problem = {
    remedy: 'report',
    message: 'The destination answered for another number of records than were sent, so their outcome is not known.',
    detail: `${results.length} results for ${expected} records`,
  }
  return Array.from({ length: expected }, () => ({ status: 'unknown', problem }))
}

function unknownAll(batch: Write[], problem: Problem): WriteResult[] {
  return batch.map(() => ({ status: 'unknown', problem }))
}
