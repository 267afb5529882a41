import { isAbort, type Problem, toProblem } from '../../connectors/problems.ts'
import type { Write, WriteResult, Writer } from '../../connectors/types.ts'
import { watchForOutage } from './outage.ts'
import { backoff, rest } from './wait.ts'

/**
 * The run cannot go on by sending more: it waits for a person (`reconnect`), the other side is out of reach, or it was asked
 * to pause.
 */
export class SendingStopped extends Error {
  readonly problem: Problem
  /** What is known of the first records of the batch. */
  readonly results: WriteResult[]
  /** The others may have arrived by a try that got no answer; else they were not sent. */
  readonly unsure: boolean
  constructor(problem: Problem, results: WriteResult[] = [], unsure = false) {
    super(problem.message)
    this.problem = problem
    this.results = results
    this.unsure = unsure
  }
}

export type SendOptions = {
  writer: Writer
  /** Repeating a write whose outcome is unknown is harmless (keyed writes); appended rows become unknown instead. */
  repeatable: boolean
  signal: AbortSignal
  /** Asked to stop after what is in flight: nothing is tried again. */
  pausing: () => boolean
  /** Milliseconds that never go back. */
  now: () => number
  /** Waits this many milliseconds, or until it is asked to pause; rejects when the signal is raised. */
  wait: (ms: number) => Promise<void>
  /** How long nobody who shares the quota may send, in milliseconds. */
  heldMs: () => number
  /** The destination asked to wait, in milliseconds. `began`: when the batch that heard it was first sent. */
  onTold: (ms: number, began: number) => void
  /** Tells the person why nothing moves; `undefined` when it moves again. */
  onWaiting: (why: string | undefined) => void
  /** A number in [0, 1) for the jitter of the backoff. */
  random: () => number
}

/** `unsure`: an earlier try may have arrived, so what it says of the record may be about that one. */
export type SentResult = WriteResult & { unsure?: true }

const WHOLE_BATCH_TRIES = 5
const PART_TRIES = 2

/** A batch on its way, through all its tries. */
type Trip = {
  began: number
  /** How many answers there had been, to whatever record, when its last two tries failed. */
  answersAtLast: number
  answersBefore: number
  /** How often it was asked to wait, in a row. */
  rests: number
  last: Problem | undefined
  /** Records that may have arrived with one of the tries. */
  mayBeThere: Set<Write>
}

/**
 * Sends batches and always comes back with one result per record, in order: waits as long as it is told (429, 503),
 * backs off with jitter, then halves the batch until the bad record is found, then refuses that one with the last answer.
 * A destination that is down is not taken for bad records. Throws SendingStopped, or the signal's reason.
 */
export function createSender(options: SendOptions): (batch: Write[]) => Promise<SentResult[]> {
  const { now, repeatable } = options
  const outage = watchForOutage(now)

  async function deliver(batch: Write[]): Promise<SentResult[]> {
    const trip: Trip = {
      began: now(),
      answersAtLast: 0,
      answersBefore: 0,
      rests: 0,
      last: undefined,
      mayBeThere: new Set(),
    }
    try {
      const results = await untilChoosy(batch, trip)
      if (trip.mayBeThere.size === 0) return results
      return results.map((result, index) =>
        trip.mayBeThere.has(batch[index] as Write) ? { ...result, unsure: true } : result,
      )
    } catch (error) {
      if (!(error instanceof SendingStopped)) throw error
      const others = batch.slice(error.results.length)
      throw new SendingStopped(
        error.problem,
        error.results,
        others.some((write) => trip.mayBeThere.has(write)),
      )
    }
  }

  async function untilChoosy(batch: Write[], trip: Trip): Promise<WriteResult[]> {
    for (;;) {
      const results = await send(batch, WHOLE_BATCH_TRIES, trip)
      // Is it these records, or does nothing at all go through?
      const choosy = !results.every(givenUp) || outage.answeredSince(trip.answersBefore) || !outage.isLikely()
      if (choosy || !trip.last) return results
      if (trip.last.unreadable) throw new SendingStopped(atLast(trip.last))
      await pause(backoff(WHOLE_BATCH_TRIES, options.random()), trip.last)
    }
  }

  async function send(batch: Write[], tries: number, trip: Trip): Promise<WriteResult[]> {
    let last: Problem | undefined
    for (let attempt = 0; attempt < tries; attempt++) {
      await mayLeave(trip.last)
      try {
        const results = await options.writer.write(batch)
        outage.answered()
        trip.rests = 0
        return checked(results, batch.length)
      } catch (error) {
        if (isAbort(error) || options.signal.aborted) throw error
        last = toProblem(error)
        trip.last = last
        if (last.outcomeUnknown) for (const write of batch) trip.mayBeThere.add(write)
        const unknown = last.outcomeUnknown && !repeatable ? unknownAll(batch, atLast(last)) : undefined
        if (last.remedy === 'reconnect' || last.remedy === 'edit-sync') throw new SendingStopped(last, unknown)
        if (unknown) return unknown
        if (last.remedy === 'fix-record') {
          outage.answered()
          break
        }
        if (last.retryAfterMs !== undefined) {
          // Being asked to wait is an answer, not a failed try.
          attempt--
          await restAsTold(last, last.retryAfterMs, trip)
        } else {
          trip.answersBefore = trip.answersAtLast
          trip.answersAtLast = outage.failed(batch)
          if (outage.isCertain()) throw new SendingStopped(atLast(last))
          if (attempt < tries - 1) await pause(backoff(attempt, options.random()), last)
        }
      }
    }
    const problem = last as Problem
    if (problem.unreachable) throw new SendingStopped(problem)
    const [write] = batch as [Write]
    // What may have arrived with any of the tries was refused by nobody.
    if (batch.length === 1)
      return [{ status: trip.mayBeThere.has(write) ? 'unknown' : 'refused', problem: atLast(problem) }]
    const half = batch.length >> 1
    const first = await send(batch.slice(0, half), PART_TRIES, trip)
    try {
      return [...first, ...(await send(batch.slice(half), PART_TRIES, trip))]
    } catch (error) {
      throw error instanceof SendingStopped ? new SendingStopped(error.problem, blameless(first, error.results)) : error
    }
  }

  /** Records that were given up on just before everything stopped are not to blame: they are left for later, too. */
  function blameless(first: WriteResult[], then: WriteResult[]): WriteResult[] {
    const results = [...first, ...then]
    while (results.length > 0 && givenUp(results.at(-1) as WriteResult)) results.pop()
    return results
  }

  function givenUp(result: WriteResult): boolean {
    if (result.status === 'refused') return result.problem.remedy === 'retry' || result.problem.unreadable === true
    return result.status === 'unknown' && repeatable
  }

  /** Nothing is tried again once it was asked to pause, and nothing leaves while all who share the quota wait. */
  async function mayLeave(last: Problem | undefined): Promise<void> {
    options.signal.throwIfAborted()
    if (last && options.pausing()) throw new SendingStopped(last)
    for (let ms = options.heldMs(); ms > 0; ms = options.heldMs()) await pause(ms, last ?? othersWait)
  }

  async function restAsTold(problem: Problem, toldMs: number, trip: Trip): Promise<void> {
    if (options.pausing()) throw new SendingStopped(problem)
    const ms = rest(toldMs, trip.rests++, options.random())
    if (!outage.told(ms)) throw new SendingStopped(problem)
    options.onTold(ms, trip.began)
    await pause(ms, problem)
  }

  async function pause(ms: number, why: Problem): Promise<void> {
    if (!options.pausing()) {
      options.onWaiting(why.message)
      try {
        await options.wait(ms)
      } finally {
        options.onWaiting(undefined)
      }
    }
    if (options.pausing()) throw new SendingStopped(why)
  }

  return (batch) => (batch.length === 0 ? Promise.resolve([]) : deliver(batch))
}

/** Why a run waits that was not asked to itself. */
const othersWait: Problem = {
  remedy: 'retry',
  message: 'The destination asked another sync to wait, so this one waits as well.',
}

/** An answer that cannot be read is tried again; in the end it is for the maintainers, who need its first bytes. */
export function atLast(problem: Problem): Problem {
  return problem.unreadable ? { ...problem, remedy: 'report' } : problem
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
