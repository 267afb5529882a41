import type Database from 'better-sqlite3'
import { idOf, numberOf } from './sync-codes.ts'

/**
 * Records that a complete new content takes over from an earlier plan, and that were not taken this time. A plan does not
 * list what has not changed: such a record gets a number behind all of its changes.
 */
const FIRST = 2 ** 31
export const isCarried = (change: number): boolean => numberOf(change) >= FIRST
/** Ids of a plan's carried records are in this range, the end not included. */
export const carriedRange = (plan: number): [number, number] => [idOf(plan, FIRST), idOf(plan + 1, 0)]

export function openCarried(db: Database.Database) {
  // Not in the first schema: a file of an older Outflow gets it here, and an older Outflow passes it over.
  db.exec('CREATE TABLE IF NOT EXISTS carried (change INTEGER PRIMARY KEY, sent INTEGER NOT NULL) STRICT')
  const sql = {
    last: db.prepare('SELECT max(change) FROM carried WHERE change >= ? AND change < ?').pluck(),
    add: db.prepare('INSERT INTO carried VALUES (?, ?)'),
    sent: db.prepare('SELECT sent FROM carried WHERE change >= ? AND change < ? ORDER BY change').pluck(),
    forget: db.prepare('DELETE FROM carried WHERE change >= ? AND change < ?'),
  }
  return {
    /** `sent`: the change with which the record was sent first. Answers the id that it has in this plan. */
    add(plan: number, sent: number): number {
      const [first, end] = carriedRange(plan)
      const id = ((sql.last.get(first, end) as number | null) ?? first - 1) + 1
      sql.add.run(id, sent)
      return id
    },
    /** In key order. */
    sent: (plan: number): number[] => sql.sent.all(...carriedRange(plan)) as number[],
    forget: (plan: number): void => void sql.forget.run(...carriedRange(plan)),
  }
}
