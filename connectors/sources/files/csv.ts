/** A text file as a table: found out here, read by DuckDB's CSV reader with everything said and nothing guessed. */
import { quoteName } from '../../sql.ts'
import type { Dialect } from './dialect.ts'
import { quoteText } from './duckdb.ts'
import type { TextType } from './text-forms.ts'
import { forms } from './text-forms.ts'

/** In bytes: a line that is longer is read with more memory (see bench.ts). The reader's buffers are twice as large. */
export const usualLine = 500_000

/** What stands behind FROM: all columns as text, an empty cell as NULL, `""` as the empty text. */
export function readCsv(
  path: string,
  dialect: Pick<Dialect, 'delimiter' | 'escape' | 'skip' | 'header' | 'names'>,
  has: { lineFeed: boolean },
  longestLine: number,
): string {
  const options = {
    delim: quoteText(dialect.delimiter),
    quote: `'"'`,
    escape: quoteText(dialect.escape),
    header: dialect.header,
    skip: dialect.skip,
    nullstr: `''`,
    allow_quoted_nulls: false,
    comment: `''`,
    auto_detect: false,
    strict_mode: true,
    max_line_size: longestLine,
    buffer_size: 2 * longestLine,
    ...(has.lineFeed ? {} : { new_line: `'\\r'` }),
    columns: `{${dialect.names.map((name) => `${quoteText(name)}: 'VARCHAR'`)}}`,
  }
  const written = Object.entries(options).map(([name, value]) => `${name} = ${value}`)
  return `read_csv(${quoteText(path)}, ${written.join(', ')})`
}

/** The same with types, for SQL. The types hold for every row, so no cast fails or rounds. */
export function typedSelect(from: string, names: readonly string[], types: readonly TextType[]): string {
  return `SELECT ${names.map((name, index) => `${typed(quoteName(name), types[index] as TextType)} AS ${quoteName(name)}`)} FROM ${from}`
}

function typed(text: string, { form, digits }: TextType): string {
  const { type, convert } = forms[form]
  const filled = `nullif(${text}, '')`
  // The contract's `t` and `f` are nothing to DuckDB.
  const plain = convert && type !== 'boolean' ? convert(filled) : filled
  // The 31st of February is a date to a pattern; it stays the text that it is, and is none to SQL.
  const castOf = convert ? 'TRY_CAST' : 'CAST'
  switch (type) {
    case 'text':
    case 'bytes':
    case 'json':
      return text
    case 'integer':
      return `CAST(${plain} AS BIGINT)`
    case 'decimal': {
      const { whole, fraction } = digits ?? { whole: 18, fraction: 10 }
      return whole + fraction > 38
        ? `CAST(${plain} AS DOUBLE)`
        : `CAST(${plain} AS DECIMAL(${whole + fraction}, ${fraction}))`
    }
    case 'float':
      return `CAST(${plain} AS DOUBLE)`
    case 'boolean':
      return `CAST(${plain} AS BOOLEAN)`
    case 'date':
      return `${castOf}(${plain} AS DATE)`
    case 'time':
      return `CAST(${plain} AS TIME)`
    case 'timestamp':
      return `${castOf}(${plain} AS TIMESTAMP)`
    case 'instant':
      return `CAST(${plain} AS TIMESTAMPTZ)`
  }
}
