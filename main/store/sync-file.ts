import { rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import { type Problem, ProblemError } from '../../connectors/problems.ts'
import type { Outcome, PlannedChange, SnapshotEntry, SyncFile } from '../engine/types.ts'
import { openStaging } from './staging.ts'
import { op, ops, state, type states } from './sync-codes.ts'
import { openTargets } from './sync-targets.ts'

/**
 * The file of one sync. The changes of a plan follow each other by id, all above `plan.after`. A change is written once, as part of a plan, and stays as long as the snapshot points to it: the
 * record that was last sent *is* the change that was last accepted. `op` and `state` are small numbers (see the lists).
 */
const SCHEMA = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE plan (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL UNIQUE,
    after INTEGER NOT NULL,
    pushed INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE change (
    id INTEGER PRIMARY KEY,
    plan INTEGER NOT NULL REFERENCES plan(id),
    op INTEGER NOT NULL,
    state INTEGER NOT NULL,
    key BLOB NOT NULL,
    label TEXT NOT NULL,
    target TEXT,
    print BLOB,
    record TEXT,
    before INTEGER,
    remote TEXT,
    problem TEXT
  ) STRICT;
  CREATE INDEX change_of_plan ON change (plan, op);
  CREATE INDEX change_with_problem ON change (plan, state) WHERE state >= 3;
  CREATE INDEX change_by_target ON change (target) WHERE target IS NOT NULL;
  CREATE TABLE snapshot (key BLOB PRIMARY KEY, print BLOB NOT NULL, change INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  PRAGMA user_version = 1;
`

/**
 * Opens a sync's file, making it if need be; for the worker, the only one who writes. Throws a ProblemError when the
 * file is damaged or from a newer version; it is then left as it is.
 */
export function openSyncFile(file: string): SyncFile {
  const db = openDatabase(file)
  const sql = prepare(db)
  const targets = openTargets(db)
  let plan = 0
  /** Whether the snapshot is that of the target in question. */
  let known = true

  function planOf(run: string): number {
    const id = sql.planOf.get(run) as number | undefined
    if (id === undefined)
      throw new ProblemError({ remedy: 'retry', message: 'This plan is no longer there. Plan again.' })
    return id
  }

  return {
    expectTarget(target, { keepUnsent }) {
      known = sql.meta.get('target') === target
      if (!keepUnsent && sql.meta.get('unsent') !== undefined) {
        db.transaction(() => {
          sql.forgetUnsent.run(state('accepted'))
          sql.removeMeta.run('unsent')
        })()
      }
    },
    snapshotSize: () => (known ? (sql.snapshotSize.get() as number) : 0),
    snapshotPage(after, limit) {
      if (!known) return []
      return (after === null ? sql.firstSnapshotPage.all(limit) : sql.snapshotPage.all(after, limit)) as SnapshotEntry[]
    },
    record: (change) => (sql.record.get(change) as string | null | undefined) ?? null,
    label: (change) => (sql.label.get(change) as string | undefined) ?? '',
    markGone: (key) => targets.markGone(key),
    settleTargets: (keyName) => targets.settle(plan, keyName, known),
    transaction: (work) => db.transaction(work)(),

    beginPlan(run) {
      db.transaction(() => {
        sql.forgetUnpushedChanges.run()
        sql.forgetUnpushedPlans.run()
        sql.addPlan.run(run)
        targets.clear()
      })()
      plan = planOf(run)
    },
    addChange(change: PlannedChange) {
      sql.addChange.run(
        plan,
        op(change.op),
        state('planned'),
        change.key,
        change.label,
        change.target,
        change.print,
        change.record,
        change.before,
        change.problem && JSON.stringify(change.problem),
      )
    },
    touch: (key, print) => void sql.touch.run(print, key),
    clearPlan() {
      sql.clearPlan.run(plan)
      targets.clear()
    },
    openStaging: () => openStaging(`${file}.staging`),

    outbox(run, pass, after, limit) {
      const [from, to] = pass === 'writes' ? [op('add'), op('change')] : [op('remove'), op('remove')]
      const id = planOf(run)
      return sql.outbox.all(after, id, id, from, to, state('planned'), limit).map(outboxChange)
    },
    content(run, after, limit) {
      plan = planOf(run)
      if (after === null) {
        db.exec('DROP TABLE IF EXISTS temp.touched; CREATE TEMP TABLE touched (key BLOB PRIMARY KEY) WITHOUT ROWID')
        db.prepare('INSERT INTO touched SELECT key FROM change WHERE plan = ? AND op IN (?, ?) AND state = ?').run(
          plan,
          op('change'),
          op('remove'),
          state('planned'),
        )
      }
      const rows = db.prepare(CONTENT).all({
        plan,
        after: after ?? Buffer.alloc(0),
        add: op('add'),
        change: op('change'),
        planned: state('planned'),
        limit,
      })
      return rows as { key: Uint8Array; id: number | null; record: string }[]
    },
    markSending: (ids) => db.transaction(() => ids.forEach((id) => void sql.setState.run(state('sending'), id)))(),
    markAllSending: (run) =>
      void db
        .prepare('UPDATE change SET state = ? WHERE plan = ? AND state = ? AND op <> ?')
        .run(state('sending'), planOf(run), state('planned'), op('invalid')),
    beginPush: (run, target) =>
      db.transaction(() => {
        if (sql.meta.get('target') !== target) {
          sql.clearSnapshot.run()
          sql.setMeta.run('target', target)
        }
        sql.push.run(run)
      })(),
    settleInterrupted(run, problem) {
      const ids = sql.sending.all(planOf(run), state('sending')) as number[]
      this.commit(
        ids.map((id) => ({ id, state: 'unknown' as const, problem })),
        { keepUnknown: true, keepSkipped: false },
      )
      return ids.length
    },
    commit(outcomes: Outcome[], { keepUnknown, keepSkipped }) {
      db.transaction(() => {
        for (const { id, state: name, remoteId, problem } of outcomes) {
          if ((name === 'unknown' && keepUnknown) || (name === 'skipped' && keepSkipped))
            sql.setMeta.run('unsent', 'yes')
          sql.settle.run(state(name), problem ? JSON.stringify(problem) : null, remoteId ?? null, id)
          if (name === 'accepted' || (name === 'unknown' && keepUnknown) || (name === 'skipped' && keepSkipped)) {
            if (sql.acknowledge.run(id).changes === 0) sql.forgetRemoved.run(id, op('remove'))
          }
        }
      })()
    },
    commitAll(run) {
      const id = planOf(run)
      db.transaction(() => {
        const still = [id, state('planned'), state('sending'), op('invalid')]
        const where = 'plan = ? AND state IN (?, ?) AND op <> ?'
        db.prepare(
          `INSERT OR REPLACE INTO snapshot SELECT key, print, id FROM change WHERE ${where} AND print IS NOT NULL`,
        ).run(...still)
        db.prepare(`DELETE FROM snapshot WHERE key IN (SELECT key FROM change WHERE ${where} AND print IS NULL)`).run(
          ...still,
        )
        db.prepare(`UPDATE change SET state = ? WHERE ${where}`).run(state('accepted'), ...still)
      })()
    },
    tally(run) {
      const found = new Map(sql.tally.all(planOf(run), op('invalid')) as [number, number][])
      const count = (name: (typeof states)[number]) => found.get(state(name)) ?? 0
      return {
        accepted: count('accepted'),
        skipped: count('skipped'),
        refused: count('refused'),
        unknown: count('unknown'),
      }
    },
    close: () => void db.close(),
  }
}

/** Deletes a sync's file with everything that belongs to it. */
export function deleteSyncFile(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal', '.staging']) rmSync(`${file}${suffix}`, { force: true })
}

const CONTENT = `
  SELECT key, id, record FROM (
    SELECT s.key AS key, NULL AS id, c.record AS record FROM snapshot s JOIN change c ON c.id = s.change
      WHERE s.key > @after AND s.key NOT IN (SELECT key FROM temp.touched)
    UNION ALL
    SELECT key, id, record FROM change
      WHERE plan = @plan AND op IN (@add, @change) AND state = @planned AND key > @after
  ) ORDER BY key LIMIT @limit`

function prepare(db: Database.Database) {
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
    sending: db.prepare('SELECT id FROM change WHERE plan = ? AND state = ?').pluck(),
    settle: db.prepare(`UPDATE change SET state = ?, problem = ?,
      remote = coalesce(?, (SELECT b.remote FROM change b WHERE b.id = change.before)) WHERE id = ?`),
    acknowledge: db.prepare(
      'INSERT OR REPLACE INTO snapshot SELECT key, print, id FROM change WHERE id = ? AND print IS NOT NULL',
    ),
    forgetRemoved: db.prepare('DELETE FROM snapshot WHERE key = (SELECT key FROM change WHERE id = ? AND op = ?)'),
    tally: db.prepare('SELECT state, count(*) FROM change WHERE plan = ? AND op <> ? GROUP BY state').raw(),
  }
}

function outboxChange(row: unknown): {
  id: number
  op: 'add' | 'change' | 'remove'
  record: string | null
  previous: string | null
  remoteId: string | null
} {
  const [id, kind, record, previous, remoteId] = row as [number, number, string | null, string | null, string | null]
  return { id, op: ops[kind] as 'add' | 'change' | 'remove', record, previous, remoteId }
}

function openDatabase(file: string): Database.Database {
  try {
    const db = new Database(file)
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = NORMAL')
    db.pragma('busy_timeout = 5000')
    const version = db.pragma('user_version', { simple: true }) as number
    if (version === 0) db.transaction(() => db.exec(SCHEMA))()
    else if (version > 1) {
      db.close()
      throw new ProblemError({
        remedy: 'report',
        message: 'What this sync remembers was written by a newer version of Outflow. Update Outflow to go on.',
      })
    }
    return db
  } catch (error) {
    throw error instanceof ProblemError ? error : new ProblemError(damaged(error), { cause: error })
  }
}

function damaged(error: unknown): Problem {
  return {
    remedy: 'edit-sync',
    message:
      'The file in which this sync remembers what was sent cannot be read. Reset the sync to start again with a full comparison; nothing at the destination is touched by that.',
    detail: error instanceof Error ? error.message : String(error),
  }
}
