import type Database from 'better-sqlite3'
import type { Change, ChangeFilter, ChangeState } from '../../preload/api.ts'
import { carriedRange } from './carried.ts'
import { type Budget, openFitting } from './fitting.ts'
import { recordOf } from './plan-file.ts'
import type { Plans } from './plan-files.ts'
import { idOf, numberOf, type OpName, op, ops, opsOfPass, type StateName, state } from './sync-codes.ts'
import { readStates, type StateReader } from './sync-results.ts'

/** Where changes are looked for. */
export type Searched = {
  db: Database.Database
  plans: Plans
  plan: number
  filter: ChangeFilter
  /** The place in the plan from which on. */
  start: number
  look: Look
}

/**
 * How far one question looks. `bytes`: about how many it reads, so that no one waits for an answer until a plan of a million
 * changes is read to its end. `end`: what stands here or later in the plan was not looked at.
 */
export type Look = { readonly bytes: number; end: number }

/** What one change costs that is looked up alone: in the page of the one before it, or in another. */
const SAME_PAGE = 512
const OTHER_PAGE = 16 * 1024
const NEAR = 64

/** In order; where what is wanted stands in a table or in few pages, only that is looked at. */
export function matching(searched: Searched): Generator<Change> {
  const { op: wanted, state: wantedState } = searched.filter
  const byState = (...names: StateName[]) => listed(searched, byStateSql(names))
  const planned = (...names: OpName[]) => scanned(searched, names)
  if (wantedState === 'refused' || wantedState === 'unknown') return byState(wantedState)
  if (wantedState === 'skipped') return byState('skipped', 'kept')
  // A conflict is found when the plan is written already; what is there, when it is compared.
  if (wanted === 'invalid') return merged(planned('invalid'), byState('invalid'))
  if (wanted === 'adopt') return byState('adopted')
  if (wanted === 'excluded') return merged(planned('excluded'), byState('left'))
  if (wanted === 'change') return merged(planned('change'), listed(searched, THERE_SQL))
  if (wanted !== undefined) return planned(wanted)
  return wantedState === undefined
    ? merged(planned(...ops), listed(searched, carriedSql(searched.plan)))
    : planned('add', 'change', 'remove')
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
function* listed({ db, plans, plan, filter, start, look }: Searched, sql: string): Generator<Change> {
  const next = db.prepare(sql).pluck()
  const known = readStates(db, plan)
  const fitting = openFitting(db, plans, plan, filter)
  const budget: Budget = { bytes: look.bytes }
  let last = start
  for (let from = idOf(plan, start); ; ) {
    const ids = next.all(from, idOf(plan + 1, 0)) as number[]
    const end = ids.at(-1)
    if (end === undefined) return
    for (const id of ids) {
      const number = numberOf(id)
      if (isBeyond(number, look, budget)) return
      budget.bytes -= number < last + NEAR ? SAME_PAGE : OTHER_PAGE
      last = number
      const found = plans.find(id)
      if (found) yield* fitting([found], known.statesOf([found.head]), budget)
    }
    from = end + 1
  }
}

/** The changes planned as one of these. */
export function* scanned(
  { db, plans, plan, filter, start, look }: Searched,
  names: readonly OpName[],
): Generator<Change> {
  const known = readStates(db, plan)
  const fitting = openFitting(db, plans, plan, filter)
  const budget: Budget = { bytes: look.bytes }
  for (const page of plans.reader(plan).pages(start, names.map(op), worthOf(known, plan, filter.state))) {
    if (isBeyond(page.first, look, budget)) return
    budget.bytes -= page.size
    if (!fitting.mayBeIn(page)) continue
    const changes = page.heads.map((head) => ({ head, record: recordOf(page, head) }))
    const rest = changes.filter(({ head }) => head.number >= start)
    const found = known.statesOf(page.heads)
    yield* fitting(rest, found.slice(changes.length - rest.length), budget)
  }
}

/** Most pages of a push under way were accepted as a whole, or are still planned as a whole. */
function worthOf(known: StateReader, plan: number, wanted: ChangeState | undefined) {
  if (wanted !== 'planned' && wanted !== 'sending' && wanted !== 'accepted') return undefined
  return (first: number, last: number, holds: (code: number) => boolean) => {
    const passes = (['writes', 'removals'] as const).filter((pass) => opsOfPass[pass].some(holds))
    return known.mayBe(wanted, idOf(plan, first), idOf(plan, last), passes)
  }
}

/** Whether this place is not looked at any more. The first one always is: the next question begins behind it. */
function isBeyond(number: number, look: Look, { bytes }: Budget): boolean {
  if (bytes <= 0) look.end = Math.min(look.end, number)
  return number >= look.end
}

/** The plans of which something was sent, newest first. */
export function sentPlans(db: Database.Database): { plan: number; run: string }[] {
  const sql = 'SELECT id AS plan, run FROM plan WHERE pushed = 1 ORDER BY id DESC'
  return db.prepare(sql).all() as { plan: number; run: string }[]
}

/** The changes of a plan that were sent and hold the text. */
export function* searchPlan(db: Database.Database, plans: Plans, plan: number, search: string): Generator<Change> {
  const look: Look = { bytes: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY }
  for (const change of scanned({ db, plans, plan, filter: { search }, start: 0, look }, ops)) {
    if (change.state !== 'planned' && change.state !== 'sending') yield change
  }
}
