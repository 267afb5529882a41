/** Writing by jobs: a batch becomes one, and whatever was begun before is seen to its end first. */
import { isAbort, ProblemError } from '../problems.ts'
import type { Context, JobNotes, Value, Write, WriteResult } from '../types.ts'
import type { Api } from './api.ts'
import type { Call } from './call.ts'
import { hasEnded, type Jobs, seeThrough } from './jobs.ts'
import type { Part } from './writer.ts'

/** The jobs of a product whose results say what became of each of their records, in order. */
export type WriteJobs = Jobs<readonly WriteResult[]>

export type NewJob = {
  /** What `WriteJobs.look` has to know to read the results, also after Outflow was closed in between. */
  how: Value
  /**
   * Begins it. `note` is told the id as soon as there is something that could be done twice, before anything else is asked
   * about it: from then on another try looks after this job and does not begin another. Throws ProblemError.
   */
  start(api: Api, note: (id: string) => void): Promise<string>
}

/** A job whose result says what became of its records; when it expired, nobody knows. */
export function job(at: readonly number[], shows: readonly Call[], jobs: WriteJobs, { how, start }: NewJob): Part {
  return {
    at,
    shows,
    async send({ api, context, notes, writes }) {
      const id = await start(api, (begun) => {
        notes.note({ id: begun, writes: writes.map(({ idempotencyKey }) => idempotencyKey), how })
        context.log(`${jobs.name}: job ${begun}`)
      })
      const results = await seeThrough(jobs, { id, how }, notes, { api, context })
      return results ?? at.map(() => expired(jobs.name))
    },
  }
}

function expired(name: string): WriteResult {
  const message = `${name} has forgotten this import before its result was read, so nobody knows whether this record arrived.`
  return { status: 'unknown', problem: { remedy: 'confirm', message } }
}

/**
 * What has to be done about jobs before a batch is sent: those of earlier runs are awaited, for what is looked up before
 * they are over may be true no longer; writes that are in a job already, begun by an earlier try and perhaps before Outflow
 * was closed, are answered from it (`undefined` where its result passes one over). Throws ProblemError.
 */
export function seeBegunJobs(
  jobs: WriteJobs,
  notes: JobNotes,
  tools: { api: Api; context: Context },
): (batch: readonly Write[]) => Promise<[Write, WriteResult | undefined][]> {
  let alone: Promise<void> | undefined

  async function whenAlone(): Promise<void> {
    for (const note of notes.leftBehind()) {
      await seeThrough(jobs, note, notes, tools).catch((error: unknown) => {
        if (isAbort(error) || !(error instanceof ProblemError) || !hasEnded(error)) throw error
      })
      notes.forget(note.id)
    }
  }

  return async (batch) => {
    alone ??= whenAlone()
    await alone.catch((error: unknown) => {
      alone = undefined
      throw error
    })
    const byKey = new Map(batch.map((write) => [write.idempotencyKey, write]))
    const answers: [Write, WriteResult | undefined][] = []
    for (const note of notes.begun()) {
      if (!note.writes.some((key) => byKey.has(key))) continue
      const results = await seeThrough(jobs, note, notes, tools)
      for (const [place, key] of note.writes.entries()) {
        const write = byKey.get(key)
        if (write) answers.push([write, results ? results[place] : expired(jobs.name)])
      }
    }
    return answers
  }
}
