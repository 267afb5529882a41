import { ProblemError } from '../../connectors/problems.ts'
import type { DestinationSession, Row, Write, WriteResult, Writer, WriteTarget } from '../../connectors/types.ts'
import { cutOff, targetFields } from './plan.ts'
import { createSender, SendingStopped, type SendOptions } from './send.ts'
import type { ApplyEnd, OutboxChange, Outcome, Stage } from './types.ts'

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
  file.beginPush(run, spec.target)
  file.settleInterrupted(cutOff)
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
    const sent =
      (await drain(stage, destination, send, 'writes')) && (await drain(stage, destination, send, 'removals'))
    if (!sent) return 'stopped'
    if (destination.limits.commit === 'end') await finish(stage, writer)
    return 'done'
  } finally {
    await writer.close()
  }
}

type Send = (batch: Write[]) => Promise<WriteResult[]>

/** Sends every planned change of one pass, `limits.concurrency` batches at a time. False when asked to pause. */
async function drain(
  stage: Stage,
  destination: DestinationSession,
  send: Send,
  pass: 'writes' | 'removals',
): Promise<boolean> {
  const { file, run, spec } = stage
  const { limits } = destination
  let after = 0
  const next = () => {
    const changes = file.outbox(run, pass, after, limits.records)
    after = changes.at(-1)?.id ?? after
    return changes
  }
  const deliver = async (changes: OutboxChange[]) => {
    // Appended rows are marked before they leave: after a crash nobody knows whether they arrived.
    const marks = spec.mode === 'append' && limits.commit === 'batch'
    if (marks) file.markSending(changes.map(({ id }) => id))
    try {
      const results = await send(changes.map((change) => writeOf(change, stage)))
      record(stage, changes, results, limits.commit)
    } catch (error) {
      if (error instanceof SendingStopped) {
        const { length } = error.results
        record(stage, changes.slice(0, length), error.results, limits.commit)
        if (marks) file.unmarkSending(changes.slice(length).map(({ id }) => id))
      }
      throw error
    }
  }
  const lanes = Array.from({ length: limits.concurrency }, async () => {
    for (;;) {
      if (stage.pausing()) return
      stage.signal.throwIfAborted()
      const changes = next()
      if (changes.length === 0) return
      await deliver(changes)
    }
  })
  await settled(lanes)
  return !stage.pausing()
}

/** Waits for every lane, so that no answer is lost, then throws the first failure. */
async function settled(lanes: Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(lanes)
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed) throw failed.reason
}

function record(stage: Stage, changes: OutboxChange[], results: WriteResult[], commit: 'batch' | 'end'): void {
  const outcomes = changes.map((change, index) => outcomeOf(change.id, results[index] as WriteResult))
  const { counts } = stage.progress
  // Nothing is acknowledged before the end where everything becomes real at the end: only what was not taken is noted now.
  const known = commit === 'end' ? outcomes.filter(({ state }) => state !== 'accepted') : outcomes
  stage.file.commit(known, { keepUnknown: stage.spec.mode === 'append', keepSkipped: stage.spec.mode === 'insert' })
  for (const { state } of known) counts[state as 'accepted' | 'skipped' | 'refused' | 'unknown']++
  stage.progress.done += changes.length
}

function outcomeOf(id: number, result: WriteResult): Outcome {
  switch (result.status) {
    case 'accepted':
      return result.remoteId === undefined
        ? { id, state: 'accepted' }
        : { id, state: 'accepted', remoteId: result.remoteId }
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
  const size = Math.min(CONTENT_PAGE, destination.limits.records)
  let after: Uint8Array | null = null
  for (;;) {
    if (stage.pausing()) return 'stopped'
    stage.signal.throwIfAborted()
    const page = file.content(run, after, size)
    if (page.length === 0) break
    after = page.at(-1)?.key ?? null
    const results = await send(page.map(({ id, record: json }) => fullWrite(stage, id, json)))
    const changed = page.flatMap(({ id }, index) =>
      id === null ? [] : [{ id, result: results[index] as WriteResult }],
    )
    const failed = changed
      .filter(({ result }) => result.status !== 'accepted')
      .map(({ id, result }) => outcomeOf(id, result))
    file.commit(failed, { keepUnknown: false, keepSkipped: false })
    for (const { state } of failed) stage.progress.counts[state as 'skipped' | 'refused' | 'unknown']++
    stage.progress.done += changed.length
  }
  await finish(stage, writer)
  return 'done'
}

async function finish({ file, run, spec, progress, signal }: Stage, writer: Writer): Promise<void> {
  signal.throwIfAborted()
  const marks = spec.mode === 'append'
  if (marks) file.markAllSending(run)
  try {
    await writer.finish()
  } catch (error) {
    if (marks && error instanceof ProblemError && !error.problem.outcomeUnknown) file.unmarkAllSending(run)
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

function writeOf(change: OutboxChange, { spec, run }: Stage): Write {
  const previous = change.previous === null ? null : (JSON.parse(change.previous) as Row)
  const record = change.record === null ? (previous ?? {}) : (JSON.parse(change.record) as Row)
  return {
    op: change.op,
    key: spec.key === null ? null : (record[spec.key] ?? null),
    record,
    idempotencyKey: `${run}-${change.id}`,
    ...(previous && { previous }),
    ...(change.remoteId !== null && { remoteId: change.remoteId }),
  }
}

function fullWrite({ spec, run }: Stage, id: number | null, json: string): Write {
  const record = JSON.parse(json) as Row
  return {
    op: 'add',
    key: spec.key === null ? null : (record[spec.key] ?? null),
    record,
    idempotencyKey: `${run}-${id ?? 'same'}`,
  }
}
