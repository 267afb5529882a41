import { quoteName } from '../../sql.ts'
import type { ValueType } from '../../types.ts'
import { type NumberOperand, type Operand, quoted, type SqlDialect, type SqlType, translateFold } from '../dialect.ts'

const types: Record<SqlType, string> = {
  text: 'VARCHAR',
  integer: 'HUGEINT',
  decimal: 'DECIMAL(38, 20)',
  double: 'DOUBLE',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  instant: 'TIMESTAMPTZ',
}

/** DuckDB's own types; what a CSV file holds as text is read by `textOperand` (duckdb.org/docs/stable/sql/data_types/overview). */
export const duckdb: SqlDialect = {
  quote: quoteName,
  place: (n) => `$${n}`,
  literal: quoted,
  convert: (sql, as, cast) => `CAST(${sql} AS ${cast ?? types[as]})`,
  list: (place, as, cast) => `SELECT CAST(unnest(from_json(${place}, '["VARCHAR"]')) AS ${cast ?? types[as]})`,
  // lower() would know all letters of Unicode.
  fold: translateFold,
  contains: (text, value) => `contains(${text}, ${value})`,
  starts: (text, value) => `starts_with(${text}, ${value})`,
  ends: (text, value) => `ends_with(${text}, ${value})`,

  comparable: (one, other) => {
    const type = one.as === 'integer' && other.as === 'integer' ? 'HUGEINT' : types.decimal
    const cast = ({ sql }: NumberOperand) => `TRY_CAST(${sql} AS ${type})`
    return [cast(one), cast(other)]
  },

  operand({ type, sourceType }, at): Operand {
    const text =
      sourceType === 'VARCHAR'
        ? at
        : type === 'json' && sourceType !== 'JSON'
          ? `to_json(${at})::VARCHAR`
          : `${at}::VARCHAR`
    if (type === 'bytes') return { text, empty: `coalesce(octet_length(${at}), 0) = 0` }
    const empty = type === 'text' || type === 'json' ? `coalesce(${text}, '') = ''` : `${at} IS NULL`
    const number = numberOf(type, sourceType, at)
    if (number) return { text, empty, number }
    if (type === 'date' || type === 'timestamp' || type === 'instant')
      return { text, empty, time: { sql: at, as: type } }
    if (type === 'boolean') return { text, empty, boolean: { yes: at, no: `NOT ${at}` } }
    return { text, empty }
  },
}

function numberOf(type: ValueType, sourceType: string, at: string): Operand['number'] {
  if (type === 'integer') {
    const wide = /HUGEINT|UBIGINT/.test(sourceType)
    return {
      sql: at,
      as: 'integer',
      cast: wide ? 'HUGEINT' : 'BIGINT',
      grid: { kind: 'integer', bits: wide ? 128 : 64 },
    }
  }
  if (type === 'decimal') {
    const [, digits = '38', scale = '20'] = /(\d+),\s*(\d+)/.exec(sourceType) ?? []
    return {
      sql: at,
      as: 'decimal',
      cast: sourceType,
      grid: { kind: 'fixed', digits: Number(digits), scale: Number(scale) },
    }
  }
  if (type !== 'float') return undefined
  // A FLOAT as DOUBLE is another number than the one it prints.
  const sql = sourceType === 'FLOAT' ? `${at}::VARCHAR::DOUBLE` : at
  return { sql, guard: `NOT isnan(${at})`, as: 'double', grid: { kind: 'double' } }
}

/**
 * A column that is text in its file, whatever it is said to be; `text` gives it in the contract's form. Whole numbers
 * have up to 28 digits, others up to 18 before the point and 20 behind it: longer ones are codes.
 */
export function textOperand(type: ValueType, text: string): Operand {
  const empty = `coalesce(${text}, '') = ''`
  const whenMatching = (pattern: string, sql: string) =>
    `CASE WHEN regexp_full_match(${text}, '${pattern}') THEN ${sql} END`
  switch (type) {
    case 'integer':
    case 'decimal': {
      const scale = type === 'integer' ? 10 : 20
      const pattern = `-?[0-9]{1,${38 - scale}}([.][0-9]{1,${scale}})?`
      const cast = `DECIMAL(38, ${scale})`
      const sql = whenMatching(pattern, `TRY_CAST(${text} AS ${cast})`)
      return { text, empty, number: { sql, as: 'decimal', cast, grid: { kind: 'fixed', digits: 38, scale } } }
    }
    case 'float': {
      const number = '-?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][-+]?[0-9]+)?|-?Infinity'
      return {
        text,
        empty,
        number: { sql: whenMatching(number, `TRY_CAST(${text} AS DOUBLE)`), as: 'double', grid: { kind: 'double' } },
      }
    }
    case 'date':
    case 'timestamp':
      return {
        text,
        empty,
        time: { sql: whenMatching('[0-9]{4}-[0-9]{2}-[0-9]{2}.*', `left(${text}, 10)`), as: 'text' },
      }
    case 'instant':
      return { text, empty, time: { sql: `TRY_CAST(${text} AS TIMESTAMPTZ)`, as: 'instant' } }
    case 'boolean':
      return { text, empty, boolean: { yes: `${text} = 't'`, no: `${text} = 'f'` } }
    default:
      return { text, empty }
  }
}
