import type Database from 'better-sqlite3'
import type { Problem } from '../../connectors/problems.ts'
import { leftBehindBy } from '../engine/key.ts'
import type { OpCode } from './sync-codes.ts'

export type Conflict = { number: number; op: OpCode; problem: Problem }

/**
 * Keeps two rows from writing the same record (two customers with one email address). Looks at a whole plan at once, by
 * index, and only where the destination's key is not the unique id itself. `claim`: what this plan writes; `holder`: what
 * was acknowledged.
 */
export function openTargets(db: Database.Database, labelOf: (change: number) => string) {
  db.exec(`
    CREATE TEMP TABLE gone (key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TEMP TABLE stays (key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TEMP TABLE claim (value TEXT, number INTEGER, op INTEGER NOT NULL, key BLOB NOT NULL, label TEXT,
      PRIMARY KEY (value, number)) STRICT, WITHOUT ROWID;
    CREATE TEMP TABLE leaver (number INTEGER PRIMARY KEY, key BLOB NOT NULL, value TEXT) STRICT`)
  const live = (holder: string) => `NOT EXISTS (SELECT 1 FROM temp.gone g WHERE g.key = ${holder}.key)`
  const sql = {
    markGone: db.prepare('INSERT OR IGNORE INTO temp.gone VALUES (?)'),
    claim: db.prepare('INSERT INTO temp.claim VALUES (?, ?, ?, ?, ?)'),
    leave: db.prepare('INSERT INTO temp.leaver VALUES (?, ?, ?)'),
    // A row that moves to another record sets the old one free.
    moved:
      db.prepare(`INSERT OR IGNORE INTO temp.gone SELECT c.key FROM temp.claim c JOIN main.holder h ON h.key = c.key
      WHERE h.value <> c.value`),
    amongSent: db.prepare(`SELECT c.number, c.op, c.value, h.change AS holder FROM temp.claim c
      JOIN main.holder h ON h.value = c.value AND h.key <> c.key WHERE ${live('h')} GROUP BY c.number`),
    // The first of several new rows is sent.
    amongNew: db.prepare(`SELECT c.number, c.op, c.value, f.label FROM (
        SELECT value, min(number) AS first FROM temp.claim GROUP BY value HAVING count(*) > 1
      ) shared JOIN temp.claim c ON c.value = shared.value AND c.number > shared.first
      JOIN temp.claim f ON f.value = shared.value AND f.number = shared.first`),
    withdraw: db.prepare('DELETE FROM temp.claim WHERE value = ? AND number = ?'),
    held: db.prepare(`UPDATE temp.leaver SET value = h.value FROM main.holder h
      WHERE h.key = leaver.key AND leaver.value IS NULL`),
    // What another row writes now, or still holds, must not be removed; nor what a row leaves that is not sent after all.
    needlessRemovals: db
      .prepare(`SELECT l.number FROM temp.leaver l
        WHERE EXISTS (SELECT 1 FROM temp.claim c WHERE c.value = l.value AND c.key <> l.key)
          OR EXISTS (SELECT 1 FROM main.holder o WHERE o.value = l.value AND o.key <> l.key AND ${live('o')})
          OR EXISTS (SELECT 1 FROM temp.stays s WHERE s.key = l.key)`)
      .pluck(),
    stays: db.prepare('INSERT OR IGNORE INTO temp.stays SELECT key FROM temp.claim WHERE value = ? AND number = ?'),
  }

  type Found = { number: number; op: number; value: string; holder?: number; label?: string }
  function refuse(found: Found[], keyName: string): Conflict[] {
    return found.map(({ number, op: code, value, holder, label }) => {
      sql.stays.run(value, number)
      sql.withdraw.run(value, number)
      const other = holder === undefined ? label : labelOf(holder)
      const message = `The row ${other} has the same ${keyName} (${value}). Only one of them can be sent.`
      return { number, op: code, problem: { remedy: 'fix-record', message } }
    })
  }

  return {
    clear: (): void =>
      void db.exec('DELETE FROM temp.gone; DELETE FROM temp.claim; DELETE FROM temp.leaver; DELETE FROM temp.stays'),
    markGone: (key: Uint8Array): void => void sql.markGone.run(key),
    claim: (value: string, number: number, code: OpCode, key: Uint8Array, label: string): void =>
      void sql.claim.run(value, number, code, key, label),
    /** `value`: of a row that moves, what it leaves behind. */
    leaves: (number: number, key: Uint8Array, value: string | null): void =>
      void sql.leave.run(number, (value !== null && leftBehindBy(key)) || key, value),
    settle(keyName: string, withSnapshot: boolean): { refused: Conflict[]; dropped: number[] } {
      if (withSnapshot) sql.moved.run()
      const refused = withSnapshot ? refuse(sql.amongSent.all() as Found[], keyName) : []
      refused.push(...refuse(sql.amongNew.all() as Found[], keyName))
      if (withSnapshot) sql.held.run()
      return { refused, dropped: withSnapshot ? (sql.needlessRemovals.all() as number[]) : [] }
    },
  }
}
