import type Database from 'better-sqlite3'
import type { Batch, OutboxChange } from '../engine/types.ts'
import { type PlanReader, type ReadPage, recordOf } from './plan-file.ts'
import { idOf, numberOf, ops, opsOfPass, type Pass, state } from './sync-codes.ts'
import { readStates } from './sync-results.ts'

/**
 * Walks over the changes of one pass that are not settled yet. A batch never reaches over one that is, so that what is
 * between its ends is all its own. `within`: only ids above `from` up to `to`.
 */
export function openOutbox(
  db: Database.Database,
  plan: PlanReader,
  id: number,
  pass: Pass,
  within?: { from: number; to: number },
): { next(limit: number): Batch | null } {
  const states = readStates(db, id)
  const open = [state('planned'), ...(within ? [state('sending')] : [])]
  const wanted = opsOfPass[pass]
  const last = within ? within.to : Number.POSITIVE_INFINITY
  let page: ReadPage | undefined
  let pageStates: number[] = []
  let number = within ? Math.max(0, numberOf(within.from + 1)) : 0
  /** Everything up to here is settled or in an earlier batch. */
  let after = within ? within.from : idOf(id, 0) - 1

  return {
    next(limit) {
      const changes: OutboxChange[] = []
      let start = after
      while (changes.length < limit) {
        if (!page || number >= page.first + page.heads.length) {
          page = plan.pageFrom(number, wanted)
          if (!page) break
          pageStates = states.statesOf(page.heads)
          if (number < page.first) number = page.first
        }
        const place = number - page.first
        const head = page.heads[place] as ReadPage['heads'][number]
        const change = idOf(id, number)
        if (change > last) break
        number++
        if (!wanted.includes(head.op)) continue
        if (!open.includes(pageStates[place] as number)) {
          after = change
          if (changes.length > 0) break
          start = change
          continue
        }
        changes.push({
          id: change,
          op: ops[head.op] as OutboxChange['op'],
          key: head.key,
          record: recordOf(page, head),
          before: head.before || null,
        })
        after = change
      }
      return changes.length === 0 ? null : { pass, after: start, changes }
    },
  }
}
