import type { Field, Limits, Write, Writer } from '../../connectors/types.ts'
import type { LiveReader } from './live.ts'
import { record } from './outcomes.ts'
import type { Sending } from './outgoing.ts'
import { prepare, withSkipped } from './prepare.ts'
import { SendingStopped, type SentResult } from './send.ts'
import type { Batch, Outbox } from './types.ts'
import { createWidth, type Width } from './width.ts'

export type Send = (batch: Write[]) => Promise<SentResult[]>

/** What every batch of a push needs. */
export type Lane = {
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
export async function drain(lane: Lane, limits: Limits, outbox: Outbox): Promise<boolean> {
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

/** Waits for every lane, so that no answer is lost, then throws the first failure. */
async function settled(lanes: Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(lanes)
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed) throw failed.reason
}
