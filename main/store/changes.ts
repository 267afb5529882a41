import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { ProblemError } from '../../connectors/problems.ts'
import type { Change, ChangeFilter, RunCounts } from '../../preload/api.ts'
import type { Head } from './change-page.ts'
import { recordOf } from './plan-file.ts'
import { openPlans, type Plans, plansFolder } from './plan-files.ts'
import { idOf, numberOf, op, ops, type StateName, state, states } from './sync-codes.ts'
import { problemOfFile } from './sync-database.ts'
import { readStates } from './sync-results.ts'

type Page = { run: string; filter: ChangeFilter; after?: number | undefined; limit: number }

/**
 * A page of a run's changes, read beside the worker that may be writing their results. Answers an empty page when the sync
 * has no file yet or the plan is not whole. Throws a ProblemError when a file cannot be read.
 */
export function readChanges(file: string, page: Page): { changes: Change[]; next?: number } {
  return withFile(file, { changes: [] }, (db, plans) => {
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

function* matching(db: Database.Database, plans: Plans, plan: number, { filter, after }: Page): Generator<Change> {
  const start = after === undefined ? 0 : numberOf(after) + 1
  const noted = notedState(filter)
  if (noted === undefined) yield* scanned(db, plans, plan, filter, start)
  else yield* listed(db, plans, plan, filter, start, noted)
}

/** The states of which each change has a row of its own: they are found by index, however large the plan is. */
function notedState({ state: name }: ChangeFilter): StateName | undefined {
  return name === 'refused' || name === 'unknown' || name === 'skipped' ? name : undefined
}

function* listed(
  db: Database.Database,
  plans: Plans,
  plan: number,
  filter: ChangeFilter,
  start: number,
  name: StateName,
): Generator<Change> {
  const next = db.prepare(
    'SELECT change FROM result WHERE state = ? AND change >= ? AND change < ? ORDER BY change LIMIT 500',
  )
  for (let from = idOf(plan, start); ; ) {
    const ids = next.pluck().all(state(name), from, idOf(plan + 1, 0)) as number[]
    if (ids.length === 0) return
    for (const id of ids) {
      const found = plans.reader(plan).find(numberOf(id))
      if (found) yield* fitting(db, plans, plan, [found], [state(name)], filter)
    }
    from = (ids.at(-1) as number) + 1
  }
}

function* scanned(
  db: Database.Database,
  plans: Plans,
  plan: number,
  filter: ChangeFilter,
  start: number,
): Generator<Change> {
  const known = readStates(db, plan)
  // What became invalid after all has another op in its page.
  const wanted =
    filter.op === undefined ? [] : filter.op === 'invalid' ? [op('invalid'), op('add'), op('change')] : [op(filter.op)]
  for (let number = start; ; ) {
    const page = plans.reader(plan).pageFrom(number, wanted)
    if (!page) return
    const changes = page.heads.map((head) => ({ head, record: recordOf(page, head) }))
    const rest = changes.filter(({ head }) => head.number >= number)
    const found = known.statesOf(page.heads)
    yield* fitting(db, plans, plan, rest, found.slice(changes.length - rest.length), filter)
    number = page.first + page.heads.length
  }
}

const hidden = [op('same')]

/** These changes with their states, as far as they match. */
function* fitting(
  db: Database.Database,
  plans: Plans,
  plan: number,
  changes: readonly { head: Head; record: Uint8Array | null }[],
  found: readonly number[],
  { op: wantedOp, state: wantedState, search }: ChangeFilter,
): Generator<Change> {
  const needle = search?.toLowerCase()
  for (const [index, { head, record }] of changes.entries()) {
    const name = states[found[index] as number] as StateName
    if (hidden.includes(head.op) || name === 'dropped') continue
    const shownOp = (name === 'invalid' ? 'invalid' : ops[head.op]) as Change['op']
    const isSent = shownOp === 'add' || shownOp === 'change' || shownOp === 'remove'
    if (wantedOp !== undefined && shownOp !== wantedOp) continue
    if (wantedState !== undefined && (name !== wantedState || !isSent)) continue
    const json = text(record)
    const label = text(head.label) ?? ''
    if (needle && !label.toLowerCase().includes(needle) && !json?.toLowerCase().includes(needle)) continue
    const id = idOf(plan, head.number)
    const noted = db.prepare('SELECT problem, record FROM result WHERE change = ?').raw().get(id) as
      | [string | null, string | null]
      | undefined
    const problem = noted?.[0] ?? (text(head.problem) || undefined)
    const before = head.before === 0 || head.op === op('adopt') ? undefined : text(plans.record(head.before))
    yield {
      id,
      op: shownOp,
      label,
      state: (isSent ? name : 'planned') as Change['state'],
      ...(json !== undefined && { after: JSON.parse(noted?.[1] ?? json) }),
      ...(before !== undefined && { before: JSON.parse(before) }),
      ...(problem && { problem: JSON.parse(problem) }),
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
    return withFile(file, {}, (db) => {
      const tally = db.prepare('SELECT accepted, skipped, refused, unknown FROM plan WHERE run = ?').get(run)
      return (tally ?? {}) as Partial<RunCounts>
    })
  } catch {
    return {}
  }
}

function withFile<T>(file: string, none: T, work: (db: Database.Database, plans: Plans) => T): T {
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
