import type Database from 'better-sqlite3'
import { z } from 'zod'
import { leftBehindBy } from '../engine/key.ts'
import type { Keeps } from '../engine/types.ts'
import type { Head } from './change-page.ts'
import { openFound } from './found.ts'
import { hasArrived } from './left-behind.ts'
import type { PlanReader } from './plan-file.ts'
import { idOf, op, opsWithPrint, state } from './sync-codes.ts'
import { readStates } from './sync-results.ts'
import { openSnapshotWriter } from './sync-snapshot.ts'

const keepsShape: z.ZodType<Keeps> = z.object({
  unknown: z.enum(['held', 'again']).exactOptional(),
  skipped: z.enum(['held']).exactOptional(),
  refused: z.enum(['gone']).exactOptional(),
})

const noPrint = new Uint8Array(16)
/** Of what a row has left behind: no row is compared with it. */
const anyPrint = new Uint8Array(16).fill(0xff)
const opsInSnapshot = [...opsWithPrint, op('remove')]

/**
 * Brings what became of a plan's changes into the snapshot, in one transaction and in key order, so that each page of it
 * is written once at most. Doing it again changes nothing. `same`: only what holds without a push.
 */
export function foldPlan(db: Database.Database, plan: PlanReader, id: number, what: 'same' | 'all'): void {
  const keeps = keepsShape.parse(
    JSON.parse(db.prepare('SELECT keeps FROM plan WHERE id = ?').pluck().get(id) as string),
  )
  const states = readStates(db, id)
  const holders = {
    any: db.prepare('SELECT 1 FROM holder LIMIT 1').get() !== undefined,
    forget: db.prepare('DELETE FROM holder WHERE key = ?'),
    put: db.prepare('INSERT OR REPLACE INTO holder VALUES (?, ?, ?)'),
  }
  const found = openFound(db)
  /** Of these the destination said that it had them. */
  const tells = db.prepare('SELECT tells FROM plan WHERE id = ?').pluck().get(id) === 1
  const notMade = db.prepare('SELECT change FROM result WHERE change BETWEEN ? AND ? AND created = 0').pluck()
  const [add, same, remove] = [op('add'), op('same'), op('remove')]
  const names = ['accepted', 'skipped', 'refused', 'unknown', 'dropped'] as const
  const [accepted, skipped, refused, unknown, dropped] = names.map(state)
  const everything = db.prepare('SELECT 1 FROM accepted WHERE pass = 0 AND first = ? AND last = ?')
  const hasGone = keeps.refused && everything.get(idOf(id, 0), idOf(id + 1, 0) - 1) !== undefined

  /** The row before was taken: what it leaves behind is what is left of the old record. */
  let hasMoved = false

  db.transaction(() => {
    const snapshot = openSnapshotWriter(db)
    const hold = (head: Head, change: number) => {
      if (holders.any) holders.forget.run(head.key)
      if (head.target.length > 0) holders.put.run(Buffer.from(head.target).toString(), head.key, change)
    }
    const put = (head: Head, more: { print?: Uint8Array; held?: boolean } = {}) => {
      const change = idOf(id, head.number)
      snapshot.put(head.key, { print: more.print ?? (head.print as Uint8Array), change, held: more.held ?? false })
      if (!more.held) hold(head, change)
    }
    /** A row that has moved is not new: what stands at its new place may be its own record. */
    const noteFound = (head: Head, there: ReadonlySet<unknown>) => {
      if (head.op !== add) return
      if (!there.has(idOf(id, head.number))) found.remove(head.key)
      else if (head.before === 0) found.add(head.key)
    }

    for (const { heads } of plan.pages(0, opsInSnapshot)) {
      const known = states.statesOf(heads)
      const ends = [heads[0], heads.at(-1)].map((head) => idOf(id, head?.number ?? 0))
      const there = new Set(tells ? notMade.all(...ends) : [])
      for (const [index, head] of heads.entries()) {
        if (head.op === same) {
          snapshot.put(head.key, { print: head.print as Uint8Array, change: head.before, held: false })
          continue
        }
        if (what === 'same') continue
        const result = known[index]
        if (head.op === remove) {
          if (leftBehindBy(head.key) && result !== accepted && result !== dropped) {
            if (!hasMoved) continue
            snapshot.put(head.key, { print: anyPrint, change: head.before, held: false })
            if (head.target.length > 0) hold(head, head.before)
            continue
          }
          // It may be gone or not: its row would be sent again, and without a row it is removed again.
          if (result === unknown) snapshot.put(head.key, { print: noPrint, change: head.before, held: false })
          if (result !== accepted && result !== dropped) continue
          snapshot.remove(head.key)
          found.remove(head.key)
          if (holders.any) holders.forget.run(head.key)
          continue
        }
        if (head.print === null) continue
        hasMoved = hasArrived(result)
        if (hasMoved) noteFound(head, there)
        if (hasMoved) put(head)
        else if (hasGone && (result === refused || result === skipped || result === unknown)) snapshot.remove(head.key)
        else if (result === unknown && keeps.unknown === 'held') put(head, { held: true })
        else if (result === unknown && (keeps.unknown || head.before > 0)) put(head, { print: noPrint })
        else if (result === skipped && keeps.skipped) put(head, { held: true })
      }
    }
    snapshot.finish()
    if (what === 'all') db.prepare('UPDATE plan SET folded = 1 WHERE id = ?').run(id)
  })()
}
