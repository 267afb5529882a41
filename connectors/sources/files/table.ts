/** Tables of a file: whatever its kind, either texts with types found for them, or what DuckDB has types for itself. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { quoteName, tag } from '../../sql.ts'
import { type FileColumn, nativeColumn, textColumn } from './columns.ts'
import { typedSelect } from './csv.ts'
import type { Duck } from './duckdb.ts'
import { anything, type May } from './row-text.ts'
import type { TextType } from './text-forms.ts'

/** How a file was understood where it does not say so itself. */
export type Found = {
  delimiter?: string
  /** As TextDecoder calls it. */
  encoding?: string
  /** Whether its first row holds the names. */
  header?: boolean
  /** Lines above the table that are passed over. */
  titles?: number
}

export type Table = {
  name: string
  found: Found
  /** What stands behind FROM when the table itself is read. */
  from: string
  may: May
  /** Lines end in more than one way, which may only show far down that they cannot be read as they are. */
  doubtful: boolean
  columns(connection: DuckDBConnection): Promise<FileColumn[]>
  /** Makes the table visible to SQL by its name. */
  show(connection: DuckDBConnection): Promise<void>
}

/** A table that is only looked into when it is asked for. */
export type ListedTable = {
  name: string
  rowEstimate?: number
  /** Roughly, without opening it; absent, or `undefined`, where that is not known. */
  countRows?(signal: AbortSignal): Promise<number | undefined>
  open(): Promise<Table>
}

/** The texts as they are in the file, out of the sight of the person's SQL. */
export const hidden = 'outflow'

export type Texts = {
  name: string
  names: string[]
  /** Answers a column of texts for each name. */
  sql: string
  may: May
  doubtful: boolean
  found: Found
  /** By a sample, or by all rows: then a cast of every row to its type succeeds and rounds nothing. */
  types(connection: DuckDBConnection, from: string, scope: 'sample' | 'all'): Promise<TextType[]>
}

/** A table of texts. A value is handed on as it is written; only SQL sees it converted. */
export async function textTable(duck: Duck, texts: Texts): Promise<Table> {
  const { name, names, may, found } = texts
  const from = `${hidden}.${quoteName(name)}`
  await duck.execute(`CREATE OR REPLACE VIEW ${from} AS ${texts.sql}`)
  const find = async (connection: DuckDBConnection) =>
    (await texts.types(connection, from, 'sample')).map((type, index) => textColumn(names[index] as string, type))
  const show = async (connection: DuckDBConnection) => {
    const types = await texts.types(connection, from, 'all')
    await connection.run(`${tag} CREATE OR REPLACE VIEW main.${quoteName(name)} AS ${typedSelect(from, names, types)}`)
  }
  return { name, found, from, may, doubtful: texts.doubtful, columns: once(find), show: once(show) }
}

/** A table that DuckDB reads with types of its own. */
export async function nativeTable(duck: Duck, name: string, sql: string): Promise<Table> {
  const from = `main.${quoteName(name)}`
  await duck.execute(`CREATE OR REPLACE VIEW ${from} AS ${sql}`)
  return {
    name,
    found: {},
    from,
    may: anything,
    doubtful: false,
    columns: (connection) => columnsOf(connection, `SELECT * FROM ${from}`),
    show: async () => {},
  }
}

/** The columns of a SELECT, which is not run. */
export async function columnsOf(connection: DuckDBConnection, sql: string): Promise<FileColumn[]> {
  const prepared = await connection.prepare(`${tag} ${sql}`)
  try {
    return Array.from({ length: prepared.columnCount }, (_, index) =>
      nativeColumn(prepared.columnName(index), prepared.columnType(index)),
    )
  } finally {
    prepared.destroySync()
  }
}

/** Does the work at the first call only; after a failure, or a cancel, it is tried again. */
export function once<A extends unknown[], T>(work: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  let done: Promise<T> | undefined
  return (...args) => {
    done ??= work(...args)
    done.catch(() => {
      done = undefined
    })
    return done
  }
}
