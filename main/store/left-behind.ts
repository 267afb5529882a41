import type Database from 'better-sqlite3'
import { leftBehindBy } from '../engine/key.ts'
import type { Head } from './change-page.ts'
import type { PlanReader } from './plan-file.ts'
import { idOf, op, state } from './sync-codes.ts'
import { readStates, type StateReader } from './sync-results.ts'

/** The removals of what rows would leave behind that are not where they move to (yet), and not settled: their ids. */
export function leftBehindInVain(db: Database.Database, plan: PlanReader, id: number): number[] {
  const states = readStates(db, id)
  const found: number[] = []
  for (const page of plan.pages(0, [op('remove')])) {
    for (const head of page.heads) {
      const row = head.op === op('remove') ? leftBehindBy(head.key) : undefined
      if (!row || isSettled(states, head)) continue
      const move = moveOf(plan, head.number, row)
      if (move && !hasArrived(states.statesOf([move])[0])) found.push(idOf(id, head.number))
    }
  }
  return found
}

const isSettled = (states: StateReader, head: Head): boolean =>
  states.statesOf([head])[0] !== state('planned') && states.statesOf([head])[0] !== state('sending')

/** Whether the destination holds what a row stands for. */
export const hasArrived = (code: number | undefined): boolean =>
  code === state('accepted') || code === state('adopted') || code === state('kept')

/** The change of this plan that moves the row: it stands before what it leaves behind. Nothing where it moved earlier. */
function moveOf(plan: PlanReader, number: number, row: Uint8Array): Head | undefined {
  for (let at = number - 1; at >= 0; at--) {
    const head = plan.find(at)?.head
    if (!head) return undefined
    if (leftBehindBy(head.key)) continue
    return Buffer.compare(head.key, row) === 0 ? head : undefined
  }
  return undefined
}
