import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { ProblemError } from '../../connectors/problems.ts'
import type { Change, ChangeFilter, Op, RunCounts } from '../../preload/api.ts'
import { carriedRange } from './carried.ts'
import type { Head } from './change-page.ts'
import { recordOf } from './plan-file.ts'
import { openPlans, type Plans, plansFolder } from './plan-files.ts'
import { idOf, numberOf, type OpName, op, ops, planOf, type StateName, state, states } from './sync-codes.ts'
import { problemOfFile } from './sync-database.ts'
import { readStates } from './sync-results.ts'

/** One change of a run, or undefined when it is not (any more) there. Throws as `readChanges` does. */
export function readChange(file: string, run: string, change: number): Change | undefined {
  return withSyncFile(file, undefined, (db, plans) => {
    const plan = db.prepare('SELECT id FROM plan WHERE run = ? AND writes IS NOT NULL').pluck().get(run)
    if (plan !== planOf(change)) return undefined
    const found = plans.find(change)
    const known = found && readStates(db, plan).statesOf([found.head])
    return found && known ? openFitting(db, plans, plan, {})([found], known).next().value : undefined
  })
}

export type ChangesPage = { run: string; filter: ChangeFilter; after?: number | undefined; limit: number }

/**
 * A page of a run's changes, read beside the worker that may be writing their results. Answers an empty page when the sync
 * has no file yet or the plan is not whole. Throws a ProblemError when a file cannot be read.
 */
export function readChanges(file: string, page: ChangesPage): { changes: Change[]; next?: number } {
  return withSyncFile(file, { changes: [] }, (db, plans) => {
    const plan = db.prepare('SELECT id FROM plan WHERE run = ? AND writes IS NOT NULL').pluck().get(page.run)
    if (typeof plan !== 'number') return { changes: [] }
    const changes: Change[] = []
    for (const change of matching(db, plans, plan, page)) {
      if (changes.length === page.limit) return { changes, next: (changes.at(-1) as Change).id }
      changes.push(change)
    }
    return { changes }
  })
}

/** In order, from the place behind `after`: where what is wanted stands in a table or in few pages, only that is looked at. */
function matching(
  db: Database.Database,
  plans: Plans,
  plan: number,
  { filter, after }: ChangesPage,
): Generator<Change> {
  const start = after === undefined ? 0 : numberOf(after) + 1
  const { op: wanted, state: wantedState } = filter
  const byState = (...names: StateName[]) => listed(db, plans, plan, filter, start, byStateSql(names))
  const planned = (...names: OpName[]) => scanned(db, plans, plan, filter, start, names)
  if (wantedState === 'refused' || wantedState === 'unknown') return byState(wantedState)
  if (wantedState === 'skipped') return byState('skipped', 'kept')
  // A conflict is found when the plan is written already; what is there, when it is compared.
  if (wanted === 'invalid') return merged(planned('invalid'), byState('invalid'))
  if (wanted === 'adopt') return byState('adopted')
  if (wanted === 'excluded') return merged(planned('excluded'), byState('left'))
  if (wanted === 'change') return merged(planned('change'), listed(db, plans, plan, filter, start, THERE_SQL))
  if (wanted !== undefined) return planned(wanted)
  return merged(planned(...ops), listed(db, plans, plan, filter, start, carriedSql(plan)))
}

const byStateSql = (names: readonly StateName[]) =>
  `SELECT change FROM result WHERE state IN (${names.map(state).join(', ')}) AND change >= ? AND change < ? ORDER BY change LIMIT 500`
const carriedSql = (plan: number) =>
  `SELECT change FROM result WHERE change >= max(?, ${carriedRange(plan)[0]}) AND change < ? ORDER BY change LIMIT 500`
const THERE_SQL =
  'SELECT change FROM live WHERE record IS NOT NULL AND change >= ? AND change < ? ORDER BY change LIMIT 500'

/** Both in order, as one; what is in both comes once. */
function* merged(one: Generator<Change>, other: Generator<Change>): Generator<Change> {
  let a = one.next()
  let b = other.next()
  while (!a.done || !b.done) {
    const next = b.done || (!a.done && a.value.id <= b.value.id) ? a : b
    const change = next.value as Change
    yield change
    if (!a.done && a.value.id === change.id) a = one.next()
    if (!b.done && b.value.id === change.id) b = other.next()
  }
}

/** The changes whose ids a statement answers, in order, given from where to where. */
function* listed(
  db: Database.Database,
  plans: Plans,
  plan: number,
  filter: ChangeFilter,
  start: number,
  sql: string,
): Generator<Change> {
  const next = db.prepare(sql).pluck()
  const known = readStates(db, plan)
  const fitting = openFitting(db, plans, plan, filter)
  for (let from = idOf(plan, start); ; ) {
    const ids = next.all(from, idOf(plan + 1, 0)) as number[]
    const last = ids.at(-1)
    if (last === undefined) return
    for (const id of ids) {
      const found = plans.find(id)
      if (found) yield* fitting([found], known.statesOf([found.head]))
    }
    from = last + 1
  }
}

function* scanned(
  db: Database.Database,
  plans: Plans,
  plan: number,
  filter: ChangeFilter,
  start: number,
  names: readonly OpName[],
): Generator<Change> {
  const known = readStates(db, plan)
  const needle = filter.search?.toLowerCase() ?? ''
  const fitting = openFitting(db, plans, plan, filter)
  for (const page of plans.reader(plan).pages(start, names.map(op))) {
    if (needle !== '' && !page.mayHold(needle)) continue
    const changes = page.heads.map((head) => ({ head, record: recordOf(page, head) }))
    const rest = changes.filter(({ head }) => head.number >= start)
    const found = known.statesOf(page.heads)
    yield* fitting(rest, found.slice(changes.length - rest.length))
  }
}

function shownOp(planned: OpName, result: StateName, exists: boolean): Op {
  if (result === 'invalid') return 'invalid'
  if (result === 'adopted') return 'adopt'
  if (result === 'left') return 'excluded'
  return planned === 'add' && exists ? 'change' : (planned as Op)
}

const hidden = [op('same')]

/** The plans of which something was sent, newest first. */
export function sentPlans(db: Database.Database): { plan: number; run: string }[] {
  const sql = 'SELECT id AS plan, run FROM plan WHERE pushed = 1 ORDER BY id DESC'
  return db.prepare(sql).all() as { plan: number; run: string }[]
}

/** The changes of a plan that were sent and hold the text. */
export function* searchPlan(db: Database.Database, plans: Plans, plan: number, search: string): Generator<Change> {
  for (const change of scanned(db, plans, plan, { search }, 0, ops)) {
    if (change.state !== 'planned' && change.state !== 'sending') yield change
  }
}

/** Answers changes with their states as a person sees them, as far as they match. */
function openFitting(
  db: Database.Database,
  plans: Plans,
  plan: number,
  { op: wantedOp, state: wantedState, search }: ChangeFilter,
) {
  const needle = search?.toLowerCase()
  const live = db.prepare('SELECT record, kept FROM live WHERE change = ?').raw()
  const result = db.prepare('SELECT problem, record FROM result WHERE change = ?').raw()

  return function* fitting(
    changes: readonly { head: Head; record: Uint8Array | null }[],
    found: readonly number[],
  ): Generator<Change> {
    for (const [index, { head, record: planned }] of changes.entries()) {
      const stored = states[found[index] as number] as StateName
      const name = stored === 'kept' ? 'skipped' : stored
      if (hidden.includes(head.op) || name === 'dropped') continue
      const id = idOf(plan, head.number)
      const [record, kept] = (live.get(id) ?? []) as [string | null, string | null] | []
      const shown = shownOp(ops[head.op] as OpName, name, typeof record === 'string')
      const isSent = shown === 'add' || shown === 'change' || shown === 'remove'
      if (wantedOp !== undefined && shown !== wantedOp) continue
      if (wantedState !== undefined && (name !== wantedState || !isSent)) continue
      const json = text(planned)
      const label = text(head.label) ?? ''
      if (needle && !label.toLowerCase().includes(needle) && !json?.toLowerCase().includes(needle)) continue
      const [noted, sent] = (result.get(id) ?? []) as [string | null, string | null] | []
      const problem = noted ?? (text(head.problem) || undefined)
      const isNew = head.op === op('add')
      const acknowledged = head.before === 0 || isNew ? null : plans.trail(head.before).acknowledged
      const before = acknowledged === null ? undefined : text(plans.record(acknowledged))
      const after = shown === 'remove' ? undefined : (sent ?? json)
      yield {
        id,
        op: shown,
        label,
        state: (isSent ? name : 'planned') as Change['state'],
        ...(after !== undefined && { after: JSON.parse(after) }),
        ...(before !== undefined && { before: JSON.parse(before) }),
        ...(problem && { problem: JSON.parse(problem) }),
        ...(record !== undefined && { live: record === null ? null : JSON.parse(record) }),
        ...(kept && { kept: JSON.parse(kept) }),
      }
    }
  }
}

const text = (bytes: Uint8Array | null) => (bytes ? Buffer.from(bytes).toString() : undefined)

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
