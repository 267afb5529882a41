import type { WriteResult, Writer } from '../../connectors/types.ts'
import type { Prepared } from './prepare.ts'
import type { SentResult } from './send.ts'
import type { Batch, OutboxChange, Outcome, Stage } from './types.ts'

/** Notes what became of the first changes of a batch; the others are still planned, or may have arrived (`unsure`). */
export function record(
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

/** What is noted of one change for what the destination answered. */
export function outcomeOf({ id, unsure }: Pick<OutboxChange, 'id' | 'unsure'>, result: SentResult): Outcome {
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
