import { mkdirSync, rmSync } from 'node:fs'
import { ProblemError } from '../../connectors/problems.ts'
import { isBlank } from '../engine/diff.ts'
import type { Batch, PlannedChange, SyncFile } from '../engine/types.ts'
import { openCarried } from './carried.ts'
import { mergeContent } from './content.ts'
import { exchangesFile } from './exchanges.ts'
import { foldPlan } from './fold.ts'
import { openFound } from './found.ts'
import { keptText } from './kept-fields.ts'
import { leftBehindInVain } from './left-behind.ts'
import { openOutbox } from './outbox.ts'
import { deletePlan, type PlanWriter, writePlan } from './plan-file.ts'
import { openPlans, planFile, plansFolder } from './plan-files.ts'
import { sentChanges } from './sent.ts'
import { openStaging } from './staging.ts'
import { idOf, op, planOf, type StateName } from './sync-codes.ts'
import { openDatabase } from './sync-database.ts'
import { openJobs } from './sync-jobs.ts'
import { openResults, type Span } from './sync-results.ts'
import { countSnapshot, openSnapshotWriter, readSnapshot } from './sync-snapshot.ts'
import { openTargets } from './sync-targets.ts'

const none = new Uint8Array(0)
const noCursor = { data: none, keyAt: 0, keyLength: 0, printAt: 0, change: 0, next: () => false }

/**
 * Opens a sync's files, making them if need be; for the worker, the only one who writes. Throws a ProblemError when they
 * are damaged or from a newer version; they are then left as they are.
 */
export function openSyncFile(file: string): SyncFile {
  const db = openDatabase(file)
  const folder = plansFolder(file)
  mkdirSync(folder, { recursive: true })
  const plans = openPlans(db, folder)
  const results = openResults(db)
  const jobs = openJobs(db)
  const found = openFound(db)
  const carried = openCarried(db)
  const targets = openTargets(db, (change) => plans.label(change))
  const sql = {
    meta: db.prepare('SELECT value FROM meta WHERE name = ?').pluck(),
    setMeta: db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)'),
    addPlan: db.prepare('INSERT INTO plan (id, run, target) VALUES (?, ?, ?)'),
    endPlan: db.prepare('UPDATE plan SET writes = ?, removals = ? WHERE id = ?'),
    planOf: db.prepare('SELECT id FROM plan WHERE run = ?').pluck(),
    unpushed: db.prepare('SELECT id FROM plan WHERE pushed = 0').pluck(),
    forgetResults: db.prepare('DELETE FROM result WHERE change BETWEEN ? AND ?'),
    forgetPlan: db.prepare('DELETE FROM plan WHERE id = ?'),
    push: db.prepare('UPDATE plan SET pushed = 1, folded = 0, keeps = ?, target = ? WHERE run = ?'),
    targetOf: db.prepare('SELECT target FROM plan WHERE run = ?').pluck(),
    tells: db.prepare('UPDATE plan SET tells = 1 WHERE run = ? AND tells = 0'),
    wasThere: db.prepare('SELECT 1 FROM live WHERE change = ? AND record IS NOT NULL').pluck(),
    noteLive: db.prepare('INSERT OR REPLACE INTO live VALUES (?, ?, ?)'),
    forgetAccepted: db.prepare('DELETE FROM accepted WHERE first BETWEEN ? AND ?'),
    forgetLive: db.prepare('DELETE FROM live WHERE change BETWEEN ? AND ?'),
    clearSnapshot: db.prepare('DELETE FROM snapshot'),
    clearHolders: db.prepare('DELETE FROM holder'),
    unfold: db.prepare('UPDATE plan SET folded = 0 WHERE id = ?'),
    unfolded: db.prepare('SELECT id FROM plan WHERE pushed = 1 AND folded = 0 ORDER BY id').pluck(),
    // One push at a time: what was marked belongs to the last of them.
    tally: db.prepare('SELECT accepted, skipped, refused, unknown FROM plan WHERE run = ?'),
    acceptRest: db.prepare(
      'UPDATE plan SET accepted = writes + removals + ? - skipped - refused - unknown WHERE id = ?',
    ),
  }
  let plan = 0
  let writer: PlanWriter | undefined
  let held = false
  /** Whether the snapshot is that of the target in question. */
  let known = true
  /** What `settleTargets` took out of the plan. */
  let fewer = { writes: 0, removals: 0 }
  let leaversMatter = false

  function idOfRun(run: string): number {
    const id = sql.planOf.get(run) as number | undefined
    if (id !== undefined) return id
    throw new ProblemError({ remedy: 'retry', message: 'This plan is no longer there. Plan again.' })
  }

  function forget(id: number): void {
    const range = [idOf(id, 0), idOf(id + 1, 0) - 1]
    plans.forget(id)
    deletePlan(planFile(folder, id))
    db.transaction(() => {
      sql.forgetResults.run(...range)
      sql.forgetLive.run(...range)
      sql.forgetAccepted.run(...range)
      carried.forget(id)
      sql.forgetPlan.run(id)
    })()
  }

  const begin = () => {
    targets.clear()
    fewer = { writes: 0, removals: 0 }
    leaversMatter = db.prepare('SELECT 1 FROM holder LIMIT 1').get() !== undefined
    writer = writePlan(planFile(folder, plan))
  }
  const spanOf = (batch: Batch, changes = batch.changes.length): Span => ({
    pass: batch.pass,
    after: batch.after,
    last: batch.changes[changes - 1]?.id ?? batch.after,
  })

  const self: SyncFile = {
    expectTarget(target, options) {
      known = sql.meta.get('target') === target
      held = options.held
    },
    snapshotSize() {
      if (!known) return 0
      const counts = countSnapshot(db)
      return counts.accepted + (held ? counts.held : 0)
    },
    snapshot: () => (known ? readSnapshot(db, { held }) : { ...noCursor }),
    record: (change) => plans.record(change),
    label: (change) => plans.label(change),
    trail: (change) => plans.trail(change),
    isFound: (key) => known && found.has(key),
    remoteId: (change) => plans.remoteId(change),
    markGone: (key) => targets.markGone(key),
    settleTargets(keyName) {
      const { refused, dropped } = targets.settle(keyName, known)
      db.transaction(() => {
        const outcome = (number: number, name: StateName) => ({ id: idOf(plan, number), state: name as never })
        for (const { number, problem } of refused) results.note([{ ...outcome(number, 'invalid'), problem }])
        for (const number of dropped) results.note([outcome(number, 'dropped')])
      })()
      const added = refused.filter((conflict) => conflict.op === op('add')).length
      fewer = { writes: refused.length, removals: dropped.length }
      return { added, changed: refused.length - added, removed: dropped.length }
    },

    forgetRuns(runs) {
      const ids = runs.flatMap((run) => (sql.planOf.get(run) as number | undefined) ?? [])
      if (ids.length === 0) return
      const needed = new Set<number>()
      for (const snapshot = readSnapshot(db, { held: true }); snapshot.next(); ) {
        needed.add(planOf(snapshot.change))
        if (!isBlank(snapshot.data, snapshot.printAt)) continue
        const { unknown, acknowledged } = plans.trail(snapshot.change)
        for (const change of [...unknown, acknowledged]) if (change !== null) needed.add(planOf(change))
      }
      for (const id of ids) if (!needed.has(id)) forget(id)
    },
    beginPlan(run, target) {
      for (const id of sql.unpushed.all() as number[]) forget(id)
      // Numbers are never used twice: what a screen still shows of a forgotten plan must not turn into another change.
      plan = Number(sql.meta.get('plans') ?? 0) + 1
      db.transaction(() => {
        sql.setMeta.run('plans', String(plan))
        sql.addPlan.run(plan, run, target)
      })()
      begin()
    },
    addChange({ op: name, key, label, target, print, record, before, problem }: PlannedChange) {
      const code = op(name)
      const number = (writer as PlanWriter).add({
        op: code,
        key,
        label,
        target: target === null ? none : Buffer.from(target),
        print,
        before: before ?? 0,
        record,
        problem: problem && Buffer.from(JSON.stringify(problem)),
      })
      if (name === 'remove') {
        if (leaversMatter) targets.leaves(number, key, target)
      } else if (target !== null) targets.claim(target, number, code, key, Buffer.from(label).toString())
    },
    restartPlan() {
      writer?.drop()
      begin()
    },
    endPlan() {
      const counts = (writer as PlanWriter).finish()
      writer = undefined
      const of = (name: 'add' | 'change' | 'remove' | 'same') => counts[op(name)] as number
      sql.endPlan.run(of('add') + of('change') - fewer.writes, of('remove') - fewer.removals, plan)
      // They hold whether or not the plan is pushed, and spare the next plan the same work.
      if (of('same') > 0) foldPlan(db, plans.reader(plan), plan, 'same')
    },
    openStaging: () => openStaging(`${file}.staging`),

    noteLive: (found) =>
      db.transaction(() => {
        for (const { change, record, ...fields } of found)
          sql.noteLive.run(change, record && JSON.stringify(record), keptText(fields))
      })(),
    wasThere: (change) => sql.wasThere.get(change) === 1,
    targetOf: (run) => (sql.targetOf.get(run) as string | null | undefined) ?? undefined,
    sentBy: (run) => sentChanges(db, plans, idOfRun(run)),

    outbox(run, pass, only) {
      const id = idOfRun(run)
      const within = only === undefined ? undefined : { from: only - 1, to: only }
      return openOutbox(db, plans.reader(id), id, pass, within)
    },
    content(run) {
      const id = idOfRun(run)
      db.transaction(() => {
        carried.forget(id)
        results.forgetNotTaken(id)
      })()
      return mergeContent(db, plans, id)
    },
    noteCarried(run, outcomes) {
      const id = idOfRun(run)
      db.transaction(() => results.note(outcomes.map((outcome) => ({ ...outcome, id: carried.add(id, outcome.id) }))))()
    },
    markSending: (batch) => results.mark(spanOf(batch)),
    markAllSending(run) {
      const id = idOfRun(run)
      db.transaction(() => {
        for (const pass of ['writes', 'removals'] as const)
          results.mark({ pass, after: idOf(id, 0) - 1, last: idOf(id + 1, 0) - 1 })
      })()
    },
    forgetSending: () => results.forgetMarks(),
    lastTarget: () => sql.meta.get('target') as string | undefined,
    lastShape: () => sql.meta.get('shape') as string | undefined,
    beginPush(run, target, keeps, shape) {
      db.transaction(() => {
        if (sql.meta.get('target') !== target) {
          sql.clearSnapshot.run()
          sql.clearHolders.run()
          found.clear()
          jobs.forgetAll()
          sql.setMeta.run('target', target)
        }
        known = true
        sql.setMeta.run('shape', shape)
        sql.push.run(JSON.stringify(keeps), target, run)
      })()
    },
    jobs: (run) => jobs.of(run),
    jobsLeftBehind: (run) => jobs.ofOthers(run),
    noteJob: (run, job, changes) => jobs.note(run, job, changes),
    forgetJob: (id) => jobs.forget(id),
    settleInterrupted(problem) {
      const marks = results.marks()
      if (marks.length === 0) return
      db.transaction(() => {
        for (const span of marks) {
          const id = planOf(span.last)
          const outbox = openOutbox(db, plans.reader(id), id, span.pass, { from: span.after, to: span.last })
          for (let batch = outbox.next(10_000); batch; batch = outbox.next(10_000))
            results.note(batch.changes.map((change) => ({ id: change.id, state: 'unknown', problem })))
          // The snapshot may have been brought up to date while these were still on their way.
          sql.unfold.run(id)
        }
        results.forgetMarks()
      })()
    },
    settle(batch, outcomes, others) {
      const settled = spanOf(batch, outcomes === 'accepted' ? batch.changes.length : outcomes.length)
      db.transaction(() => {
        results.unmark(others === 'unsure' ? settled : spanOf(batch))
        jobs.settle(settled)
        if (outcomes === 'accepted') results.acceptSpan(settled, batch.changes.length)
        else results.settle(settled, outcomes)
      })()
    },
    keepLeftBehind(run, problem) {
      const id = idOfRun(run)
      const kept = leftBehindInVain(db, plans.reader(id), id)
      db.transaction(() => results.note(kept.map((change) => ({ id: change, state: 'skipped', problem }))))()
      return kept.length
    },
    noteTells: (run) => void sql.tells.run(run),
    note: (outcomes) => db.transaction(() => results.note(outcomes))(),
    commitAll(run) {
      const id = idOfRun(run)
      db.transaction(() => {
        results.acceptAll(id, 'writes')
        results.acceptAll(id, 'removals')
        results.forgetMarks()
        const gone = carried.sent(id)
        sql.acceptRest.run(gone.length, id)
        const snapshot = openSnapshotWriter(db)
        for (const sent of gone) snapshot.remove(Buffer.from(plans.find(sent)?.head.key ?? none))
        snapshot.finish()
      })()
    },
    fold() {
      for (const id of sql.unfolded.all() as number[]) foldPlan(db, plans.reader(id), id, 'all')
    },
    tally: (run) => sql.tally.get(run) as ReturnType<SyncFile['tally']>,
    close() {
      writer?.drop()
      plans.close()
      db.close()
    },
  }
  return self
}

/** Deletes a sync's files with everything that belongs to it. */
export function deleteSyncFile(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal', '.staging']) rmSync(`${file}${suffix}`, { force: true })
  rmSync(plansFolder(file), { recursive: true, force: true })
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${exchangesFile(file)}${suffix}`, { force: true })
}
