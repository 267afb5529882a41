/** What a person sees of a file before it becomes an audience: how it was understood, and its first rows. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { type Problem, ProblemError } from '../../problems.ts'
import { countSql, previewSql, tag } from '../../sql.ts'
import type { SettingValues, Value, ValueType } from '../../types.ts'
import { valuesOf } from './batches.ts'
import type { Bench } from './bench.ts'
import { Benches } from './benches.ts'
import type { FileColumn } from './columns.ts'
import { type Kind, stampOf } from './kind.ts'
import { lookAt } from './look.ts'
import { withRow } from './row-text.ts'
import { type ChangeableForm, changeableForms, type Options, optionsOf, type settings } from './settings.ts'
import type { Found } from './table.ts'
import { type DateOrder, forms } from './text-forms.ts'
import { filled, sampleRows } from './text-types.ts'

export type InspectedColumn = {
  name: string
  type: ValueType
  /** As it is shown: `date (31/12/2025)`. */
  sourceType: string
  /** What its texts were taken for; absent where that cannot be changed. */
  form?: ChangeableForm
  /** Of a type that was chosen: values that do not fit it, among the first rows. */
  unfit?: { rows: number; example: string }
}

export type Inspected = {
  kind: Kind
  /** In bytes. */
  size: number
  tables: { name: string; rows?: number }[]
  /** Looked into: the one that was asked for, otherwise the first that has rows. */
  table: string
  found: Found
  columns: InspectedColumn[]
  rows: Value[][]
  /** All rows; absent for large files, where counting takes a while. */
  count?: number
  /** The first column of dates that may be read two ways. */
  ambiguous?: { column: string; example: string }
  /** The order that the file's own dates prove. */
  order?: DateOrder
  /** Columns of which no value comes twice among the first rows, and none is empty. */
  distinct: string[]
  /** Why no rows can be shown, or not all can be read. */
  problem?: Problem
}

const shownRows = 20
/** In bytes: files up to this size are counted. */
const counted = 50_000_000
/** Only so many columns are tried as the unique id. */
const tried = 40

/**
 * Opens the file and looks at it. What only concerns one table, or further rows, is a `problem` of the answer, so that
 * another choice can still be made. Throws ProblemError when the file as a whole cannot be read, or the signal's reason.
 */
export async function inspectFile(
  values: SettingValues<typeof settings>,
  wished: string | undefined,
  signal: AbortSignal,
): Promise<Inspected> {
  const options = optionsOf(values)
  const benches = new Benches(options, signal)
  try {
    const known = await benches.ask(null, async ({ bench }) => ({ value: await tablesOf(bench, wished, signal) }))
    const looked = await settled(() => lookInto(benches, options, known.table, known.kind))
    signal.throwIfAborted()
    return 'columns' in looked ? { ...known, ...looked } : { ...known, ...nothing, ...looked }
  } finally {
    await benches.close()
  }
}

const nothing = { columns: [], rows: [], distinct: [] } satisfies Partial<Inspected>

type Known = Pick<Inspected, 'kind' | 'size' | 'tables' | 'table' | 'found'>

async function tablesOf(bench: Bench, wished: string | undefined, signal: AbortSignal): Promise<Known> {
  const tables: Inspected['tables'] = []
  for (const { name, countRows } of bench.tables) {
    const rows = await countRows?.(signal)
    tables.push({ name, ...(rows !== undefined && { rows }) })
  }
  const table = tables.find(({ name }) => name === wished) ?? tables.find(({ rows }) => rows !== 0) ?? tables[0]
  if (!table) {
    const message = 'This file holds no table. Choose another one.'
    throw new ProblemError({ remedy: 'reconnect', message })
  }
  // How a text is laid out is known even if its rows cannot be read so; a sheet is not opened before it is needed.
  const found = bench.kind === 'text' ? ((await bench.tables[0]?.open())?.found ?? {}) : {}
  return { kind: bench.kind, size: bench.stamp.size, tables, table: table.name, found }
}

type Looked = Omit<Inspected, Exclude<keyof Known, 'found'>>

async function lookInto(benches: Benches, options: Options, table: string, kind: Kind): Promise<Looked> {
  const query = { kind: 'table' as const, table: [table] }
  const looked = await benches.ask(query, async (lease): Promise<{ value: Looked }> => {
    const { connection, bench } = lease
    const opened = await bench.tables.find(({ name }) => name === table)?.open()
    const { from, columns, may } = await lookAt(lease, query)
    const shown = withRow(from, columns, may)
    const rows = await valuesOf(connection, previewSql(shown.from, [`${shown.row} AS r`], shownRows), columns)
    const sample = `(SELECT * FROM ${from} LIMIT ${sampleRows}) AS q`
    const orders = new Set(columns.flatMap(({ form }) => (form ? (orderOf[form] ?? []) : [])))
    const [order] = orders
    const unclear = columns.find(({ ambiguous }) => ambiguous !== undefined)
    return {
      value: {
        found: opened?.found ?? {},
        columns: await described(connection, sample, columns, options),
        rows,
        distinct: await distinctOf(connection, sample, columns.slice(0, tried)),
        ...(order !== undefined && orders.size === 1 && { order }),
        ...(unclear && { ambiguous: { column: unclear.name, example: unclear.ambiguous ?? '' } }),
      },
    }
  })
  if (kind !== 'parquet' && (await stampOf(options.path)).size > counted) return looked
  const total = await settled(() =>
    benches.ask(query, async (lease) => {
      const { from } = await lookAt(lease, query)
      const result = await lease.connection.runAndReadAll(countSql(from))
      return { value: { count: Number(result.getRows()[0]?.[0]) } }
    }),
  )
  return { ...looked, ...total }
}

const orderOf: Partial<Record<string, DateOrder[]>> = {
  'date day': ['day'],
  'timestamp day': ['day'],
  'date month': ['month'],
  'timestamp month': ['month'],
}

/** What the work answers, or the problem that it meets. */
async function settled<T extends object>(work: () => Promise<T>): Promise<T | { problem: Problem }> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ProblemError) return { problem: error.problem }
    throw error
  }
}

async function described(
  connection: DuckDBConnection,
  sample: string,
  columns: readonly FileColumn[],
  options: Options,
): Promise<InspectedColumn[]> {
  const chosen = columns.filter(({ name, form }) => form !== undefined && options.types.has(name) && form !== 'text')
  const questions = chosen.flatMap(({ name, form = 'text' }) => {
    const text = filled(name)
    const wrong = `${text} IS NOT NULL AND NOT coalesce(${forms[form].fits(text)}, false)`
    return [`count(*) FILTER (WHERE ${wrong})`, `substr(min(${text}) FILTER (WHERE ${wrong}), 1, 60)`]
  })
  const answers = questions.length === 0 ? [] : await oneRow(connection, questions, sample)
  return columns.map(({ name, type, sourceType, form }) => {
    const at = chosen.findIndex((column) => column.name === name) * 2
    const rows = at < 0 ? 0 : Number(answers[at])
    const changeable = changeableForms.find((one) => one === (form === 'timestamp minutes' ? 'timestamp' : form))
    return {
      name,
      type,
      sourceType,
      ...(changeable !== undefined && { form: changeable }),
      ...(rows > 0 && { unfit: { rows, example: String(answers[at + 1]) } }),
    }
  })
}

async function distinctOf(
  connection: DuckDBConnection,
  sample: string,
  columns: readonly FileColumn[],
): Promise<string[]> {
  if (columns.length === 0) return []
  const questions = columns.map(
    ({ text, empty }) =>
      `count(*) > 0 AND count(*) FILTER (WHERE ${empty}) = 0 AND count(DISTINCT left(${text}, 200)) = count(*)`,
  )
  const answers = await oneRow(connection, questions, sample)
  return columns.filter((_, index) => answers[index] === true).map(({ name }) => name)
}

async function oneRow(connection: DuckDBConnection, questions: readonly string[], from: string) {
  const result = await connection.runAndReadAll(`${tag} SELECT ${questions.join(', ')} FROM ${from}`)
  return result.getRows()[0] ?? []
}
