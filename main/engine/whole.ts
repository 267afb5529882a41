import { ProblemError } from '../../connectors/problems.ts'
import type { DestinationSession, Writer } from '../../connectors/types.ts'
import type { Send } from './lanes.ts'
import { outcomeOf } from './outcomes.ts'
import { contentWrite } from './outgoing.ts'
import type { SentResult } from './send.ts'
import type { ApplyEnd, Outcome, Stage } from './types.ts'

const CONTENT_PAGE = 1_000

/** Sends the complete new content in key order; it becomes real in one moment. */
export async function replaceAll(
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

/** Everything that was written becomes real, or nothing. */
export async function finish({ file, run, progress, signal }: Stage, writer: Writer): Promise<void> {
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
