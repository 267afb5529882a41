/** A Writer out of pure functions: a product says which requests a batch becomes and how each answer is read. */
import { ProblemError } from '../problems.ts'
import type { Context, HttpResponse, JobNotes, Write, WriteResult, Writer } from '../types.ts'
import type { Api } from './api.ts'
import type { Call } from './call.ts'
import { passingNotes } from './jobs.ts'
import { seeBegunJobs, type WriteJobs } from './write-jobs.ts'

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
  const begun = jobs && seeBegunJobs(jobs, notes, { api, context })

  async function send(all: readonly Write[]): Promise<void> {
    if (all.length === 0) return
    for (const [write, result] of (await begun?.(all)) ?? []) answered.set(write, result ?? unsaid(api.product.name))
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
