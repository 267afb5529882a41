import type { Run } from '../../preload/api.ts'

/** How long a plan is good for: after it, one that a person looks at may be replaced, and one that was not pushed is made anew. */
const REVIEW_MS = 30 * 60_000

/** The schedule asked for this plan, and nothing speaks against pushing it. */
export function isUnpushed(run: Run): boolean {
  return run.startedBy === 'schedule' && run.status === 'planned'
}

/** Whether a plan still tells what would change. One from the future was made by a clock that was wrong. */
export function isFresh(run: Run, now: number): boolean {
  return !run.stale && Math.abs(now - Date.parse(run.plannedAt ?? run.startedAt)) < REVIEW_MS
}

/** A scheduled run goes on by itself where nobody has to do anything about it; a person's run waits for the person. */
export function wasCutShort(run: Run): boolean {
  if (run.startedBy !== 'schedule') return false
  return run.status === 'interrupted' || (run.status === 'failed' && run.problem?.remedy === 'retry')
}

/** A connection did not let it in. Sending goes on where it stopped; a scheduled plan is made again. */
export function stoppedForSignIn({ status, startedBy, needsSignIn }: Run): boolean {
  if (needsSignIn === undefined) return false
  return status === 'waiting' || (status === 'failed' && startedBy === 'schedule')
}

/** Something is being done about it right now. */
export function isUnderWay({ status }: Pick<Run, 'status'>): boolean {
  return status === 'planning' || status === 'comparing' || status === 'applying'
}

/** Whether starting a sync now would disturb a run under way, or a person who is asked to look at a plan. */
export function isBusy(run: Run, now: number): boolean {
  switch (run.status) {
    case 'planning':
    case 'comparing':
    case 'applying':
    case 'paused':
    case 'interrupted':
      return true
    case 'waiting':
      // One that no longer fits cannot go on.
      return !run.stale
    case 'blocked':
      return isFresh(run, now)
    case 'planned':
      return run.startedBy !== 'schedule' && isFresh(run, now)
    case 'done':
    case 'failed':
    case 'canceled':
    case 'discarded':
      return false
  }
}
