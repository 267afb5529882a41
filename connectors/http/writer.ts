/** A Writer out of pure functions: a product says which requests a batch becomes and how each answer is read. */
import { isAbort, ProblemError } from '../problems.ts'
import type { Context, HttpResponse, JobNotes, Value, Write, WriteResult, Writer } from '../types.ts'
import type { Api } from './api.ts'
import type { Call } from './call.ts'
import { hasEnded, type Jobs, passingNotes, seeThrough } from './jobs.ts'

/** One request (or job) about some records of a batch. */
export type Part = {
  /** Where its records stand in the batch. */
  at: readonly number[]
  /** What a person is shown of it. */
  shows: readonly Call[]
  /** One result per record of `at`, in that order. Throws ProblemError. */
  send(tools: PartTools): Promise<readonly WriteResult[]>
}

export type PartTools = { api: Api; context: Context; notes: JobNotes; writes: readonly Write[] }

/** What a batch becomes: answers for records that are not sent at all, and the requests for the others. */
export type BatchPlan = { settled: ReadonlyMap<number, WriteResult>; parts: readonly Part[] }

/** A request whose answer says what became of its records. `read` answers one result per record, in the order of `at`. */
export function request(
  at: readonly number[],
  call: Call,
  read: (response: HttpResponse) => readonly WriteResult[],
): Part {
  return { at, shows: [call], send: async ({ api }) => read(await api.send(call)) }
}

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

export type HttpWriterOptions<Known> = {
  api: Api
  context: Context
  /**
   * Which requests a batch becomes. Pure. `known` is what `look` found, absent for `describe`, which sends nothing.
   * Every record must be settled or in exactly one part.
   */
  plan(batch: readonly Write[], known?: Known): BatchPlan
  /** Asks the product what `plan` has to know first: ids of records, who is in a list. Throws ProblemError. */
  look?(batch: readonly Write[]): Promise<Known>
  /** The requests that `look` makes, for a description. */
  lookCalls?(batch: readonly Write[]): readonly Call[]
  /** Where parts are jobs. */
  jobs?: WriteJobs
}

/**
 * Sends the parts of a batch one after the other. When one fails after others were answered, their answers are kept: the
 * next try of the same writes (the engine repeats and halves them) sends only what is left, so nothing is created twice.
 */
export function openHttpWriter<Known>(options: HttpWriterOptions<Known>): Writer {
  const { api, context, plan, look, lookCalls, jobs } = options
  let answered = new WeakMap<Write, WriteResult>()
  const notes = context.jobs ?? passingNotes()
  let alone: Promise<void> | undefined

  /** Until nothing of an earlier run is under way: what is looked up before that may be true no longer. */
  async function whenAlone(): Promise<void> {
    for (const note of jobs ? notes.leftBehind() : []) {
      await seeThrough(jobs as WriteJobs, note, notes, { api, context }).catch((error: unknown) => {
        if (isAbort(error) || !(error instanceof ProblemError) || !hasEnded(error)) throw error
      })
      notes.forget(note.id)
    }
  }

  /** Answers what is in a job already that was begun by an earlier try, perhaps before Outflow was closed. */
  async function answerBegun(batch: readonly Write[]): Promise<void> {
    const byKey = new Map(batch.map((write) => [write.idempotencyKey, write]))
    for (const note of jobs ? notes.begun() : []) {
      if (!note.writes.some((key) => byKey.has(key))) continue
      const { name } = jobs as WriteJobs
      const results = await seeThrough(jobs as WriteJobs, note, notes, { api, context })
      for (const [place, key] of note.writes.entries()) {
        const write = byKey.get(key)
        if (write) answered.set(write, results ? (results[place] ?? unsaid(name)) : expired(name))
      }
    }
  }

  async function send(all: readonly Write[]): Promise<void> {
    if (all.length === 0) return
    if (jobs) {
      alone ??= whenAlone()
      await alone.catch((error: unknown) => {
        alone = undefined
        throw error
      })
      await answerBegun(all)
    }
    const batch = all.filter((write) => !answered.has(write))
    if (batch.length === 0) return
    const { settled, parts } = plan(batch, await look?.(batch))
    for (const [at, result] of settled) answered.set(batch[at] as Write, result)
    for (const part of parts) {
      context.signal.throwIfAborted()
      const writes = part.at.map((at) => batch[at] as Write)
      const results = await part.send({ api, context, notes, writes })
      for (const [place, write] of writes.entries()) answered.set(write, results[place] ?? unsaid(api.product.name))
    }
  }

  return {
    commit: 'batch',
    async write(batch) {
      context.signal.throwIfAborted()
      await send(batch.filter((write) => !answered.has(write)))
      const results = batch.map((write) => answered.get(write) ?? unsaid(api.product.name))
      for (const write of batch) answered.delete(write)
      return results
    },
    async describe(batch) {
      if (batch.length === 0) return ''
      const { parts } = plan(batch)
      const calls = [...(lookCalls?.(batch) ?? []), ...parts.flatMap(({ shows }) => shows)]
      return calls.map((call) => api.describe(call)).join('\n\n')
    },
    async finish() {},
    async close() {
      answered = new WeakMap()
    },
  }
}

function unsaid(name: string): WriteResult {
  const message = `${name} did not say what became of this record. Look there before you send it again.`
  return { status: 'unknown', problem: { remedy: 'confirm', message } }
}

/** @throws ProblemError (`report`) when a batch is larger than the connector said it takes */
export function checkBatchSize(batch: readonly Write[], most: number, name: string): void {
  if (batch.length <= most) return
  throw new ProblemError({
    remedy: 'report',
    message: `${name} was sent too many records at once.`,
    detail: `${batch.length} records, at most ${most}`,
  })
}
