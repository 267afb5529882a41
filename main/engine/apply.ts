import { type Problem, ProblemError } from '../../connectors/problems.ts'
import type {
  DestinationObject,
  DestinationSession,
  Field,
  Limits,
  Mode,
  Row,
  Write,
  WriteResult,
  Writer,
  WriteTarget,
} from '../../connectors/types.ts'
import { asksFirst, decide } from './decide.ts'
import { dependsOnLive, type LiveReader, liveReader } from './live.ts'
import { changeOfKey, contentWrite, Outgoing, type Sending, sendingOf } from './outgoing.ts'
import { cutOff, shapeOf, targetFields } from './plan.ts'
import { createSender, SendingStopped, type SendOptions, type SentResult } from './send.ts'
import type { ApplyEnd, Batch, Keeps, Outbox, OutboxChange, Outcome, Stage, SyncSpec } from './types.ts'
import { createWidth, type Width } from './width.ts'

export type ApplyTools = Pick<SendOptions, 'now' | 'wait' | 'heldMs' | 'random'> & {
  /** Sends only the change with this id. */
  only?: number
  /** Does work that is about the changes with ids from `first` to `last`, so that requests made meanwhile are known as theirs. */
  attribute: Attribute
}

/** `failed`: whether what the work came to is more worth looking at than others. */
export type Attribute = <T>(
  first: number,
  last: number,
  work: () => Promise<T>,
  failed: (result: T) => boolean,
) => Promise<T>

const CONTENT_PAGE = 1_000

const notThereYet: Problem = {
  remedy: 'confirm',
  message: 'The row has another key now, but its record was not taken under that one. So the old one stays for now.',
}

/**
 * Sends the planned changes of this run and commits each answer together with the snapshot. Answers `stopped` when it was
 * asked to pause; what is acknowledged stays, the rest is still planned. Throws SendingStopped, ProblemError or the
 * signal's reason; calling it again goes on where it stopped. The snapshot is brought up to date by `file.fold`.
 */
export async function apply(stage: Stage, destination: DestinationSession, tools: ApplyTools): Promise<ApplyEnd> {
  const { spec, file, run, progress } = stage
  const { target, object } = await writeTarget(stage, destination, tools.only)
  file.beginPush(run, spec.target, keepsOf(spec.mode), shapeOf(spec))
  // What is found by a key is sent again, and stays marked until it is answered.
  if (spec.mode === 'append') file.settleInterrupted(cutOff)
  Object.assign(progress.counts, file.tally(run))
  const writer = attributed(await destination.openWriter(target), tools.attribute, run)
  let narrow: Width['narrow'] = () => undefined
  const send = createSender({
    ...tools,
    writer,
    onTold: (ms, began) => {
      narrow(began, tools.now() + ms)
      stage.hold(ms)
    },
    repeatable: spec.mode !== 'append',
    signal: stage.signal,
    pausing: () => stage.pausing.aborted,
    onWaiting: (why) => {
      progress.waiting = why
    },
  })
  try {
    if (tools.only !== undefined && writer.commit === 'end') throw notAlone()
    if (spec.mode === 'replace') return await replaceAll(stage, destination, writer, send)
    const sending = sendingOf(stage, object)
    const live = dependsOnLive(stage) ? liveReader(sending, destination, target.fields, object.readable) : undefined
    const lane: Lane = { sending, send, commit: writer.commit, live, fields: target.fields, width: undefined }
    narrow = (began, until) => lane.width?.narrow(began, until)
    for (const pass of ['writes', 'removals'] as const) {
      if (pass === 'removals') progress.counts.skipped += file.keepLeftBehind(run, notThereYet)
      const limits = { ...destination.limits, ...writer.limits }
      if (!(await drain(lane, limits, file.outbox(run, pass, tools.only)))) return 'stopped'
    }
    if (writer.commit === 'end') await finish(stage, writer)
    else if (tools.only === undefined) file.forgetSending()
    return 'done'
  } catch (error) {
    // What was on its way is left for later, and what is known of it is noted.
    if (error instanceof SendingStopped && stage.pausing.aborted) return 'stopped'
    throw error
  } finally {
    await writer.close()
  }
}

/** What becomes real at the end takes everything with it. The screens do not offer it. */
const notAlone = () =>
  new ProblemError({ remedy: 'confirm', message: 'One record cannot be sent alone here. Push the whole plan instead.' })

/** A writer whose requests are known as being about the changes of their batch. */
function attributed(writer: Writer, attribute: Attribute, run: string): Writer {
  return {
    commit: writer.commit,
    ...(writer.limits && { limits: writer.limits }),
    describe: (batch) => writer.describe(batch),
    finish: () => writer.finish(),
    close: () => writer.close(),
    write: (batch) => {
      let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      for (const write of batch) {
        const change = write instanceof Outgoing ? write.change : changeOfKey(run, write.idempotencyKey)
        if (change < first) first = change
        if (change > last) last = change
      }
      // Of a complete new content some batches hold nothing that changed.
      if (first > last) return writer.write(batch)
      return attribute(first, last, () => writer.write(batch), isFailed)
    },
  }
}

const isFailed = (results: WriteResult[]) => results.some(({ status }) => status === 'refused' || status === 'unknown')

/** What must not come up as new again although it was not accepted. */
function keepsOf(mode: Mode): Keeps {
  if (mode === 'append') return { unknown: 'held' }
  if (mode === 'insert') return { skipped: 'held' }
  if (mode === 'replace') return { refused: 'gone' }
  // A record that may be there must be looked for when its row leaves.
  return mode === 'mirror' || mode === 'membership' ? { unknown: 'again' } : {}
}

type Send = (batch: Write[]) => Promise<SentResult[]>

/** What every batch of a push needs. */
type Lane = {
  sending: Sending
  send: Send
  commit: Writer['commit']
  /** Where what is sent depends on what the destination holds. */
  live: LiveReader | undefined
  fields: Field[]
  /** Of the pass under way. */
  width: Width | undefined
}

/** Sends every planned change of one pass, as many batches at a time as the destination takes. False when asked to pause. */
async function drain(lane: Lane, limits: Limits, outbox: Outbox): Promise<boolean> {
  const stage = lane.sending
  const width = createWidth(limits.concurrency)
  lane.width = width
  const lanes = Array.from({ length: limits.concurrency }, async (_, place) => {
    try {
      while (await width.enter(place)) {
        if (stage.pausing.aborted) return
        stage.signal.throwIfAborted()
        const batch = outbox.next(limits.records)
        if (!batch) return
        await deliver(lane, batch)
        outbox.done(batch)
        width.passed()
      }
    } finally {
      // The first lane that ends, for whatever reason, is the sign that nothing more is to be started.
      width.end()
    }
  })
  await settled(lanes)
  return !stage.pausing.aborted
}

async function deliver(lane: Lane, batch: Batch): Promise<void> {
  const { sending: stage, commit, send } = lane
  const prepared = await prepare(lane, batch)
  const { writes } = prepared
  // Marked before they leave: after a crash nobody knows whether they arrived.
  if (commit === 'batch') stage.file.markSending(batch)
  try {
    record(stage, batch, withSkipped(await send(writes.filter((write) => write !== null)), prepared), prepared, commit)
  } catch (error) {
    // After anything else nobody knows what arrived: the mark stays.
    if (error instanceof SendingStopped) {
      const unsure = stage.spec.mode !== 'append' && (error.unsure || batch.changes.some((change) => change.unsure))
      record(stage, batch, withSkipped(error.results, prepared), prepared, commit, unsure ? 'unsure' : undefined)
    }
    throw error
  }
}

/** By place in the batch: what is sent, null where nothing is left; the records that became less; why whole ones are left alone. */
type Prepared = { writes: (Outgoing | null)[]; kept: Map<number, Row>; left: Map<number, string> }

async function prepare({ sending: stage, live, fields }: Lane, { changes }: Batch): Promise<Prepared> {
  const { spec } = stage
  const kept = new Map<number, Row>()
  const left = new Map<number, string>()
  const writes: (Outgoing | null)[] = changes.map((change) => new Outgoing(change, stage))
  const skipped = spec.mapping.filter(({ skipEmpty }) => skipEmpty).map(({ field }) => field)
  for (const [index, write] of writes.entries()) {
    // Of a field that is empty now what was sent before is still what was sent last.
    const { previous, record } = skipped.length > 0 && write?.op === 'change' ? write : nothingSkipped
    if (skipped.some((name) => !(name in record) && previous && name in previous))
      kept.set(index, remembered(write as Outgoing, record, skipped))
  }
  const asked = live ? changes.flatMap(({ op }, index) => (asksFirst(spec, op) ? [index] : [])) : []
  if (!live || asked.length === 0) return { writes, kept, left }
  const found = await live(asked.map((index) => changes[index] as OutboxChange))
  for (const [place, index] of asked.entries()) {
    const change = changes[index] as OutboxChange
    const write = writes[index] as Outgoing
    const there = found[place] ?? null
    const decision = decide(write, there, { spec, fields })
    if ('left' in decision) {
      stage.file.noteLive([{ change: change.id, record: there, kept: [] }])
      writes[index] = null
      left.set(index, decision.left)
      continue
    }
    const { send } = decision
    if (decision.kept.length === 0) continue
    const nothingLeft = send === null && { nothingLeft: true as const }
    stage.file.noteLive([{ change: change.id, record: there, kept: decision.kept, ...nothingLeft }])
    writes[index] = send && new Outgoing(change, stage, send)
    kept.set(index, remembered(write, send, skipped))
  }
  return { writes, kept, left }
}

const nothingSkipped: Pick<Outgoing, 'previous' | 'record'> = { previous: undefined, record: {} }

/** What counts as sent last: of fields that were left alone or skipped, what was sent before. */
function remembered(write: Outgoing, sent: Row | null, skipped: readonly string[]): Row {
  const { previous } = write
  const names = new Set([...Object.keys(write.record), ...skipped])
  const record = [...names].flatMap((name) => {
    if (sent && name in sent) return [[name, sent[name]]]
    return previous && name in previous ? [[name, previous[name]]] : []
  })
  return Object.fromEntries(record)
}

/** The results in the order of the batch: what was not sent because nothing was left of it is skipped. */
function withSkipped(results: SentResult[], { writes, left }: Prepared): SentResult[] {
  if (!writes.includes(null)) return results
  const all: SentResult[] = []
  let next = 0
  for (const [index, write] of writes.entries()) {
    const reason = left.get(index) ?? 'Every field that differs was left as it is there.'
    if (write === null) all.push({ status: 'skipped', reason })
    else if (next < results.length) all.push(results[next++] as SentResult)
    else break
  }
  return all
}

/** Waits for every lane, so that no answer is lost, then throws the first failure. */
async function settled(lanes: Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(lanes)
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed) throw failed.reason
}

/** Notes what became of the first changes of a batch; the others are still planned, or may have arrived (`unsure`). */
function record(
  stage: Stage,
  batch: Batch,
  results: SentResult[],
  { writes, kept }: Prepared,
  commit: Writer['commit'],
  others?: 'unsure',
): void {
  const { counts } = stage.progress
  const plain = (result: SentResult, index: number) => isPlain(result, batch.changes[index] as OutboxChange)
  const complete = results.length === batch.changes.length
  if (results.some((result) => result.status === 'accepted' && result.created !== undefined))
    stage.file.noteTells(stage.run)
  if (commit === 'batch' && complete && kept.size === 0 && results.every(plain)) {
    stage.file.settle(batch, 'accepted')
    counts.accepted += results.length
    stage.progress.done += results.length
    return
  }
  const outcomes = results.map((result, index) => {
    const sent = kept.get(index)
    const outcome = outcomeOf(batch.changes[index] as OutboxChange, result)
    if (!sent) return outcome
    const state = writes[index] === null ? 'kept' : outcome.state
    return { ...outcome, state, record: JSON.stringify(sent) }
  })
  // Nothing is acknowledged before the end where everything becomes real at the end: only what was not taken is noted now.
  const known = commit === 'end' ? outcomes.filter(({ state }) => state !== 'accepted') : outcomes
  if (commit === 'end') stage.file.note(known)
  else stage.file.settle(batch, known, others)
  for (const { state } of known) counts[state === 'kept' ? 'skipped' : (state as keyof typeof counts)]++
  stage.progress.done += results.length
}

/** It was accepted as planned, and nothing more is known: an addition made a record, a change did not. */
function isPlain(result: WriteResult, { op }: OutboxChange): boolean {
  if (result.status !== 'accepted' || result.remoteId !== undefined) return false
  return result.created === undefined || result.created === (op === 'add')
}

function outcomeOf({ id, unsure }: Pick<OutboxChange, 'id' | 'unsure'>, result: SentResult): Outcome {
  switch (result.status) {
    case 'accepted':
      return {
        id,
        state: 'accepted',
        ...(result.remoteId !== undefined && { remoteId: result.remoteId }),
        ...(result.created !== undefined && {
          created: result.created || !(unsure || result.unsure) ? result.created : 'unsure',
        }),
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
  Object.assign(stage.progress.counts, file.tally(run))
  const size = Math.min(CONTENT_PAGE, destination.limits.records)
  for (;;) {
    if (stage.pausing.aborted) return 'stopped'
    stage.signal.throwIfAborted()
    const page = taken(content, size)
    if (page.length === 0) break
    const results = await send(page.map(({ record, change }) => contentWrite(record, change, stage)))
    const failed = { planned: [] as Outcome[], carried: [] as Outcome[] }
    for (const [index, content] of page.entries()) {
      const isCarried = content.change === null
      const id = content.change === null ? content.sent : content.change
      const outcome = outcomeOf({ id, unsure: false }, results[index] as SentResult)
      if (!isCarried) stage.progress.done++
      if (outcome.state === 'accepted') continue
      failed[isCarried ? 'carried' : 'planned'].push(outcome)
      stage.progress.counts[outcome.state as 'skipped' | 'refused' | 'unknown']++
    }
    file.note(failed.planned)
    if (failed.carried.length > 0) file.noteCarried(run, failed.carried)
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

async function finish({ file, run, progress, signal }: Stage, writer: Writer): Promise<void> {
  signal.throwIfAborted()
  file.markAllSending(run)
  try {
    await writer.finish()
  } catch (error) {
    if (error instanceof ProblemError && !error.problem.outcomeUnknown) file.forgetSending()
    throw error
  }
  file.commitAll(run)
  Object.assign(progress.counts, file.tally(run))
}

async function writeTarget(
  { spec, progress }: Stage,
  destination: DestinationSession,
  only: number | undefined,
): Promise<{ target: WriteTarget; object: DestinationObject }> {
  const { fields, object } = await targetFields(spec, destination)
  const { added, changed, removed } = progress.counts
  const plannedRecords = only === undefined ? added + changed + removed : 1
  return { target: { ...targetOf(spec, fields), plannedRecords }, object }
}

/** What a writer is opened with. A field that the destination does not list is made by writing it. */
export function targetOf({ object, mode, key, removal, mapping }: SyncSpec, fields: readonly Field[]): WriteTarget {
  const unlisted = { type: 'json', required: false, readOnly: false } as const
  const mapped = mapping.map(
    ({ field }) => fields.find(({ id }) => id === field) ?? { id: field, label: field, ...unlisted },
  )
  return { object, mode, key, removal, fields: mapped }
}
