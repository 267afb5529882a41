import type { Change, ChangeState, Input, Op, Output, Row, Value } from '../../preload/api.ts'
import type { Runs } from '../runs/runs.ts'

/** Rows per piece: the text crosses the bridge, a million rows of it would not fit. */
const PIECE = 1_000

const opTexts: Record<Op, string> = {
  add: 'Add',
  change: 'Change',
  remove: 'Remove',
  invalid: 'Not sent',
  excluded: 'Left alone',
  adopt: 'Already there',
}

const stateTexts: Record<ChangeState, string> = {
  planned: 'Not sent yet',
  sending: 'Sending',
  accepted: 'Accepted',
  skipped: 'Skipped',
  refused: 'Refused',
  unknown: 'Unknown',
}

/** The columns of a field, in order: which of a change's rows they show. */
const rowsOf = { 'there now': 'live', 'sent last': 'before', new: 'after' } as const
type Which = keyof typeof rowsOf
const whichs = Object.keys(rowsOf) as Which[]

/** "email (new)". A field may be called anything; what is in the last brackets is ours. */
const columnOf = (field: string, which: Which) => `${field} (${which})`

/**
 * A piece of the changes that match, as CSV (RFC 4180). `columns`: of the pieces before it; what more it needs is in its
 * answer. `header` begins with a byte order mark, so that spreadsheets read the file as UTF-8.
 */
export async function exportChanges(
  runs: Runs,
  { run, filter, after, columns = [] }: Input<'runs.export'>,
): Promise<Output<'runs.export'>> {
  const { changes, next } = await runs.changes(run, { filter, after, limit: PIECE })
  const known = columnsOf(changes, columns)
  const places = known.map(placeOf)
  const lines = changes.map((change) => [
    change.label,
    opTexts[change.op],
    ['invalid', 'excluded', 'adopt'].includes(change.op) ? 'Not sent' : stateTexts[change.state],
    change.problem?.message ?? '',
    change.kept?.map(({ field }) => field).join(', ') ?? '',
    ...places.map(({ field, which }) => cell(change[rowsOf[which]], field)),
  ])
  const started = runs.get(run)
  return {
    name: `${started.syncName} ${started.startedAt.slice(0, 10)}.csv`.replace(/[\\/:*?"<>|]/g, '-'),
    header: `\ufeff${lineOf(['Unique id', 'What happens', 'Result', 'Reason', 'Left as it is', ...known])}`,
    lines: lines.map(lineOf).join(''),
    columns: known,
    ...(next !== undefined && { next }),
  }
}

/** Field by field, each with what is known of it. */
function columnsOf(changes: readonly Change[], before: readonly string[]): string[] {
  const found = new Set(before)
  for (const change of changes) {
    for (const which of whichs) {
      for (const field of Object.keys(change[rowsOf[which]] ?? {})) found.add(columnOf(field, which))
    }
  }
  const fields = new Set([...found].map((column) => placeOf(column).field))
  return [...fields].flatMap((field) => whichs.map((which) => columnOf(field, which)).filter((one) => found.has(one)))
}

function placeOf(column: string): { field: string; which: Which } {
  const which = whichs.find((one) => column.endsWith(` (${one})`)) ?? 'new'
  return { field: column.slice(0, -` (${which})`.length), which }
}

function cell(row: Row | null | undefined, field: string): string {
  const value: Value = row?.[field] ?? null
  if (value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

const lineOf = (cells: readonly string[]) => `${cells.map(quoted).join(',')}\r\n`

/**
 * A cell that a spreadsheet would take for a formula is written as text; a plain number stays one.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
function quoted(text: string): string {
  const safe = /^[=+\-@＝＋－＠\t\r\n]/.test(text) && !/^-?\d[\d.,]*$/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
