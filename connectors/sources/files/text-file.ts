import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { readCsv, usualLine } from './csv.ts'
import { type Dialect, detectDialect } from './dialect.ts'
import type { Duck } from './duckdb.ts'
import { normalise, wrongEncoding } from './normalise.ts'
import { fileProblem } from './problems.ts'
import type { Scan } from './scan.ts'
import { type Options, titlesFor } from './settings.ts'
import { type Table, textTable } from './table.ts'
import { detectTypes, sampleRows } from './text-types.ts'

/**
 * How hard a file is tried: first as most files are; then with tidied line ends, room for long lines (in bytes), more
 * memory (in megabytes).
 */
export type Effort = { lineEnds: boolean; line: number; memory: number }
/** In bytes: the longest line that is tried. */
export const longestLine = 128 * 1024 * 1024
/** In megabytes: what such lines need. */
export const longLineMemory = 2_000
export const usualEffort: Effort = { lineEnds: false, line: usualLine, memory: 0 }

export type TextFile = { table: Table; summary: string }

/** A CSV, TSV or other text file. Throws ProblemError, Node's file errors, or the signal's reason. */
export async function openText(
  duck: Duck,
  options: Options,
  scan: Scan,
  effort: Effort,
  signal: AbortSignal,
): Promise<TextFile> {
  const { path } = options
  if (scan.encoding === 'utf-8' && !scan.valid) throw wrongEncoding('not UTF-8')
  const lines = effort.lineEnds && scan.has.return && scan.has.lineFeed
  const copied = scan.encoding !== 'utf-8' || lines
  const read = copied ? join(duck.folder, 'copy.csv') : await duck.reach(path)
  if (copied) await normalise(path, read, { encoding: scan.encoding, mark: scan.mark, lineEnds: lines }, signal)
  const name = tableName(options)
  const found = await dialectOf(read, options, scan)
  const { path: rows, dialect } = await withoutNames(duck, read, found, copied ? 0 : scan.mark, signal)
  const resolved = { ...options, delimiter: dialect.delimiter }
  const table = await textTable(duck, {
    name,
    names: dialect.names,
    sql: `SELECT * FROM ${readCsv(rows, dialect, scan.has, effort.line)}`,
    may: {
      backslash: scan.has.backslash || scan.encoding.startsWith('utf-16'),
      tab: scan.has.tab && (dialect.delimiter !== '\t' || scan.has.quote),
      control: scan.has.control,
      line: scan.has.quote,
      large: effort.line > usualLine,
    },
    doubtful: scan.has.return && scan.has.lineFeed,
    found: {
      delimiter: dialect.delimiter,
      encoding: scan.encoding,
      header: dialect.named,
      titles: dialect.titles,
    },
    types: (connection, from, scope) =>
      detectTypes(connection, from, dialect.names, resolved, scope === 'sample' ? sampleRows : undefined),
  })
  return { table, summary: summaryOf(dialect, scan) }
}

/** What the person calls it; otherwise `customers` of `/home/anna/customers.csv`. */
export const tableName = ({ path, called }: Pick<Options, 'path' | 'called'>) =>
  called ?? (basename(path, extname(path)).normalize('NFC') || basename(path))

type Rows = { path: string; dialect: Dialect }

/** The rows alone, in a copy, where their names cannot be read with them. `mark`: bytes of the byte order mark. */
async function withoutNames(
  duck: Duck,
  path: string,
  found: FoundDialect,
  mark: number,
  signal: AbortSignal,
): Promise<Rows> {
  const { dialect, text } = found
  if (dialect.cut === undefined) return { path, dialect }
  const start = mark + Buffer.byteLength(text.slice(0, dialect.cut))
  const copy = join(duck.folder, 'rows.csv')
  await pipeline(createReadStream(path, { start }), createWriteStream(copy, { mode: 0o600 }), { signal }).catch(
    (error) => {
      signal.throwIfAborted()
      throw error
    },
  )
  return { path: copy, dialect: { ...dialect, skip: 0, header: false } }
}

const looked = 64 * 1024

/** `text`: the beginning that it was found in. */
type FoundDialect = { dialect: Dialect; text: string }

async function dialectOf(path: string, options: Options, scan: Scan): Promise<FoundDialect> {
  const file = await open(path, 'r')
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(looked), 0, looked, 0)
    const text = buffer.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '')
    if (text.trim() === '') {
      throw fileProblem(`The file "${basename(options.path)}" has no rows: it holds only blank lines.`)
    }
    const { delimiter, header } = options
    const titles = titlesFor(options, tableName(options))
    const complete = bytesRead === scan.size || bytesRead < looked
    return { text, dialect: detectDialect(text, complete, { delimiter, header, titles, name: options.path }) }
  } finally {
    await file.close()
  }
}

function summaryOf({ delimiter, named, names, titles }: Dialect, { encoding }: Scan): string {
  const marks: Record<string, string> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'vertical bars' }
  const count =
    names.length === 1 ? '1 column' : `${names.length} columns separated by ${marks[delimiter] ?? `"${delimiter}"`}`
  const parts = [count, named ? 'names in the first row' : 'no names in the first row', encoding.toUpperCase()]
  if (titles > 0)
    parts.push(titles === 1 ? 'the first line is passed over' : `the first ${titles} lines are passed over`)
  return parts.join(', ')
}
