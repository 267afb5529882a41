/** The cells of a sheet, row by row, as they are stored: formulas by the value that Excel last computed. */
import { dateText } from './formats.ts'
import { RichText, type Texts, unescapeText, type Workbook } from './workbook.ts'

export type CellKind = 'text' | 'integer' | 'float' | 'boolean' | 'date' | 'time' | 'timestamp'
export type Cell = { kind: CellKind; text: string }

/** Calls `row` for each row that holds a value, with its cells by column and the rows above it; throws ProblemError, the signal's reason. */
export async function readSheet(
  workbook: Workbook,
  part: string,
  texts: Texts,
  row: (cells: (Cell | undefined)[], above: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const rich = new RichText()
  let cells: (Cell | undefined)[] = []
  let column = 0
  let above = -1
  let type = ''
  let style = 0
  let value = ''
  let inValue = false
  const open = (tag: string, attributes: Record<string, string>) => {
    if (tag === 'row') {
      cells = []
      column = -1
      above = attributes.r === undefined ? above + 1 : Number(attributes.r) - 1
    } else if (tag === 'c') {
      column = attributes.r === undefined ? column + 1 : columnOf(attributes.r)
      type = attributes.t ?? 'n'
      style = Number(attributes.s ?? 0)
      value = ''
      rich.start()
    } else if (tag === 'v') inValue = true
    else rich.open(tag)
  }
  const text = (piece: string) => {
    if (inValue) value += piece
    else rich.add(piece)
  }
  const close = (tag: string) => {
    if (tag === 'v') inValue = false
    else if (tag === 'c') {
      const cell = cellOf(type, value, rich.text, style, texts, workbook)
      if (cell) cells[column] = cell
    } else if (tag === 'row') {
      if (cells.length > 0) row(cells, above)
    } else rich.close(tag)
  }
  await workbook.archive.parse(part, { open, text, close }, signal)
}

/** `AB12` → 27 */
export function columnOf(reference: string): number {
  let column = 0
  for (let at = 0; at < reference.length; at++) {
    const letter = reference.charCodeAt(at) - 64
    if (letter < 1 || letter > 26) break
    column = column * 26 + letter
  }
  return column - 1
}

/** By the cell's type (ECMA-376 part 1, 18.18.11). */
function cellOf(
  type: string,
  value: string,
  rich: string,
  style: number,
  texts: Texts,
  workbook: Workbook,
): Cell | undefined {
  if (type === 'inlineStr') return { kind: 'text', text: rich }
  if (type === 's') return value === '' ? undefined : { kind: 'text', text: texts.at(Number(value)) }
  if (type === 'str') return { kind: 'text', text: unescapeText(value) }
  if (value === '') return undefined
  if (type === 'b') return { kind: 'boolean', text: value === '1' || value === 'true' ? 'true' : 'false' }
  // An error that a formula came to, `#N/A`, stands there as it does on the screen.
  if (type === 'e') return { kind: 'text', text: value }
  if (type === 'd')
    return { kind: value.includes('T') ? 'timestamp' : 'date', text: value.replace('T', ' ').replace(/Z$/, '') }
  const number = Number(value)
  if (Number.isNaN(number)) return { kind: 'text', text: value }
  const format = workbook.formats[style]
  const date = format && dateText(number, format, workbook.from1904)
  if (format && date !== undefined) return { kind: kindOfDate(date), text: date }
  return { kind: Number.isSafeInteger(number) && Math.abs(number) < 1e15 ? 'integer' : 'float', text: String(number) }
}

const kindOfDate = (text: string): CellKind => (text.length === 10 ? 'date' : text[2] === ':' ? 'time' : 'timestamp')
