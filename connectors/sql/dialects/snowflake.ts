import { quoteName } from '../../sql.ts'
import type { Column, ValueType } from '../../types.ts'
import { type NumberOperand, type Operand, quoted, type SqlDialect, type SqlType, translateFold } from '../dialect.ts'

const types: Record<SqlType, string> = {
  text: 'VARCHAR',
  integer: 'NUMBER(38, 0)',
  decimal: 'NUMBER(38, 18)',
  double: 'FLOAT',
  date: 'DATE',
  timestamp: 'TIMESTAMP_NTZ',
  instant: 'TIMESTAMP_TZ',
}

/** Names are always quoted, so that their case is kept (docs.snowflake.com/en/sql-reference/identifiers-syntax). */
export const snowflake: SqlDialect = {
  quote: quoteName,
  // Numbered places may be used more than once (docs.snowflake.com/en/developer-guide/node-js/nodejs-driver-execute).
  place: (n) => `:${n}`,
  // In a constant between single quotes a backslash begins an escape.
  literal: (text) => quoted(text.replaceAll('\\', '\\\\')),
  convert: (sql, as, cast) => (as === 'text' ? sql : `CAST(${sql} AS ${cast ?? types[as]})`),
  list: (place, as, cast) =>
    `SELECT CAST(f.value::VARCHAR AS ${cast ?? types[as]}) FROM TABLE(FLATTEN(INPUT => PARSE_JSON(${place}))) AS f`,
  fold: translateFold,
  contains: (text, value) => `contains(${text}, ${value})`,
  starts: (text, value) => `left(${text}, length(${value})) = ${value}`,
  ends: (text, value) => `right(${text}, length(${value})) = ${value}`,

  // Of different scales one would be brought into the other's type, which may round it or not hold it.
  comparable: (one, other) => {
    if (one.cast === other.cast) return [one.sql, other.sql]
    return one.cast === 'DECFLOAT' || other.cast === 'DECFLOAT'
      ? [asDecfloat(one), asDecfloat(other)]
      : [plainText(one), plainText(other)]
  },

  operand(column, at): Operand {
    const { type } = column
    // A column may have a collation; texts are compared by their bytes.
    const text = type === 'text' ? `collate(${printed(column, at)}, '')` : printed(column, at)
    if (type === 'bytes') return { text, empty: `coalesce(length(${at}), 0) = 0` }
    const empty = type === 'text' ? `coalesce(${text}, '') = ''` : `${at} IS NULL`
    switch (type) {
      case 'integer':
      case 'decimal':
        return { text, empty, ...numberOf(column, at) }
      case 'float': {
        const guard = `${at} <> 'NaN'::FLOAT`
        return { text, empty, number: { sql: at, guard, as: 'double', grid: { kind: 'double' } } }
      }
      case 'date':
      case 'timestamp':
        return { text, empty, time: { sql: at, as: type, shown: text } }
      case 'instant':
        return { text, empty, time: { sql: at, as: type, shown: inUtc(at) } }
      case 'boolean':
        return { text, empty, boolean: { yes: at, no: `NOT ${at}` } }
      default:
        return { text, empty }
    }
  },
}

/** Without the zeros that fill up the scale: equal numbers are equal texts. */
function plainText({ sql, grid }: NumberOperand): string {
  const text = `to_varchar(${sql})`
  return grid.kind === 'fixed' && grid.scale > 0 ? `rtrim(rtrim(${text}, '0'), '.')` : text
}

/** It holds 38 digits, as many as a NUMBER has. */
const asDecfloat = ({ sql, cast }: NumberOperand) => (cast === 'DECFLOAT' ? sql : `CAST(${sql} AS DECFLOAT)`)

/** A DECFLOAT has no scale: a decimal number of up to 38 digits, wherever its point is (docs.snowflake.com/en/sql-reference/data-types-numeric). */
function numberOf({ sourceType }: Column, at: string): Pick<Operand, 'number'> {
  if (sourceType === 'DECFLOAT') return { number: { sql: at, as: 'decimal', cast: 'DECFLOAT', grid: { kind: 'any' } } }
  const [, digits = '', scale = ''] = /^NUMBER\((\d+)\s*,\s*(\d+)\)$/.exec(sourceType) ?? []
  if (digits === '') return {}
  const grid = { kind: 'fixed', digits: Number(digits), scale: Number(scale) } as const
  return { number: { sql: at, as: 'decimal', cast: `NUMBER(${digits}, ${scale})`, grid } }
}

/**
 * The text of a value, in the form of RowReader: exact, and the same whatever the session's output formats are
 * (docs.snowflake.com/en/sql-reference/sql-format-models). Fractions of a second have up to nine digits; a TIMESTAMP_TZ keeps its own offset.
 */
export function printed({ type, sourceType }: Pick<Column, 'type' | 'sourceType'>, at: string): string {
  switch (type) {
    case 'text':
      return /^VARCHAR/.test(sourceType) ? at : `to_varchar(${at})`
    case 'integer':
    case 'decimal':
      return `to_varchar(${at})`
    case 'float':
      // TME prints all 17 digits; without it Snowflake rounds. "inf" is its word for an infinity.
      return `CASE ${at} WHEN 'inf'::FLOAT THEN 'Infinity' WHEN '-inf'::FLOAT THEN '-Infinity' WHEN 'NaN'::FLOAT THEN 'NaN' ELSE to_varchar(${at}, 'TME') END`
    case 'boolean':
      return `CASE WHEN ${at} THEN 't' WHEN NOT ${at} THEN 'f' END`
    case 'date':
      return `to_varchar(${at}, 'YYYY-MM-DD')`
    case 'time':
      return withoutZeros(`to_varchar(${at}, 'HH24:MI:SS.FF9')`)
    case 'timestamp':
      return moment(at)
    case 'instant':
      return sourceType.startsWith('TIMESTAMP_TZ') ? `${moment(at)} || to_varchar(${at}, 'TZH:TZM')` : inUtc(at)
    case 'json':
      if (sourceType === 'VARIANT') return `to_json(${at})`
      // Only so are structured types and places on a map taken as well.
      return sourceType === 'VECTOR' ? `to_json(to_variant(${at}::ARRAY))` : `to_json(to_variant(${at}))`
    case 'bytes':
      return `'\\\\x' || hex_encode(${at}, 0)`
  }
}

const moment = (at: string) => withoutZeros(`to_varchar(${at}, 'YYYY-MM-DD HH24:MI:SS.FF9')`)
const inUtc = (at: string) => `${moment(`convert_timezone('UTC', ${at})`)} || '+00'`
const withoutZeros = (text: string) => `rtrim(rtrim(${text}, '0'), '.')`

/** Snowflake's types by the names that it gives them in a result (docs.snowflake.com/en/sql-reference/intro-summary-data-types). */
export function columnType(
  native: string,
  precision: number,
  scale: number,
): Pick<Column, 'sourceType'> & { type: ValueType } {
  const name = native.toLowerCase()
  switch (name) {
    case 'fixed':
      return { type: scale > 0 ? 'decimal' : 'integer', sourceType: `NUMBER(${precision},${scale})` }
    case 'real':
      return { type: 'float', sourceType: 'FLOAT' }
    case 'decfloat':
      return { type: 'decimal', sourceType: 'DECFLOAT' }
    case 'text':
      return { type: 'text', sourceType: 'VARCHAR' }
    case 'boolean':
      return { type: 'boolean', sourceType: 'BOOLEAN' }
    case 'binary':
      return { type: 'bytes', sourceType: 'BINARY' }
    case 'date':
      return { type: 'date', sourceType: 'DATE' }
    case 'time':
      return { type: 'time', sourceType: `TIME(${scale})` }
    case 'timestamp_ntz':
      return { type: 'timestamp', sourceType: `TIMESTAMP_NTZ(${scale})` }
    case 'timestamp_ltz':
    case 'timestamp_tz':
      return { type: 'instant', sourceType: `${name.toUpperCase()}(${scale})` }
    case 'variant':
    case 'array':
    case 'object':
    case 'map':
    case 'geography':
    case 'geometry':
    case 'vector':
      return { type: 'json', sourceType: native.toUpperCase() }
    default:
      return { type: 'text', sourceType: native.toUpperCase() }
  }
}
