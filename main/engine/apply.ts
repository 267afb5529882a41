import { ProblemError } from '../../connectors/problems.ts'
import type { DestinationSession, Mode, Write, WriteResult, Writer, WriteTarget } from '../../connectors/types.ts'
import { beginningOf, contentWrite, Outgoing, type Sending } from './outgoing.ts'
import { cutOff, targetFields } from './plan.ts'
import { createSender, SendingStopped, type SendOptions } from './send.ts'
import type { ApplyEnd, Batch, Keeps, OutboxChange, Outcome, Stage } from './types.ts'

export type ApplyTools = Pick<SendOptions, 'wait' | 'random'>

const CONTENT_PAGE = 1_000

/**
 * Sends the planned changes of this run and commits each answer together with the snapshot. Answers `stopped` when it was
 * asked to pause; what is acknowledged stays, the rest is still planned. Throws SendingStopped, ProblemError or the
 * signal's reason; calling it again goes on where it stopped.
 */
export async function apply(stage: Stage, destination: DestinationSession, tools: ApplyTools): Promise<ApplyEnd> {
  const { spec, file, run, progress } = stage
  const target = await writeTarget(stage, destination)
  file.beginPush(run, spec.target, keepsOf(spec.mode))
  if (spec.mode === 'append') file.settleInterrupted(cutOff)
  else file.forgetSending()
  Object.assign(progress.counts, file.tally(run))
  const writer = await destination.openWriter(target)
  const send = createSender({
    ...tools,
    writer,
    repeatable: spec.mode !== 'append',
    signal: stage.signal,
    onWaiting: (why) => {
      progress.waiting = why
    },
  })
  try {
    if (spec.mode === 'replace') return await replaceAll(stage, destination, writer, send)
    for (const pass of ['writes', 'removals'] as const) {
      if (!(await drain(stage, destination, writer, send, pass))) return 'stopped'
    }
    if (writer.commit === 'end') await finish(stage, writer)
    return 'done'
  } finally {
    await writer.close()
    file.fold()
  }
}

/** What must not come up as new again although it was not accepted. */
function keepsOf(mode: Mode): Keeps {
  if (mode === 'append') return { unknown: 'held' }
  if (mode === 'insert') return { skipped: 'held' }
  // What may be there must be removed when its row leaves.
  return mode === 'mirror' || mode === 'membership' ? { unknown: 'again' } : {}
}

type Send = (batch: Write[]) => Promise<WriteResult[]>

/** Sends every planned change of one pass, `limits.concurrency` batches at a time. False when asked to pause. */
async function drain(
  stage: Stage,
  { limits }: DestinationSession,
  { commit }: Writer,
  send: Send,
  pass: Batch['pass'],
): Promise<boolean> {
  const outbox = stage.file.outbox(stage.run, pass)
  const sending = { ...stage, keyName: beginningOf(stage.spec.key) }
  const lanes = Array.from({ length: limits.concurrency }, async () => {
    for (;;) {
      if (stage.pausing()) return
      stage.signal.throwIfAborted()
      const batch = outbox.next(limits.records)
      if (!batch) return
      await deliver(sending, batch, commit, send)
    }
  })
  await settled(lanes)
  return !stage.pausing()
}

async function deliver(stage: Sending, batch: Batch, commit: Writer['commit'], send: Send): Promise<void> {
  // Marked before they leave: after a crash nobody knows whether they arrived.
  if (commit === 'batch') stage.file.markSending(batch)
  try {
    const results = await send(batch.changes.map((change) => new Outgoing(change, stage)))
    record(stage, batch, results, commit)
  } catch (error) {
    // After anything else nobody knows what arrived: the mark stays.
    if (error instanceof SendingStopped) record(stage, batch, error.results, commit)
    throw error
  }
}

/** Waits for every lane, so that no answer is lost, then throws the first failure. */
async function settled(lanes: Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(lanes)
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed) throw failed.reason
}

/** Notes what became of the first changes of a batch; the others are still planned. */
function record(stage: Stage, batch: Batch, results: WriteResult[], commit: Writer['commit']): void {
  const { counts } = stage.progress
  if (commit === 'batch' && results.length === batch.changes.length && results.every(isPlain)) {
    stage.file.settle(batch, 'accepted')
    counts.accepted += results.length
    stage.progress.done += results.length
    return
  }
  const outcomes = results.map((result, index) => outcomeOf((batch.changes[index] as OutboxChange).id, result))
  // Nothing is acknowledged before the end where everything becomes real at the end: only what was not taken is noted now.
  const known = commit === 'end' ? outcomes.filter(({ state }) => state !== 'accepted') : outcomes
  if (commit === 'end') stage.file.note(known)
  else stage.file.settle(batch, known)
  for (const { state } of known) counts[state as 'accepted' | 'skipped' | 'refused' | 'unknown']++
  stage.progress.done += results.length
}

/** Nothing is known but that it was accepted. */
function isPlain(result: WriteResult): boolean {
  return result.status === 'accepted' && result.remoteId === undefined && result.created === undefined
}

function outcomeOf(id: number, result: WriteResult): Outcome {
  switch (result.status) {
    case 'accepted':
      return {
        id,
        state: 'accepted',
        ...(result.remoteId !== undefined && { remoteId: result.remoteId }),
        ...(result.created !== undefined && { created: result.created }),
      }
    case 'skipped':
      return { id, state: 'skipped', problem: { remedy: 'confirm', message: result.reason } }
    case 'refused':
    case 'unknown':
      return { id, state: result.status, problem: result.problem }
  }
}

/** Sends the complete new content in key order; it becomes real in one moment. */
async function replaceAll(
  stage: Stage,
  destination: DestinationSession,
  writer: Writer,
  send: Send,
): Promise<ApplyEnd> {
  const { file, run } = stage
  const content = file.content(run)
  const size = Math.min(CONTENT_PAGE, destination.limits.records)
  for (;;) {
    if (stage.pausing()) return 'stopped'
    stage.signal.throwIfAborted()
    const page = taken(content, size)
    if (page.length === 0) break
    const results = await send(page.map(({ record, change }) => contentWrite(record, change, stage)))
    const outcomes = page.flatMap(({ change }, index) =>
      change === null ? [] : [outcomeOf(change, results[index] as WriteResult)],
    )
    const failed = outcomes.filter(({ state }) => state !== 'accepted')
    file.note(failed)
    for (const { state } of failed) stage.progress.counts[state as 'skipped' | 'refused' | 'unknown']++
    stage.progress.done += outcomes.length
  }
  await finish(stage, writer)
  return 'done'
}

/** The next items, at most `limit`; the generator goes on behind them. */
function taken<T>(items: Generator<T>, limit: number): T[] {
  const page: T[] = []
  while (page.length < limit) {
    const { done, value } = items.next()
    if (done) break
    page.push(value)
  }
  return page
}

async function finish({ file, run, spec, progress, signal }: Stage, writer: Writer): Promise<void> {
  signal.throwIfAborted()
  const marks = spec.mode === 'append'
  if (marks) file.markAllSending(run)
  try {
    await writer.finish()
  } catch (error) {
    if (marks && error instanceof ProblemError && !error.problem.outcomeUnknown) file.forgetSending()
    throw error
  }
  file.commitAll(run)
  Object.assign(progress.counts, file.tally(run))
}

async function writeTarget({ spec }: Stage, destination: DestinationSession): Promise<WriteTarget> {
  const { fields } = await targetFields(spec, destination)
  const byId = new Map(fields.map((field) => [field.id, field]))
  return {
    object: spec.object,
    mode: spec.mode,
    key: spec.key,
    removal: spec.removal,
    fields: spec.mapping.map(
      ({ field }) => byId.get(field) ?? { id: field, label: field, type: 'json', required: false, readOnly: false },
    ),
  }
}
