/** Makes whole rows of RowBatch in SQL, so that nothing is done per value in JavaScript. */
import { largestRow, largestValue } from '../../rows.ts'
import { alias } from '../../sql.ts'

export type TextColumn = {
  /** An expression that gives the text of RowReader before escaping, or NULL. */
  text: string
  /** Whether it may hold a character that must be escaped, or be huge: numbers and times cannot. */
  free: boolean
}

/** What may be in a text at all (see Scan). */
export type May = { backslash: boolean; tab: boolean; control: boolean; line: boolean; large: boolean }
export const anything: May = { backslash: true, tab: true, control: true, line: true, large: true }

/** The row before anything is escaped; a column of a person's may not have this name. */
const draft = `${alias}."outflow row"`

/**
 * What to put behind FROM, and the expression of a row as it stands in a batch. Most rows need no escaping: that is found
 * out with a few searches over the row as a whole. Too large values and rows get `\L` as rows.ts has it.
 */
export function withRow(from: string, columns: readonly TextColumn[], may: May): { from: string; row: string } {
  const plain = joined(columns.map(({ text }) => `coalesce(${text}, '\\N')`))
  const free = columns.filter((column) => column.free).map(({ text }) => text)
  if (free.length === 0) return { from, row: plain }
  const risks: string[] = []
  if (may.large) risks.push(`strlen(${draft}) > ${largestValue / 2}`)
  // Among nulls and separators these two stand in every row, so they are looked for in the values.
  if (may.backslash) risks.push(...free.map((text) => `contains(${text}, '\\')`))
  if (may.tab) risks.push(...free.map((text) => `contains(${text}, chr(9))`))
  if (may.line) risks.push(`contains(${draft}, chr(10))`, `contains(${draft}, chr(13))`)
  if (may.control) risks.push(...[8, 11, 12].map((code) => `contains(${draft}, chr(${code}))`))
  if (risks.length === 0) return { from, row: plain }
  const fields = columns.map((column) => `coalesce(${column.free ? escaped(column.text) : column.text}, '\\N')`)
  const careful = may.large
    ? `CASE WHEN strlen(${draft}) > ${largestValue / 2} THEN ${fitting(columns)} ELSE ${joined(fields)} END`
    : joined(fields)
  return {
    from: `(SELECT ${alias}.*, ${plain} AS "outflow row" FROM ${from}) AS ${alias}`,
    row: `CASE WHEN ${risks.join(' OR ')} THEN ${careful} ELSE ${draft} END`,
  }
}

const joined = (fields: readonly string[]) =>
  fields.length === 1 ? (fields[0] as string) : `concat_ws(chr(9), ${fields.join(', ')})`

/** From the left: a value that is too large, and each that no longer fits into the row, is left out. */
function fitting(columns: readonly TextColumn[]): string {
  const texts = columns.map(({ text }) => text)
  const fields = `list_transform([${texts.join(', ')}], lambda t: CASE WHEN strlen(t) > ${largestValue} THEN '\\L'
    WHEN regexp_matches(t, '[\\x08-\\x0d\\\\]') THEN ${escaped('t')} ELSE t END)`
  // Each field brings its tab along; the first one is taken off again.
  return `substring(list_reduce(list_prepend('', ${fields}), lambda r, f: CASE
    WHEN f IS NULL THEN r || chr(9) || '\\N'
    WHEN strlen(f) > ${largestValue} OR strlen(r) + strlen(f) > ${largestRow} THEN r || chr(9) || '\\L'
    ELSE r || chr(9) || f END), 2)`
}

const letters: [number, string][] = [
  [8, 'b'],
  [9, 't'],
  [10, 'n'],
  [11, 'v'],
  [12, 'f'],
  [13, 'r'],
]

/** The backslash first, as the others add some. */
function escaped(text: string): string {
  return letters.reduce(
    (sql, [code, letter]) => `replace(${sql}, chr(${code}), '\\${letter}')`,
    `replace(${text}, '\\', '\\\\')`,
  )
}
