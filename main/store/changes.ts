import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { ProblemError } from '../../connectors/problems.ts'
import type { Change, ChangeFilter, RunCounts } from '../../preload/api.ts'
import { ops, states } from './sync-codes.ts'
import { problemOfFile } from './sync-database.ts'

/**
 * A page of a run's changes, read beside the worker that may be writing them. Answers an empty page when the sync has
 * no file yet. Throws a ProblemError when the file cannot be read.
 */
export function readChanges(
  file: string,
  page: { run: string; filter: ChangeFilter; after?: number | undefined; limit: number },
): { changes: Change[]; next?: number } {
  return withFile(file, { changes: [] }, (db) => {
    const { op, state, search } = page.filter
    const rows = db
      .prepare(`SELECT c.id, c.op, c.label, c.state, c.record, c.problem, b.record AS previous
        FROM change c LEFT JOIN change b ON b.id = c.before
        WHERE c.plan = (SELECT id FROM plan WHERE run = @run) AND c.id > @after
          AND (@op IS NULL OR c.op = @op) AND (@state IS NULL OR (c.state = @state AND c.op <> @invalid))
          AND (@search IS NULL OR c.label LIKE @search ESCAPE '\\' OR c.record LIKE @search ESCAPE '\\')
        ORDER BY c.id LIMIT @limit`)
      .all({
        run: page.run,
        after: page.after ?? 0,
        op: op === undefined ? null : ops.indexOf(op),
        state: state === undefined ? null : states.indexOf(state),
        invalid: ops.indexOf('invalid'),
        search: search ? `%${search.replace(/[\\%_]/g, '\\$&')}%` : null,
        limit: page.limit + 1,
      }) as ChangeRow[]
    const changes = rows.slice(0, page.limit).map(changeOf)
    const last = changes.at(-1)
    return rows.length > page.limit && last ? { changes, next: last.id } : { changes }
  })
}

/**
 * What became of a run's changes so far, for a run whose worker ended without a word. Nothing when the file cannot be read:
 * the next plan says what is wrong with it.
 */
export function readTally(file: string, run: string): Partial<RunCounts> {
  try {
    return tallyOf(file, run)
  } catch {
    return {}
  }
}

function tallyOf(file: string, run: string): Partial<RunCounts> {
  return withFile(file, {}, (db) => {
    const rows = db
      .prepare(
        'SELECT state, count(*) AS rows FROM change WHERE plan = (SELECT id FROM plan WHERE run = ?) AND op <> ? GROUP BY state',
      )
      .all(run, ops.indexOf('invalid')) as { state: number; rows: number }[]
    const settled = rows.filter(({ state }) => state >= states.indexOf('accepted'))
    return Object.fromEntries(settled.map(({ state, rows }) => [states[state], rows]))
  })
}

type ChangeRow = {
  id: number
  op: number
  label: string
  state: number
  record: string | null
  problem: string | null
  previous: string | null
}

function changeOf(row: ChangeRow): Change {
  return {
    id: row.id,
    op: ops[row.op] as Change['op'],
    label: row.label,
    state: states[row.state] as Change['state'],
    ...(row.record !== null && { after: JSON.parse(row.record) }),
    ...(row.previous !== null && { before: JSON.parse(row.previous) }),
    ...(row.problem !== null && { problem: JSON.parse(row.problem) }),
  }
}

function withFile<T>(file: string, none: T, work: (db: Database.Database) => T): T {
  if (!existsSync(file)) return none
  let db: Database.Database | undefined
  try {
    db = new Database(file, { readonly: true, fileMustExist: true })
    return work(db)
  } catch (error) {
    const problem = problemOfFile(error)
    throw problem ? new ProblemError(problem, { cause: error }) : error
  } finally {
    db?.close()
  }
}
