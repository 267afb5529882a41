/** How values become a CSV file, by RFC 4180: CRLF after each line, quotes only where they are needed. */
import type { Row, Value } from '../../types.ts'

export type CsvFormat = {
  delimiter: ',' | ';' | '\t' | '|'
  header: boolean
  /** Whether the file begins with the byte order mark by which Excel knows UTF-8. */
  bom: boolean
  /** Whether text that a spreadsheet would calculate gets an apostrophe in front (owasp.org/www-community/attacks/CSV_Injection). */
  protectFormulas: boolean
}

export const byteOrderMark = '\uFEFF'

const needsQuotes: Record<CsvFormat['delimiter'], RegExp> = {
  ',': /[",\r\n]/,
  ';': /[";\r\n]/,
  '\t': /["\t\r\n]/,
  '|': /["|\r\n]/,
}

/** NULL is empty, empty text is `""`: so both can be told apart, as PostgreSQL's CSV does. */
function fieldText(value: Value | undefined, format: CsvFormat): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  let text = typeof value === 'string' ? value : JSON.stringify(value)
  if (format.protectFormulas && /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+([.,]\d+)?$/.test(text)) text = `'${text}`
  if (text === '') return '""'
  // A space at an edge is quoted as well: some readers would drop it.
  if (needsQuotes[format.delimiter].test(text) || /^[\s\uFEFF]|\s$/.test(text)) return `"${text.replaceAll('"', '""')}"`
  return text
}

/** One line with its end. A line that would be empty (one column, NULL) is written as `""`, or readers would skip it. */
export function csvLine(values: readonly (Value | undefined)[], format: CsvFormat): string {
  const line = values.map((value) => fieldText(value, format)).join(format.delimiter)
  return `${line === '' ? '""' : line}\r\n`
}

/** The lines of records, their values in the order of `columns`. */
export function csvLines(records: readonly Row[], columns: readonly string[], format: CsvFormat): string {
  let lines = ''
  for (const record of records) {
    lines += csvLine(
      columns.map((column) => record[column]),
      format,
    )
  }
  return lines
}

/**
 * The fields of the first line of a CSV text, without a byte order mark; `undefined` if the text ends inside it.
 * @param complete whether the text is the whole file, so that its end ends the line too
 */
export function firstLine(text: string, delimiter: string, complete: boolean): string[] | undefined {
  const fields: string[] = []
  let field = ''
  let quoted = false
  for (let at = text.startsWith(byteOrderMark) ? 1 : 0; at < text.length; at++) {
    const char = text[at]
    if (quoted) {
      if (char !== '"') field += char
      else if (text[at + 1] === '"') field += text[at++]
      else quoted = false
    } else if (char === '"' && field === '') quoted = true
    else if (char === delimiter) {
      fields.push(field)
      field = ''
    } else if (char === '\n' || char === '\r') return [...fields, field]
    else field += char
  }
  return complete && !quoted ? [...fields, field] : undefined
}
