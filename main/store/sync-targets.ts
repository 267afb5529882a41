import type Database from 'better-sqlite3'
import type { Problem } from '../../connectors/problems.ts'
import { op } from './sync-codes.ts'

type Conflict = { id: number; op: number; target: string; holder: string }

/**
 * Keeps two rows from writing the same record (two customers with one email address). Looks at a whole plan at once, by
 * index, and only where the destination's key is not the unique id itself.
 */
export function openTargets(db: Database.Database) {
  db.exec('CREATE TEMP TABLE gone (key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID')
  const writes = `(${op('add')}, ${op('change')})`
  const live = `EXISTS (SELECT 1 FROM snapshot s WHERE s.key = o.key AND s.change = o.id)
    AND NOT EXISTS (SELECT 1 FROM temp.gone g WHERE g.key = o.key)`
  const sql = {
    markGone: db.prepare('INSERT OR IGNORE INTO temp.gone VALUES (?)'),
    clear: db.prepare('DELETE FROM temp.gone'),
    // A row that moves to another record sets the old one free.
    moved: db.prepare(`INSERT OR IGNORE INTO temp.gone SELECT c.key FROM change c JOIN change b ON b.id = c.before
      WHERE c.plan = ? AND c.op = ${op('change')} AND b.target IS NOT c.target`),
    // The first of several new rows is sent.
    amongNew: db.prepare(`SELECT c.id, c.op, c.target, f.label AS holder FROM (
        SELECT target, min(id) AS first FROM change WHERE plan = @plan AND op IN ${writes} AND target IS NOT NULL
        GROUP BY target HAVING count(*) > 1
      ) shared JOIN change c ON c.target = shared.target AND c.plan = @plan AND c.op IN ${writes} AND c.id > shared.first
      JOIN change f ON f.id = shared.first`),
    amongSent:
      db.prepare(`SELECT c.id, c.op, c.target, o.label AS holder FROM change c JOIN change o ON o.target = c.target
      WHERE c.plan = ? AND c.op IN ${writes} AND o.key <> c.key AND ${live} GROUP BY c.id`),
    refuse: db.prepare(`UPDATE change SET op = ${op('invalid')}, problem = ? WHERE id = ?`),
    // What another row writes now, or still holds, must not be removed.
    needlessRemovals: db
      .prepare(`SELECT r.id, r.key FROM change r JOIN change b ON b.id = r.before JOIN change o ON o.target = b.target
        WHERE r.plan = @plan AND r.op = ${op('remove')} AND o.key <> r.key
          AND ((o.plan = @plan AND o.op IN ${writes}) OR (${live})) GROUP BY r.id`)
      .raw(),
    dropChange: db.prepare('DELETE FROM change WHERE id = ?'),
    dropEntry: db.prepare('DELETE FROM snapshot WHERE key = ?'),
  }

  function refuse(conflicts: Conflict[], keyName: string, counts: { added: number; changed: number }): void {
    for (const { id, op: kind, target, holder } of conflicts) {
      const problem: Problem = {
        remedy: 'fix-record',
        message: `The row ${holder} has the same ${keyName} (${target}). Only one of them can be sent.`,
      }
      sql.refuse.run(JSON.stringify(problem), id)
      if (kind === op('add')) counts.added++
      else counts.changed++
    }
  }

  return {
    clear: (): void => void sql.clear.run(),
    markGone: (key: Uint8Array): void => void sql.markGone.run(key),
    settle: (plan: number, keyName: string, withSnapshot: boolean) =>
      db.transaction(() => {
        const counts = { added: 0, changed: 0, removed: 0 }
        if (withSnapshot) {
          sql.moved.run(plan)
          refuse(sql.amongSent.all(plan) as Conflict[], keyName, counts)
        }
        refuse(sql.amongNew.all({ plan }) as Conflict[], keyName, counts)
        if (!withSnapshot) return counts
        for (const [id, key] of sql.needlessRemovals.all({ plan }) as [number, Uint8Array][]) {
          sql.dropChange.run(id)
          sql.dropEntry.run(key)
          counts.removed++
        }
        return counts
      })(),
  }
}
