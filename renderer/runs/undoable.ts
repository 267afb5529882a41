import type { Run } from '../../preload/api.ts'
import { unsentOf, wasPushed } from './settled.ts'

/** What can be said about taking a run back. `done`: another run did it. */
export type TakeBack =
  | { kind: 'offer'; note: string }
  | { kind: 'cannot'; why: string }
  | { kind: 'done'; by: string }
  | { kind: 'none' }

const stopped: readonly Run['status'][] = ['paused', 'waiting', 'interrupted']

/** Nothing is said of a plan, of an undo, and of a run that changed nothing. */
export function takeBackOf(run: Run): TakeBack {
  if (run.kind !== 'sync') return { kind: 'none' }
  if (run.undoneBy) return { kind: 'done', by: run.undoneBy }
  if (!wasPushed(run) || run.counts.accepted === 0) return { kind: 'none' }
  if (run.undo && !run.undo.possible) return { kind: 'cannot', why: run.undo.note }
  if (run.status === 'applying') {
    return {
      kind: 'cannot',
      why: 'A run can be taken back when it no longer sends: pause or cancel it, or let it finish.',
    }
  }
  return { kind: 'offer', note: noteOf(run) }
}

function noteOf(run: Run): string {
  const how = run.undo?.note ?? 'Outflow works out what can be taken back.'
  const rest = stopped.includes(run.status) && unsentOf(run) > 0 ? ' What was not sent yet will not be sent.' : ''
  return `${how}${rest} You review every step before it is sent.`
}
