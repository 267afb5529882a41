import { z } from 'zod'
import { ProblemError } from '../../connectors/problems.ts'
import type { Change, ChangeFilter, Row, Value } from '../../preload/api.ts'
import type { NounDoor } from '../dispatch.ts'
import type { Runs } from '../runs/runs.ts'
import { idShape } from '../store/shapes.ts'
import { changeFilterShape } from './plans.ts'

const EXPORT_PAGE = 500
/** The text crosses the bridge in one piece. */
const LARGEST_EXPORT = 100_000

const id = z.strictObject({ id: idShape })

/** Runs under way and the history. */
export function runDoor(runs: Runs): NounDoor<'runs'> {
  return {
    'runs.list': {
      check: z.strictObject({
        sync: idShape.exactOptional(),
        before: z.iso.datetime().exactOptional(),
        limit: z.int().min(1).max(200),
      }),
      handle: (page) => runs.list(page),
    },
    'runs.get': { check: id, handle: (input) => runs.get(input.id) },
    'runs.pause': { check: id, handle: (input) => runs.pause(input.id) },
    'runs.resume': { check: id, handle: (input) => runs.resume(input.id) },
    'runs.undo': { check: id, handle: (input) => runs.undo(input.id, 'person') },
    'runs.cancel': { check: id, handle: (input) => runs.cancel(input.id) },
    'runs.export': {
      check: z.strictObject({ run: idShape, filter: changeFilterShape }),
      handle: ({ run, filter }) => exportChanges(runs, run, filter),
    },
  }
}

/** RFC 4180, with a byte order mark so that spreadsheets read it as UTF-8. */
async function exportChanges(runs: Runs, run: string, filter: ChangeFilter): Promise<{ name: string; text: string }> {
  const changes: Change[] = []
  let after: number | undefined
  do {
    const page = await runs.changes(run, { filter, after, limit: EXPORT_PAGE })
    changes.push(...page.changes)
    after = page.next
    if (changes.length > LARGEST_EXPORT) {
      throw new ProblemError({
        remedy: 'retry',
        message: 'More than 100,000 rows match. Narrow the list by a tile or a search, then export again.',
      })
    }
  } while (after !== undefined)
  const fields = [...new Set(changes.flatMap(({ before, after: now }) => Object.keys({ ...before, ...now })))]
  const header = [
    'Unique id',
    'Change',
    'Result',
    'Reason',
    ...fields.flatMap((field) => [`${field} (old)`, `${field} (new)`]),
  ]
  const lines = changes.map((change) => [
    change.label,
    change.op,
    change.op === 'invalid' ? 'not sent' : change.state,
    change.problem?.message ?? '',
    ...fields.flatMap((field) => [cell(change.before, field), cell(change.after, field)]),
  ])
  const started = runs.get(run)
  const name = `${started.syncName} ${started.startedAt.slice(0, 10)}.csv`.replace(/[\\/:*?"<>|]/g, '-')
  return { name, text: `\ufeff${[header, ...lines].map((line) => line.map(quoted).join(',')).join('\r\n')}\r\n` }
}

function cell(row: Row | undefined, field: string): string {
  const value: Value = row?.[field] ?? null
  if (value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A cell that a spreadsheet would take for a formula is written as text. */
function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?[\d.,]+$/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
