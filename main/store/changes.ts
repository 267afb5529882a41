import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { ProblemError } from '../../connectors/problems.ts'
import type { Change, ChangeFilter, RunCounts } from '../../preload/api.ts'
import { leftBehindBy } from '../engine/key.ts'
import type { OutboxChange, Trail } from '../engine/types.ts'
import { openFitting } from './fitting.ts'
import { type Look, matching } from './matching.ts'
import { openPlans, type Plans, plansFolder } from './plan-files.ts'
import { idOf, numberOf, ops, planOf } from './sync-codes.ts'
import { problemOfFile } from './sync-database.ts'
import { readStates } from './sync-results.ts'

/** One change of a run, or undefined when it is not (any more) there. Throws as `readChanges` does. */
export function readChange(file: string, run: string, change: number): Change | undefined {
  return withSyncFile(file, undefined, (db, plans) => {
    const plan = db.prepare('SELECT id FROM plan WHERE run = ? AND writes IS NOT NULL').pluck().get(run)
    if (plan !== planOf(change)) return undefined
    const found = plans.find(change)
    const known = found && readStates(db, plan).statesOf([found.head])
    return found && known ? openFitting(db, plans, plan, {})([found], known, { bytes: 0 }).next().value : undefined
  })
}

/** What sending one change of a run needs, or undefined when it is not (any more) there. Throws as `readChanges` does. */
export function readPlanned(file: string, run: string, change: number): Planned | undefined {
  return withSyncFile(file, undefined, (db, plans) => {
    const plan = db.prepare('SELECT id FROM plan WHERE run = ? AND writes IS NOT NULL').pluck().get(run)
    const found = plan === planOf(change) ? plans.find(change) : undefined
    const op = found && ops[found.head.op]
    if (!found || (op !== 'add' && op !== 'change' && op !== 'remove')) return undefined
    const { before, key } = found.head
    const record = found.record && Buffer.from(found.record)
    const leftBehind = op === 'remove' && leftBehindBy(key) !== undefined
    const trail = before === 0 ? { unknown: [], acknowledged: null } : plans.trail(before)
    const sent = trail.acknowledged === null ? [...trail.unknown] : [...trail.unknown, trail.acknowledged]
    const remoteId = trail.acknowledged === null ? undefined : plans.remoteId(trail.acknowledged)
    return {
      change: { id: change, op, record, before: before || null, unsure: false, leftBehind },
      earlier: { trail, records: new Map(sent.map((id) => [id, plans.record(id)])), remoteId },
    }
  })
}

/** `earlier`: what was sent before for the same key, as it was sent; the product's own id of the record. */
export type Planned = {
  change: OutboxChange
  earlier: { trail: Trail; records: Map<number, Uint8Array | null>; remoteId: string | undefined }
}

export type ChangesPage = { run: string; filter: ChangeFilter; after?: number | undefined; limit: number }

/** About how many bytes of a plan one question reads, so that each is answered within 200 ms. */
const AT_ONCE = 16 * 1024 * 1024

/**
 * A page of a run's changes, read beside the worker that may be writing their results. Where few changes match it may answer
 * fewer than `limit`, even none, with a `next` to go on from. Answers an empty page when the sync has no file yet or the
 * plan is not whole. Throws a ProblemError when a file cannot be read.
 */
export function readChanges(file: string, page: ChangesPage): { changes: Change[]; next?: number } {
  return withSyncFile(file, { changes: [] }, (db, plans) => {
    const plan = db.prepare('SELECT id FROM plan WHERE run = ? AND writes IS NOT NULL').pluck().get(page.run)
    if (typeof plan !== 'number') return { changes: [] }
    const { filter, after, limit } = page
    const start = after === undefined ? 0 : numberOf(after) + 1
    const look: Look = { bytes: AT_ONCE, end: Number.POSITIVE_INFINITY }
    const changes: Change[] = []
    for (const change of matching({ db, plans, plan, filter, start, look })) {
      if (numberOf(change.id) >= look.end) break
      if (changes.length === limit) return { changes, next: (changes.at(-1) as Change).id }
      changes.push(change)
    }
    return look.end === Number.POSITIVE_INFINITY ? { changes } : { changes, next: idOf(plan, look.end - 1) }
  })
}

/**
 * What became of a run's changes so far, for a run whose worker ended without a word. Nothing when the file cannot be read:
 * the next plan says what is wrong with it.
 */
export function readTally(file: string, run: string): Partial<RunCounts> {
  try {
    return withSyncFile(file, {}, (db) => {
      const tally = db.prepare('SELECT accepted, skipped, refused, unknown FROM plan WHERE run = ?').get(run)
      return (tally ?? {}) as Partial<RunCounts>
    })
  } catch {
    return {}
  }
}

/** Looks into a sync's files beside the worker that may be writing. Answers `none` when there is no file yet. */
export function withSyncFile<T>(file: string, none: T, work: (db: Database.Database, plans: Plans) => T): T {
  if (!existsSync(file)) return none
  let db: Database.Database | undefined
  let plans: Plans | undefined
  try {
    db = new Database(file, { readonly: true, fileMustExist: true })
    plans = openPlans(db, plansFolder(file))
    return work(db, plans)
  } catch (error) {
    const problem = problemOfFile(error)
    throw problem ? new ProblemError(problem, { cause: error }) : error
  } finally {
    plans?.close()
    db?.close()
  }
}
