/** A sheet as a table: which row holds the names, and all rows below as a CSV file that DuckDB reads. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { ProblemError } from '../../../problems.ts'
import { looksLikeNames, passable, uniqueNames } from '../dialect.ts'
import { type Cell, type CellKind, readSheet } from './sheet.ts'
import type { Sheet, Workbook } from './workbook.ts'

/** `named`: the names are from the sheet. `titles`: rows above the table. */
export type Converted = { names: string[]; types: CellKind[]; named: boolean; titles: number }

/** What a person decided: whether the first row holds names, and how many rows stand above it. */
export type Wishes = { header: boolean | undefined; titles: number | undefined }

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
  wishes: Wishes,
  signal: AbortSignal,
): Promise<Converted> {
  const texts = await workbook.texts(signal)
  for (let edges: Edges = { left: Number.POSITIVE_INFINITY, width: 0 }; ; ) {
    const writer = new SheetWriter(to, wishes, edges)
    try {
      await readSheet(workbook, sheet.part, texts, (cells, above) => writer.add({ cells, above }), signal)
      const converted = writer.end()
      if (converted) return converted
      const message = `The sheet "${sheet.name}" is empty. Choose another one.`
      throw new ProblemError({ remedy: 'edit-sync', message })
    } catch (error) {
      if (!(error instanceof Wider)) throw error
      edges = error.edges
    } finally {
      writer.close()
    }
  }
}

/** The columns of a sheet that a table has: from `left` on, without `width` itself. */
type Edges = { left: number; width: number }

/** A row further down has cells beside those before it: all have to be written anew. */
class Wider extends Error {
  readonly edges: Edges
  constructor(edges: Edges) {
    super()
    this.edges = edges
  }
}

type Cells = readonly (Cell | undefined)[]
/** `above`: rows of the sheet above it. */
type SheetRow = { cells: Cells; above: number }

class SheetWriter {
  readonly #file: number
  readonly #wishes: Wishes
  readonly #kinds: Set<CellKind>[] = []
  #head: SheetRow[] | undefined = []
  #width: number
  #left: number
  #names: string[] = []
  #named = false
  #titles = 0
  #lines = ''

  constructor(path: string, wishes: Wishes, { left, width }: Edges) {
    this.#file = openSync(path, 'w', 0o600)
    this.#wishes = wishes
    this.#left = left
    this.#width = width
  }

  add(row: SheetRow): void {
    if (!this.#head) this.#write(row.cells)
    else if (this.#head.length === 0 && this.#passes(row)) return
    else if (this.#head.push(row) === most) this.#begin(this.#head)
  }

  /** `undefined` for a sheet without a value. */
  end(): Converted | undefined {
    if (this.#head && this.#head.length === 0) return undefined
    if (this.#head) this.#begin(this.#head)
    writeSync(this.#file, this.#lines)
    const types = this.#names.map((_, at) => typeOf(this.#kinds[at]))
    return { names: this.#names, named: this.#named, titles: this.#titles, types }
  }

  close(): void {
    closeSync(this.#file)
  }

  /** Whether a person said that this row is no part of the table. */
  #passes({ cells, above }: SheetRow): boolean {
    const { header, titles = 0 } = this.#wishes
    return above < titles && passable(filledIn(cells), header)
  }

  #begin(head: SheetRow[]): void {
    this.#head = undefined
    const rows = head.map(({ cells }) => cells)
    const { header, titles } = this.#wishes
    const first = header === false || titles !== undefined ? 0 : firstRow(rows)
    const [own = [], ...below] = rows.slice(first)
    this.#titles = head[first]?.above ?? 0
    this.#width = Math.max(this.#width, ...[own, ...below].map((cells) => cells.length))
    this.#left = Math.min(this.#left, ...[own, ...below].map(leftOf))
    const named = header ?? isHeader(own, below, this.#left)
    this.#named = named
    const texts = Array.from({ length: this.#width - this.#left }, (_, at) => own[this.#left + at]?.text ?? '')
    this.#names = uniqueNames(named ? texts : texts.map(() => ''))
    for (const cells of named ? below : [own, ...below]) this.#write(cells)
  }

  #write(cells: Cells): void {
    const left = leftOf(cells)
    if (cells.length > this.#width || left < this.#left) {
      throw new Wider({ left: Math.min(left, this.#left), width: Math.max(cells.length, this.#width) })
    }
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

const leftOf = (cells: Cells) => cells.findIndex((cell) => cell !== undefined)
const filledIn = (cells: Cells) => cells.filter((cell) => cell !== undefined).length

/**
 * The row of names where titles stand above it: each of those fills one cell, the row below them holds names, and most rows
 * of the table fill more cells than one. A list in a single column has notes beside it here and there; it begins at once.
 */
function firstRow(rows: readonly Cells[]): number {
  const first = rows.findIndex((cells) => filledIn(cells) > 1)
  const [own = [], ...below] = rows.slice(Math.max(0, first))
  const wide = below.filter((cells) => filledIn(cells) > 1).length
  return first > 0 && wide > below.length / 2 && isHeader(own, below, leftOf(own)) ? first : 0
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
