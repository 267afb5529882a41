/** A text file as a table: found out here, read by DuckDB's CSV reader with everything said and nothing guessed. */
import { quoteName } from '../../sql.ts'
import { localDate } from './columns.ts'
import type { Dialect } from './dialect.ts'
import { quoteText } from './duckdb.ts'
import type { TextType } from './text-types.ts'

/** In bytes: a line that is longer is read with more memory (see bench.ts). The reader's buffers are twice as large. */
export const usualLine = 500_000

/** What stands behind FROM: all columns as text, an empty cell as NULL, `""` as the empty text. */
export function readCsv(path: string, dialect: Dialect, has: { lineFeed: boolean }, longestLine: number): string {
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

function typed(text: string, { type, dates, digits }: TextType): string {
  const filled = `nullif(${text}, '')`
  switch (type) {
    case 'text':
    case 'bytes':
    case 'json':
      return text
    case 'integer':
      return `CAST(${filled} AS BIGINT)`
    case 'decimal': {
      const { whole, fraction } = digits ?? { whole: 18, fraction: 10 }
      return whole + fraction > 38
        ? `CAST(${filled} AS DOUBLE)`
        : `CAST(${filled} AS DECIMAL(${whole + fraction}, ${fraction}))`
    }
    case 'float':
      return `CAST(${filled} AS DOUBLE)`
    case 'boolean':
      return `CAST(${filled} AS BOOLEAN)`
    case 'date':
      return dates === undefined ? `CAST(${filled} AS DATE)` : localDate(filled, dates)
    case 'time':
      return `CAST(${filled} AS TIME)`
    case 'timestamp':
      return `CAST(${filled} AS TIMESTAMP)`
    case 'instant':
      return `CAST(${filled} AS TIMESTAMPTZ)`
  }
}
