import type Database from 'better-sqlite3'
import type { Change, ChangeFilter, Op } from '../../preload/api.ts'
import type { Head } from './change-page.ts'
import { readKept } from './kept-fields.ts'
import { openNeedle } from './needle.ts'
import type { ReadPage } from './plan-file.ts'
import type { Plans } from './plan-files.ts'
import { idOf, type OpName, op, ops, type StateName, states } from './sync-codes.ts'

/** What is left of the bytes that a question may read. */
export type Budget = { bytes: number }

type Stored = { head: Head; record: Uint8Array | null }

/** Parsing a record costs about this many times its bytes more than reading it. */
const PARSING = 8

const hidden = [op('same')]

/**
 * Answers changes with their states as a person sees them, as far as they match. What costs least is asked first: the state
 * and the op, then the bytes, then the values, and only of what matches the tables of results and of what is there.
 */
export function openFitting(
  db: Database.Database,
  plans: Plans,
  plan: number,
  { op: wantedOp, state: wantedState, search }: ChangeFilter,
) {
  const needle = search ? openNeedle(search) : undefined
  const live = db.prepare('SELECT record, kept FROM live WHERE change = ?').raw()
  const result = db.prepare('SELECT problem, record FROM result WHERE change = ?').raw()
  const isThere = thereReader(db, plan)

  function holds({ head, record }: Stored, budget: Budget): boolean {
    if (!needle || needle.isInLabel(head.label)) return true
    if (!record || !needle.mayBeInRecord(record)) return false
    budget.bytes -= PARSING * record.length
    return needle.isInRecord(record)
  }

  function* fitting(changes: readonly Stored[], found: readonly number[], budget: Budget): Generator<Change> {
    const exists = isThere(changes)
    for (const [index, stored] of changes.entries()) {
      const { head } = stored
      const noted = states[found[index] as number] as StateName
      const name = noted === 'kept' ? 'skipped' : noted
      if (hidden.includes(head.op) || name === 'dropped') continue
      const id = idOf(plan, head.number)
      if (wantedState !== undefined && name !== wantedState) continue
      const shown = shownOp(ops[head.op] as OpName, name, () => exists(id))
      const isSent = shown === 'add' || shown === 'change' || shown === 'remove'
      if (wantedOp !== undefined && shown !== wantedOp) continue
      if (wantedState !== undefined && !isSent) continue
      if (!holds(stored, budget)) continue
      yield detailed(id, stored, shown, isSent ? (name as Change['state']) : 'planned')
    }
  }

  function detailed(id: number, { head, record: planned }: Stored, shown: Op, state: Change['state']): Change {
    const [there, kept] = (live.get(id) ?? []) as [string | null, string | null] | []
    const [noted, sent] = (result.get(id) ?? []) as [string | null, string | null] | []
    const problem = noted ?? (text(head.problem) || undefined)
    const after = shown === 'remove' ? undefined : (sent ?? text(planned))
    const label = text(head.label) ?? ''
    const isNew = head.op === op('add')
    const acknowledged = head.before === 0 || isNew ? null : plans.trail(head.before).acknowledged
    const before = acknowledged === null ? undefined : text(plans.record(acknowledged))
    return {
      id,
      op: shown,
      label,
      state,
      ...(after !== undefined && { after: JSON.parse(after) }),
      ...(before !== undefined && { before: JSON.parse(before) }),
      ...(problem && { problem: JSON.parse(problem) }),
      ...(there !== undefined && { live: there === null ? null : JSON.parse(there) }),
      ...(kept && readKept(kept)),
    }
  }

  return Object.assign(fitting, { mayBeIn: (page: ReadPage) => !needle || page.mayHold(needle) })
}

function shownOp(planned: OpName, result: StateName, exists: () => boolean): Op {
  if (result === 'invalid') return 'invalid'
  if (result === 'adopted') return 'adopt'
  if (result === 'left') return 'excluded'
  return planned === 'add' && exists() ? 'change' : (planned as Op)
}

/** Tells of changes that follow each other whether a record was there: asked of the table once for all, and only if need be. */
function thereReader(db: Database.Database, plan: number) {
  const sql = 'SELECT change FROM live WHERE record IS NOT NULL AND change BETWEEN ? AND ?'
  const between = db.prepare(sql).pluck()
  const compared = db.prepare('SELECT 1 FROM live WHERE change BETWEEN ? AND ? LIMIT 1')
  const none = compared.get(idOf(plan, 0), idOf(plan + 1, 0) - 1) === undefined
  return (changes: readonly { head: Head }[]) => {
    let known: Set<number> | undefined
    return (change: number): boolean => {
      if (none) return false
      const [first, last] = [changes[0], changes.at(-1)].map((one) => idOf(plan, (one as Stored).head.number))
      known ??= new Set(between.all(first, last) as number[])
      return known.has(change)
    }
  }
}

const text = (bytes: Uint8Array | null) => (bytes ? Buffer.from(bytes).toString() : undefined)
