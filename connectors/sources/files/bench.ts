/** A file that has been looked at: its tables, in a DuckDB that can read nothing else. */
import { basename } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { ProblemError } from '../../problems.ts'
import { usualLine } from './csv.ts'
import { type Duck, openDuck, quoteText } from './duckdb.ts'
import { openExcel } from './excel.ts'
import { openJson } from './json.ts'
import { type Kind, kindOf, type Stamp, stampOf } from './kind.ts'
import { type Scan, scanFile } from './scan.ts'
import type { Options } from './settings.ts'
import { hidden, type ListedTable, nativeTable, type Table } from './table.ts'
import { type Effort, longestLine, longLineMemory, openText, tableName } from './text-file.ts'

export type Bench = {
  kind: Kind
  stamp: Stamp
  effort: Effort
  tables: ListedTable[]
  /** What was found out about the file, for `test`. */
  summary: string
  connect(): Promise<DuckDBConnection>
  close(): Promise<void>
}

/**
 * In megabytes: what sorting a file of this size needs, which grows with its root only. Together with Node itself and the
 * engine a million rows stay under 250 MB.
 */
function memoryFor(bytes: number): number {
  return Math.min(256, Math.max(48, Math.ceil(3.6 * Math.sqrt(bytes / 1_000_000))))
}

/** Throws ProblemError, what Node or DuckDB throw, or the signal's reason. */
export async function openBench(options: Options, effort: Effort, signal: AbortSignal): Promise<Bench> {
  const stamp = await stampOf(options.path)
  const kind = await kindOf(options.path)
  // Loading takes as long as looking at a large file.
  const loading = import('@duckdb/node-api')
  loading.catch(() => {})
  const scan = kind === 'text' ? await scanFile(options.path, options.encoding, signal) : undefined
  const hard =
    scan && scan.longestLine > usualLine / 2 ? { ...effort, line: longestLine, memory: longLineMemory } : effort
  const duck = await openDuck(Math.max(hard.memory, memoryFor(stamp.size)))
  try {
    await duck.execute(`CREATE SCHEMA ${hidden}`)
    await duck.lock([options.path])
    const { tables, summary, close } = await openKind[kind]({ duck, options, effort: hard, scan, signal })
    const closing = async () => {
      close?.()
      await duck.close()
    }
    await expectSame(options.path, stamp)
    return { kind, stamp, effort: hard, tables, summary, connect: duck.connect, close: closing }
  } catch (error) {
    await duck.close()
    throw error
  }
}

/** @throws ProblemError (retry) when somebody has written to the file since; one that was replaced stays readable */
export async function expectSame(path: string, before: Stamp): Promise<void> {
  const now = await stampOf(path).catch(() => before)
  if (now.id !== before.id || now.changed === before.changed) return
  const message = `The file "${basename(path)}" was changed while Outflow read it. Try again when it is complete.`
  throw new ProblemError({ remedy: 'retry', message })
}

const opened = (table: Table): ListedTable => ({ name: table.name, open: async () => table })

type Opened = { tables: ListedTable[]; summary: string; close?(): void }
type Opening = { duck: Duck; options: Options; effort: Effort; scan: Scan | undefined; signal: AbortSignal }

const openKind: Record<Kind, (opening: Opening) => Promise<Opened>> = {
  async text({ duck, options, effort, scan, signal }) {
    const { table, summary } = await openText(duck, options, scan as Scan, effort, signal)
    return { tables: [opened(table)], summary }
  },
  async json({ duck, options, effort, signal }) {
    const tables = await openJson(duck, options, effort.line, signal)
    return { tables, summary: tables.length === 1 ? 'JSON' : `JSON, ${tables.length} lists` }
  },
  async parquet({ duck, options }) {
    const file = `read_parquet(${quoteText(await duck.reach(options.path))})`
    const table = await nativeTable(duck, tableName(options), `SELECT * FROM ${file}`)
    return { tables: [opened(table)], summary: 'Parquet' }
  },
  async excel({ duck, options, effort, signal }) {
    const { tables, close } = await openExcel(duck, options, effort, signal)
    return { tables, summary: tables.length === 1 ? 'Excel, 1 sheet' : `Excel, ${tables.length} sheets`, close }
  },
}
