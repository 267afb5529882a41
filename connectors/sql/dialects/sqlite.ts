import { quoteName } from '../../sql.ts'
import { type Operand, quoted, type SqlDialect, type SqlValue } from '../dialect.ts'

/** How a value is called; the driver is given an object with these names. */
export const nameOf = (n: number) => `v${n}`

/** SQLite holds any kind of value in any column, so what a value is shows only in the row (sqlite.org/datatype3.html). */
export const sqlite: SqlDialect<SqlValue> = {
  quote: quoteName,
  place: (n) => `$${nameOf(n)}`,
  literal: quoted,
  convert: (sql, as) => (as === 'instant' ? `unixepoch(${sql})` : sql),
  // A whole number of 64 bits stays one: as a double it would be rounded beyond 2^53.
  bind: (text, as) => (as !== 'double' ? text : isLong(text) ? BigInt(text) : Number(text)),
  list: (place, as) => `SELECT ${as === 'text' ? 'value' : 'CAST(value AS NUMERIC)'} FROM json_each(${place})`,
  // Without an extension lower() knows A to Z only (sqlite.org/lang_corefunc.html#lower).
  fold: (text) => `lower(${text})`,
  contains: (text, value) => `instr(${text}, ${value}) > 0`,
  starts: (text, value) => `substr(${text}, 1, length(${value})) = ${value}`,
  ends: (text, value) => `substr(${text}, -length(${value})) = ${value}`,

  operand({ type }, at): Operand {
    // A CAST keeps the column's collation, which may ignore case.
    const text = `CAST(${at} AS TEXT) COLLATE BINARY`
    const empty = `coalesce(CAST(${at} AS TEXT), '') = ''`
    const isNumber = `typeof(${at}) IN ('integer', 'real')`
    const number = `CASE WHEN ${isNumber} THEN ${at} END`
    switch (type) {
      case 'integer':
      case 'decimal':
      case 'float':
        return {
          text,
          empty,
          number: { sql: number, guard: isNumber, plain: at, as: 'double', grid: { kind: 'mixed' } },
        }
      case 'date':
      case 'timestamp':
        return { text, empty, time: { sql: `substr(${at}, 1, 10)`, guard: isDay(at), as: 'text', shown: text } }
      case 'instant':
        return { text, empty, time: { sql: secondsOf(at), as: 'instant', shown: text } }
      case 'boolean': {
        // As what is handed on: also 1.0 and, where a program stored PostgreSQL's own words, those.
        const yes = `(${number} = 1 OR ${text} IN ('t', '1.0'))`
        const no = `(${number} = 0 OR ${text} IN ('f', '0.0'))`
        return { text: `CASE WHEN ${yes} THEN 't' WHEN ${no} THEN 'f' ELSE ${text} END`, empty, boolean: { yes, no } }
      }
      default:
        return { text, empty }
    }
  },
}

const isLong = (text: string) => /^-?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)

const isDay = (at: string) => `${at} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'`

/**
 * Seconds since 1970, without the fraction, which `unixepoch` would round (sqlite.org/lang_datefunc.html). Without a zone it is
 * UTC; of the hours of an offset alone it makes hours and minutes.
 */
const secondsOf = (at: string) =>
  `unixepoch(substr(${at}, 1, 19) || CASE WHEN ${at} GLOB '*[-+][0-9][0-9]:[0-9][0-9]' THEN substr(${at}, -6) WHEN ${at} GLOB '*:*[-+][0-9][0-9]' THEN substr(${at}, -3) || ':00' ELSE '' END)`
