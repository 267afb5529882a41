import type { Run, RunCounts } from '../../preload/api.ts'
import { toSend } from '../shared/format.ts'

/** Changes whose result is known, or known to be unknown. In rows. */
export const settledOf = ({ accepted, skipped, refused, unknown }: RunCounts): number =>
  accepted + skipped + refused + unknown

/** Changes that were not sent, or have no answer yet. In rows. */
export const unsentOf = (run: Pick<Run, 'counts'>): number => Math.max(0, toSend(run) - settledOf(run.counts))

/** Whether the plan was pushed: from then on its page is the run's. */
export function wasPushed({ status, plannedAt, counts, confirmed }: Run): boolean {
  switch (status) {
    case 'planning':
    case 'planned':
    case 'blocked':
    case 'comparing':
    case 'discarded':
      return false
    case 'applying':
    case 'paused':
    case 'waiting':
    case 'interrupted':
    case 'done':
      return true
    case 'failed':
      // A plan that fails never becomes complete.
      return plannedAt !== undefined
    case 'canceled':
      return confirmed !== undefined || settledOf(counts) > 0
  }
}
