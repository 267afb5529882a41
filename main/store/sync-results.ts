import type Database from 'better-sqlite3'
import type { Outcome } from '../engine/types.ts'
import type { Head } from './change-page.ts'
import { idOf, op, opsOfPass, type Pass, planOf, state } from './sync-codes.ts'

const passes: readonly Pass[] = ['writes', 'removals']
const passCode = (pass: Pass): number => passes.indexOf(pass)
const counted = ['accepted', 'skipped', 'refused', 'unknown'] as const
const notTaken = ['skipped', 'refused', 'unknown'] as const

export type Results = ReturnType<typeof openResults>

/** Which changes a batch is about: those of its pass with an id above `after` up to `last`. */
export type Span = { pass: Pass; after: number; last: number }

/** Writes what became of changes: ranges for what was plainly accepted, a row for everything else. */
export function openResults(db: Database.Database) {
  const sql = {
    lastRange: db
      .prepare('SELECT first, last FROM accepted WHERE pass = ? AND first <= ? ORDER BY first DESC LIMIT 1')
      .raw(),
    extend: db.prepare('UPDATE accepted SET last = ? WHERE pass = ? AND first = ?'),
    accept: db.prepare('INSERT OR REPLACE INTO accepted VALUES (?, ?, ?)'),
    note: db.prepare('INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?, ?, ?)'),
    // A mark of an earlier try may reach further: all of it stays until it is answered.
    mark: db.prepare(`INSERT INTO sending VALUES (?, ?, ?)
      ON CONFLICT (pass, first) DO UPDATE SET last = max(last, excluded.last)`),
    markedTo: db.prepare('SELECT last FROM sending WHERE pass = $pass AND first = $first').pluck(),
    markRest: db.prepare(`INSERT INTO sending SELECT pass, $last + 1, last FROM sending
      WHERE pass = $pass AND first = $first AND last > $last
      ON CONFLICT (pass, first) DO UPDATE SET last = max(last, excluded.last)`),
    unmark: db.prepare('DELETE FROM sending WHERE pass = $pass AND first = $first'),
    marks: db.prepare('SELECT pass, first, last FROM sending').raw(),
    forgetMarks: db.prepare('DELETE FROM sending'),
    forgetNotTaken: db.prepare(
      `DELETE FROM result WHERE change >= ? AND change < ? AND state IN (${notTaken.map(state).join(', ')})`,
    ),
    forgetCounts: db.prepare('UPDATE plan SET skipped = 0, refused = 0, unknown = 0 WHERE id = ?'),
    count: Object.fromEntries(
      counted.map((name) => [name, db.prepare(`UPDATE plan SET ${name} = ${name} + ? WHERE id = ?`)]),
    ) as Record<(typeof counted)[number], Database.Statement>,
  }

  function note({ id, state: name, remoteId, created, problem, record }: Outcome): void {
    const made = typeof created === 'boolean' ? Number(created) : null
    sql.note.run(id, state(name), remoteId ?? null, made, problem ? JSON.stringify(problem) : null, record ?? null)
  }

  function count(plan: number, outcomes: readonly Outcome[]): void {
    for (const name of counted) {
      const changes = outcomes.filter(
        (outcome) => outcome.state === name || (name === 'skipped' && outcome.state === 'kept'),
      ).length
      if (changes > 0) sql.count[name].run(changes, plan)
    }
  }

  function accept({ pass, after, last }: Span): void {
    const [start, end] = (sql.lastRange.get(passCode(pass), after) ?? [0, -1]) as [number, number]
    if (end === after && planOf(start) === planOf(last)) sql.extend.run(last, passCode(pass), start)
    else sql.accept.run(passCode(pass), after + 1, last)
  }

  return {
    mark: ({ pass, after, last }: Span): void => void sql.mark.run(passCode(pass), after + 1, last),
    /** The mark that begins with this span; what it marks behind the span stays marked. */
    unmark({ pass, after, last }: Span): void {
      if (last <= after) return
      const mark = { pass: passCode(pass), first: after + 1 }
      const end = sql.markedTo.get(mark) as number | undefined
      if (end !== undefined && end > last) sql.markRest.run({ ...mark, last })
      sql.unmark.run(mark)
    },
    marks: (): Span[] =>
      (sql.marks.all() as [number, number, number][]).map(([pass, first, last]) => ({
        pass: passes[pass] as Pass,
        after: first - 1,
        last,
      })),
    forgetMarks: (): void => void sql.forgetMarks.run(),
    /** Only these; nothing is said of their neighbours. */
    note(outcomes: readonly Outcome[]): void {
      for (const outcome of outcomes) note(outcome)
      const first = outcomes[0]
      if (first) count(planOf(first.id), outcomes)
    },
    /** All changes of a span were accepted, and nothing more is known of them. */
    acceptSpan(span: Span, changes: number): void {
      accept(span)
      sql.count.accepted.run(changes, planOf(span.last))
    },
    /** The outcomes of the first changes of a span, in order: all up to `last` that are of its pass are among them. */
    settle(span: Span, outcomes: readonly Outcome[]): void {
      if (outcomes.length === 0) return
      accept(span)
      for (const outcome of outcomes) if (!isPlain(outcome)) note(outcome)
      count(planOf(span.last), outcomes)
    },
    /** What was not taken of a content that never became real is sent again. */
    forgetNotTaken(plan: number): void {
      sql.forgetNotTaken.run(idOf(plan, 0), idOf(plan + 1, 0))
      sql.forgetCounts.run(plan)
    },
    /** Everything of a pass without a result of its own was accepted. */
    acceptAll(plan: number, pass: Pass): void {
      sql.accept.run(passCode(pass), idOf(plan, 0), idOf(plan + 1, 0) - 1)
    },
  }
}

function isPlain({ state: name, remoteId, created, problem, record }: Outcome): boolean {
  return name === 'accepted' && remoteId === undefined && created === undefined && !problem && record === undefined
}

export type StateReader = {
  /** The states of changes that follow each other, in order; of what comes later than them, nothing may have been noted since. */
  statesOf(heads: readonly Head[]): number[]
  /**
   * Whether one of the changes from `first` to `last` may be in this state, told by what is noted of many at once. `passes`:
   * those that the changes are of.
   */
  mayBe(name: 'planned' | 'sending' | 'accepted', first: number, last: number, passes: readonly Pass[]): boolean
}

/** Reads states of one plan's changes. What was accepted by range is looked up once: open a new one to see later answers. */
export function readStates(db: Database.Database, plan: number): StateReader {
  const noted = db.prepare('SELECT change, state FROM result WHERE change BETWEEN ? AND ?').raw()
  const nextNoted = db.prepare('SELECT min(change) FROM result WHERE change >= ?').pluck()
  const sent = db.prepare('SELECT first, last FROM sending WHERE pass = ?').raw()
  const ranges = passes.map((_, pass) =>
    db
      .prepare('SELECT first, last FROM accepted WHERE pass = ? AND first BETWEEN ? AND ? ORDER BY first')
      .raw()
      .all(pass, idOf(plan, 0), idOf(plan + 1, 0) - 1),
  ) as [number, number][][]
  const sending = passes.map((_, pass) => sent.all(pass)) as [number, number][][]
  const removal = op('remove')
  const accepted = state('accepted')
  /** From `from` up to here nothing has a row of its own: most pages need no look into the table. */
  let plain = { from: 0, to: -1 }

  function rowsOf(first: number, last: number): [number, number][] {
    if (first >= plain.from && last < plain.to) return []
    plain = { from: first, to: (nextNoted.get(first) as number | null) ?? Number.POSITIVE_INFINITY }
    return last < plain.to ? [] : (noted.all(first, last) as [number, number][])
  }

  const of = (table: [number, number][][], pass: Pass) => table[passCode(pass)] as [number, number][]

  return {
    mayBe(name, first, last, passes) {
      if (name === 'planned') return passes.some((pass) => !covers(of(ranges, pass), first, last))
      return passes.some((pass) => meets(of(name === 'accepted' ? ranges : sending, pass), first, last))
    },
    statesOf(heads) {
      const first = heads[0]
      const last = heads.at(-1)
      if (!first || !last) return []
      const rows = rowsOf(idOf(plan, first.number), idOf(plan, last.number))
      if (rows.length === 0 && ranges.every(nothing) && sending.every(nothing)) return heads.map(() => 0)
      // Most pages were accepted as a whole: one look at the ranges tells.
      const whole =
        rows.length === 0 && covers(ranges[0] as [number, number][], idOf(plan, first.number), idOf(plan, last.number))
      const own = new Map(rows)
      return heads.map((head) => {
        const id = idOf(plan, head.number)
        const result = own.get(id)
        if (result !== undefined) return result
        const pass = head.op === removal ? 1 : 0
        if (!opsOfPass[passes[pass] as Pass].includes(head.op)) return 0
        if (whole && pass === 0) return accepted
        if (covers(ranges[pass] as [number, number][], id)) return accepted
        return covers(sending[pass] as [number, number][], id) ? state('sending') : 0
      })
    },
  }
}

const nothing = (ranges: readonly unknown[]) => ranges.length === 0

/** Whether one of the ranges, which are in order and apart, holds the ids from `id` to `end`. */
function covers(ranges: readonly [number, number][], id: number, end: number = id): boolean {
  const range = lastUpTo(ranges, id)
  return range !== undefined && end <= range[1]
}

/** Whether one of the ranges, which are in order and apart, holds one of the ids from `id` to `end`. */
function meets(ranges: readonly [number, number][], id: number, end: number): boolean {
  const range = lastUpTo(ranges, end)
  return range !== undefined && id <= range[1]
}

/** The last range that begins at this id or before it. */
function lastUpTo(ranges: readonly [number, number][], id: number): [number, number] | undefined {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle] as [number, number])[0] <= id) low = middle + 1
    else high = middle
  }
  return ranges[low - 1]
}
