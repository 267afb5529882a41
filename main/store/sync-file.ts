import { rmSync } from 'node:fs'
import type Database from 'better-sqlite3'
import { ProblemError } from '../../connectors/problems.ts'
import type { OutboxChange, Outcome, PlannedChange, SnapshotEntry, Steps, SyncFile } from '../engine/types.ts'
import { openStaging } from './staging.ts'
import { op, ops, state, type states } from './sync-codes.ts'
import { openDatabase } from './sync-database.ts'
import { CONTENT, prepare } from './sync-statements.ts'
import { openTargets } from './sync-targets.ts'

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
    beginSteps: () => beginSteps(db),

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
    markSending: (ids) =>
      db.transaction(() => {
        sql.setMeta.run('sending', 'yes')
        for (const id of ids) sql.setState.run(state('sending'), id)
      })(),
    unmarkSending: (ids) =>
      db.transaction(() => {
        for (const id of ids) sql.setState.run(state('planned'), id)
      })(),
    markAllSending: (run) =>
      db.transaction(() => {
        sql.setMeta.run('sending', 'yes')
        sql.setStates.run(state('sending'), planOf(run), state('planned'), op('invalid'))
      })(),
    unmarkAllSending: (run) => void sql.setStates.run(state('planned'), planOf(run), state('sending'), op('invalid')),
    beginPush: (run, target) =>
      db.transaction(() => {
        if (sql.meta.get('target') !== target) {
          sql.clearSnapshot.run()
          sql.setMeta.run('target', target)
          known = true
        }
        sql.push.run(run)
      })(),
    settleInterrupted(problem) {
      if (sql.meta.get('sending') === undefined) return
      const ids = sql.sending.all(state('sending')) as number[]
      db.transaction(() => {
        this.commit(
          ids.map((id) => ({ id, state: 'unknown' as const, problem })),
          { keepUnknown: true, keepSkipped: false },
        )
        sql.removeMeta.run('sending')
      })()
    },
    commit(outcomes: Outcome[], { keepUnknown, keepSkipped }) {
      db.transaction(() => {
        for (const run of runsOfAccepted(outcomes)) {
          if (run.length > 1) {
            const range = [(run[0] as Outcome).id, (run.at(-1) as Outcome).id]
            sql.settleRange.run(state('accepted'), ...range)
            sql.acknowledgeRange.run(...range)
            sql.forgetRemovedRange.run(...range, op('remove'))
            continue
          }
          const { id, state: name, remoteId, problem } = run[0] as Outcome
          const unsent = (name === 'unknown' && keepUnknown) || (name === 'skipped' && keepSkipped)
          if (unsent) sql.setMeta.run('unsent', 'yes')
          sql.settle.run(state(name), problem ? JSON.stringify(problem) : null, remoteId ?? null, id)
          if (name !== 'accepted' && !unsent) continue
          if (sql.acknowledge.run(id).changes === 0) sql.forgetRemoved.run(id, op('remove'))
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

/** Rows per transaction of a plan: enough that beginning and ending one costs nothing, few enough to stay in memory. */
const ROWS_PER_STEP = 10_000

function beginSteps(db: Database.Database): Steps {
  let rows = 0
  const write = () => {
    if (db.inTransaction) db.exec('COMMIT')
    rows = 0
  }
  return {
    step(more, work) {
      if (!db.inTransaction) db.exec('BEGIN IMMEDIATE')
      work()
      rows += more
      if (rows >= ROWS_PER_STEP) write()
    },
    end: write,
    drop: () => void (db.inTransaction && db.exec('ROLLBACK')),
  }
}

/** Deletes a sync's file with everything that belongs to it. */
export function deleteSyncFile(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal', '.staging']) rmSync(`${file}${suffix}`, { force: true })
}

/**
 * The outcomes in their order, neighbours taken together that were accepted without news of their remote ids. Only ids that
 * follow each other without a gap: what lies between two ids of a batch may belong to another batch.
 */
function* runsOfAccepted(outcomes: Outcome[]): Generator<Outcome[]> {
  let run: Outcome[] = []
  for (const outcome of outcomes) {
    const plain = outcome.state === 'accepted' && outcome.remoteId === undefined
    const last = run.at(-1)
    if (last && plain && last.id + 1 === outcome.id && last.state === 'accepted' && last.remoteId === undefined)
      run.push(outcome)
    else {
      if (last) yield run
      run = [outcome]
    }
  }
  if (run.length > 0) yield run
}

function outboxChange(row: unknown): OutboxChange {
  const [id, kind, record, previous, remoteId] = row as [number, number, string | null, string | null, string | null]
  return { id, op: ops[kind] as 'add' | 'change' | 'remove', record, previous, remoteId }
}
