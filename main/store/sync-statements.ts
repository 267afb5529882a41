import type Database from 'better-sqlite3'

/** One page of the complete new content of mode `replace`: what has not changed, and what this plan writes, by key. */
export const CONTENT = `
  SELECT key, id, record FROM (
    SELECT s.key AS key, NULL AS id, c.record AS record FROM snapshot s JOIN change c ON c.id = s.change
      WHERE s.key > @after AND s.key NOT IN (SELECT key FROM temp.touched)
    UNION ALL
    SELECT key, id, record FROM change
      WHERE plan = @plan AND op IN (@add, @change) AND state = @planned AND key > @after
  ) ORDER BY key LIMIT @limit`

/** Every statement on a sync's file, prepared once. */
export function prepare(db: Database.Database) {
  return {
    meta: db.prepare('SELECT value FROM meta WHERE name = ?').pluck(),
    setMeta: db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)'),
    clearSnapshot: db.prepare('DELETE FROM snapshot'),
    snapshotSize: db.prepare('SELECT count(*) FROM snapshot').pluck(),
    firstSnapshotPage: db.prepare('SELECT key, print, change FROM snapshot ORDER BY key LIMIT ?').raw(),
    snapshotPage: db.prepare('SELECT key, print, change FROM snapshot WHERE key > ? ORDER BY key LIMIT ?').raw(),
    record: db.prepare('SELECT record FROM change WHERE id = ?').pluck(),
    label: db.prepare('SELECT label FROM change WHERE id = ?').pluck(),
    forgetUnsent: db.prepare('DELETE FROM snapshot WHERE change IN (SELECT id FROM change WHERE state <> ?)'),
    removeMeta: db.prepare('DELETE FROM meta WHERE name = ?'),
    planOf: db.prepare('SELECT id FROM plan WHERE run = ?').pluck(),
    addPlan: db.prepare('INSERT INTO plan (run, after) SELECT ?, coalesce(max(id), 0) FROM change'),
    // A plan that was never pushed leaves no trace; what was pushed stays as history.
    forgetUnpushedChanges: db.prepare('DELETE FROM change WHERE plan IN (SELECT id FROM plan WHERE pushed = 0)'),
    forgetUnpushedPlans: db.prepare('DELETE FROM plan WHERE pushed = 0'),
    push: db.prepare('UPDATE plan SET pushed = 1 WHERE run = ?'),
    clearPlan: db.prepare('DELETE FROM change WHERE plan = ?'),
    addChange: db.prepare(`INSERT INTO change (plan, op, state, key, label, target, print, record, before, problem)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    touch: db.prepare('UPDATE snapshot SET print = ? WHERE key = ?'),
    outbox: db
      .prepare(`SELECT c.id, c.op, c.record, b.record, b.remote FROM change c LEFT JOIN change b ON b.id = c.before
        WHERE c.id > max(?, (SELECT after FROM plan WHERE id = ?)) AND +c.plan = ? AND +c.op BETWEEN ? AND ?
          AND c.state = ? ORDER BY c.id LIMIT ?`)
      .raw(),
    setState: db.prepare('UPDATE change SET state = ? WHERE id = ?'),
    setStates: db.prepare('UPDATE change SET state = ? WHERE plan = ? AND state = ? AND op <> ?'),
    // One push at a time, and each begins by settling what the one before left: only the last can have left something.
    sending: db
      .prepare('SELECT id FROM change WHERE plan = (SELECT max(id) FROM plan WHERE pushed = 1) AND state = ?')
      .pluck(),
    settle: db.prepare(`UPDATE change SET state = ?, problem = ?,
      remote = coalesce(?, (SELECT b.remote FROM change b WHERE b.id = change.before)) WHERE id = ?`),
    // Neighbours that were all accepted are settled by three statements instead of three each: half of apply's time.
    settleRange: db.prepare(`UPDATE change SET state = ?, problem = NULL,
      remote = (SELECT b.remote FROM change b WHERE b.id = change.before) WHERE id BETWEEN ? AND ?`),
    acknowledgeRange: db.prepare(
      'INSERT OR REPLACE INTO snapshot SELECT key, print, id FROM change WHERE id BETWEEN ? AND ? AND print IS NOT NULL',
    ),
    forgetRemovedRange: db.prepare(
      'DELETE FROM snapshot WHERE key IN (SELECT key FROM change WHERE id BETWEEN ? AND ? AND op = ?)',
    ),
    acknowledge: db.prepare(
      'INSERT OR REPLACE INTO snapshot SELECT key, print, id FROM change WHERE id = ? AND print IS NOT NULL',
    ),
    forgetRemoved: db.prepare('DELETE FROM snapshot WHERE key = (SELECT key FROM change WHERE id = ? AND op = ?)'),
    tally: db.prepare('SELECT state, count(*) FROM change WHERE plan = ? AND op <> ? GROUP BY state').raw(),
  }
}
