import type Database from 'better-sqlite3'
import { compareBytes } from '../engine/key.ts'
import type { SentChange } from '../engine/types.ts'
import { recordOf } from './plan-file.ts'
import type { Plans } from './plan-files.ts'
import { idOf, op, ops, state } from './sync-codes.ts'
import { readStates } from './sync-results.ts'
import { readSnapshot } from './sync-snapshot.ts'

/** The changes of a plan that were accepted or may have been, in key order, each with whether the snapshot still knows it as the last one; valid until the next. */
export function* sentChanges(db: Database.Database, plans: Plans, plan: number): Generator<SentChange> {
  const states = readStates(db, plan)
  const sent = [op('add'), op('change'), op('remove')]
  const sql = {
    result: db.prepare('SELECT created, record FROM result WHERE change = ?').raw(),
    live: db.prepare('SELECT record FROM live WHERE change = ?').raw(),
  }
  const settled = [state('accepted'), state('unknown')]
  const tells = db.prepare('SELECT tells FROM plan WHERE id = ?').pluck().get(plan) === 1
  const snapshot = readSnapshot(db, { held: true })
  let more = snapshot.next()

  for (const page of plans.reader(plan).pages(0, sent)) {
    const known = states.statesOf(page.heads)
    for (const [index, head] of page.heads.entries()) {
      if (!sent.includes(head.op) || !settled.includes(known[index] as number)) continue
      const { key } = head
      while (more && compareBytes(snapshot.data, snapshot.keyLength, key, key.length, snapshot.keyAt) < 0) {
        more = snapshot.next()
      }
      const there = more && compareBytes(snapshot.data, snapshot.keyLength, key, key.length, snapshot.keyAt) === 0
      const id = idOf(plan, head.number)
      const noted = sql.result.get(id) as [number | null, string | null] | undefined
      const [created, record] = noted ?? [tells ? Number(head.op === op('add')) : null, null]
      const live = sql.live.get(id) as [string | null] | undefined
      yield {
        id,
        op: ops[head.op] as SentChange['op'],
        key,
        label: head.label,
        record: record ? Buffer.from(record) : recordOf(page, head),
        before: head.before === 0 || head.op === op('add') ? null : plans.trail(head.before).acknowledged,
        created: created === null ? undefined : created === 1,
        unknown: known[index] === state('unknown'),
        live: live === undefined ? undefined : live[0] === null ? null : JSON.parse(live[0]),
        current: head.op === op('remove') ? !there : there && snapshot.change === id,
      }
    }
  }
}
