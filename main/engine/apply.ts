import { type Problem, ProblemError } from '../../connectors/problems.ts'
import type {
  DestinationObject,
  DestinationSession,
  Mode,
  WriteResult,
  Writer,
  WriteTarget,
} from '../../connectors/types.ts'
import { drain, type Lane } from './lanes.ts'
import { dependsOnLive, liveReader } from './live.ts'
import { changeOfKey, Outgoing, sendingOf } from './outgoing.ts'
import { cutOff, shapeOf, targetFields } from './plan.ts'
import { createSender, SendingStopped, type SendOptions } from './send.ts'
import { targetOf } from './target.ts'
import type { ApplyEnd, Keeps, Stage } from './types.ts'
import { finish, replaceAll } from './whole.ts'
import type { Width } from './width.ts'

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
