/** A sheet as a table: which row holds the names, and all rows below as a CSV file that DuckDB reads. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { ProblemError } from '../../../problems.ts'
import { looksLikeNames, uniqueNames } from '../dialect.ts'
import { type Cell, type CellKind, readSheet } from './sheet.ts'
import type { Sheet, Workbook } from './workbook.ts'

/** `named`: the names are from the sheet. */
export type Converted = { names: string[]; types: CellKind[]; named: boolean }

/** Rows that are looked at to find the names. */
const most = 50

/**
 * Writes the rows of a sheet to `to`: a text in quotes, nothing where a cell is empty. Of merged cells the first holds the
 * value. @throws ProblemError (edit-sync) for a sheet without a value, or the signal's reason
 */
export async function convertSheet(
  workbook: Workbook,
  sheet: Sheet,
  to: string,
  header: boolean | undefined,
  signal: AbortSignal,
): Promise<Converted> {
  const texts = await workbook.texts(signal)
  for (let width = 0; ; ) {
    const writer = new SheetWriter(to, header, width)
    try {
      await readSheet(workbook, sheet.part, texts, (cells) => writer.add(cells), signal)
      const converted = writer.end()
      if (converted) return converted
      const message = `The sheet "${sheet.name}" is empty. Choose another one.`
      throw new ProblemError({ remedy: 'edit-sync', message })
    } catch (error) {
      if (!(error instanceof Wider)) throw error
      width = error.width
    } finally {
      writer.close()
    }
  }
}

/** A row further down has more cells than those before it: all have to be written anew. */
class Wider extends Error {
  readonly width: number
  constructor(width: number) {
    super()
    this.width = width
  }
}

type Cells = readonly (Cell | undefined)[]

class SheetWriter {
  readonly #file: number
  readonly #header: boolean | undefined
  readonly #kinds: Set<CellKind>[] = []
  #head: Cells[] | undefined = []
  #width: number
  #left = 0
  #names: string[] = []
  #named = false
  #lines = ''

  constructor(path: string, header: boolean | undefined, width: number) {
    this.#file = openSync(path, 'w', 0o600)
    this.#header = header
    this.#width = width
  }

  add(cells: Cells): void {
    if (!this.#head) this.#write(cells)
    else if (this.#head.push(cells) === most) this.#begin(this.#head)
  }

  /** `undefined` for a sheet without a value. */
  end(): Converted | undefined {
    if (this.#head && this.#head.length === 0) return undefined
    if (this.#head) this.#begin(this.#head)
    writeSync(this.#file, this.#lines)
    return { names: this.#names, named: this.#named, types: this.#names.map((_, at) => typeOf(this.#kinds[at])) }
  }

  close(): void {
    closeSync(this.#file)
  }

  #begin(head: Cells[]): void {
    this.#head = undefined
    this.#width = Math.max(this.#width, ...head.map((cells) => cells.length))
    const first = firstRow(head)
    const [own = [], ...below] = head.slice(first)
    this.#left = Math.min(...[own, ...below].map((cells) => cells.findIndex((cell) => cell !== undefined)))
    const named = this.#header ?? isHeader(own, below, this.#left)
    this.#named = named
    const titles = Array.from({ length: this.#width - this.#left }, (_, at) => own[this.#left + at]?.text ?? '')
    this.#names = uniqueNames(named ? titles : titles.map(() => ''))
    for (const cells of named ? below : [own, ...below]) this.#write(cells)
  }

  #write(cells: Cells): void {
    if (cells.length > this.#width) throw new Wider(cells.length)
    for (let at = this.#left; at < this.#width; at++) {
      const cell = cells[at]
      if (cell) {
        this.#kinds[at - this.#left] ??= new Set()
        this.#kinds[at - this.#left]?.add(cell.kind)
        this.#lines += cell.kind === 'text' ? `"${cell.text.replaceAll('"', '""')}"` : cell.text
      }
      this.#lines += at + 1 === this.#width ? '\n' : ','
    }
    if (this.#lines.length < 1024 * 1024) return
    writeSync(this.#file, this.#lines)
    this.#lines = ''
  }
}

/** Titles above a table fill fewer cells than its rows do. */
function firstRow(rows: readonly Cells[]): number {
  const filled = rows.map((cells) => cells.filter((cell) => cell !== undefined).length)
  const widest = Math.max(...filled)
  return Math.max(
    0,
    filled.findIndex((count) => count > widest / 2),
  )
}

function isHeader(row: Cells, below: readonly Cells[], left: number): boolean {
  if (row.some((cell) => cell !== undefined && cell.kind !== 'text')) return false
  const textsOf = (cells: Cells) => Array.from(cells.slice(left), (cell) => cell?.text ?? '')
  return looksLikeNames(
    textsOf(row),
    below.map((cells) => ({ values: textsOf(cells) })),
  )
}

function typeOf(kinds: ReadonlySet<CellKind> | undefined): CellKind {
  if (!kinds) return 'text'
  const only = (...some: CellKind[]) => [...kinds].every((kind) => some.includes(kind))
  const [kind = 'text'] = kinds
  if (kinds.size === 1) return kind
  if (only('integer', 'float')) return 'float'
  return only('date', 'timestamp') ? 'timestamp' : 'text'
}
