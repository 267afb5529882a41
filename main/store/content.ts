import type Database from 'better-sqlite3'
import { compareBytes } from '../engine/key.ts'
import type { Content } from '../engine/types.ts'
import type { Head } from './change-page.ts'
import { type ReadPage, recordOf } from './plan-file.ts'
import type { Plans } from './plan-files.ts'
import { idOf, op, state } from './sync-codes.ts'
import { readStates } from './sync-results.ts'
import { readSnapshot } from './sync-snapshot.ts'

/**
 * The complete new content of mode `replace` in key order: what the snapshot holds and this plan leaves alone, and what this
 * plan writes. `change` is null for the first kind, of which `sent` is the change that it was sent with.
 */
export function* mergeContent(db: Database.Database, plans: Plans, plan: number): Generator<Content> {
  const old = readSnapshot(db, { held: false })
  let more = old.next()
  for (const { head, page, planned } of keyed(db, plans, plan)) {
    while (more) {
      const key = old.data.subarray(old.keyAt, old.keyAt + old.keyLength)
      const order = compareBytes(key, key.length, head.key, head.key.length)
      if (order > 0) break
      const { change } = old
      more = old.next()
      // A change that was refused leaves the record as it is; a removal that was planned takes it away.
      if (order === 0 && planned) break
      yield { change: null, sent: change, record: plans.record(change) ?? empty }
    }
    if (planned && head.op !== op('remove'))
      yield { change: idOf(plan, head.number), record: Buffer.from(recordOf(page, head) ?? empty) }
  }
  for (; more; more = old.next()) yield { change: null, sent: old.change, record: plans.record(old.change) ?? empty }
}

const empty = Buffer.from('{}')

/** The changes of a plan that may touch the content, in key order. */
function* keyed(
  db: Database.Database,
  plans: Plans,
  plan: number,
): Generator<{ head: Head; page: ReadPage; planned: boolean }> {
  const touching = [op('add'), op('change'), op('remove')]
  const states = readStates(db, plan)
  const open = [state('planned'), state('sending')]
  for (const page of plans.reader(plan).pages(0, touching)) {
    const known = states.statesOf(page.heads)
    for (const [index, head] of page.heads.entries()) {
      if (touching.includes(head.op)) yield { head, page, planned: open.includes(known[index] as number) }
    }
  }
}
