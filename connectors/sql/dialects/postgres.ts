import { quoteName } from '../../sql.ts'
import { type NumberOperand, type Operand, quoted, type SqlDialect, type SqlType } from '../dialect.ts'

const types: Record<SqlType, string> = {
  text: 'text',
  integer: 'bigint',
  decimal: 'numeric',
  double: 'float8',
  date: 'date',
  timestamp: 'timestamp',
  instant: 'timestamptz',
}

/** How the n-th value is called while the transaction lasts. */
export const settingOf = (n: number | '') => `outflow.v${n}`

/**
 * COPY takes no parameters, and all reading goes through COPY. So values become settings of the transaction by
 * `set_config(name, $1, true)`, which binds them, and statements ask for them by name: no value ever stands in a statement. Setting them changes
 * nothing in the database, and `current_setting` is stable, so an index serves (postgresql.org/docs/current/functions-admin.html).
 */
export const postgres: SqlDialect = {
  quote: quoteName,
  place: (n) => `current_setting('${settingOf(n)}')`,
  // `standard_conforming_strings` is on in every session of ours.
  literal: quoted,
  convert: (sql, as) => (as === 'text' ? sql : `${sql}::${types[as]}`),
  list: (place, as) => `SELECT jsonb_array_elements_text(${place}::jsonb)${as === 'text' ? '' : `::${types[as]}`}`,
  // In this collation lower() knows A to Z only.
  fold: (text) => `lower(${text})`,
  contains: (text, value) => `strpos(${text}, ${value}) > 0`,
  starts: (text, value) => `left(${text}, length(${value})) = ${value}`,
  ends: (text, value) => `right(${text}, length(${value})) = ${value}`,

  // NaN is equal to itself here.
  comparable: (one, other) =>
    one.as === 'integer' && other.as === 'integer' ? [one.sql, other.sql] : [numeric(one), numeric(other)],

  operand(column, at): Operand {
    const { type, sourceType } = column
    const plain = /^(?:text|character varying)/.test(sourceType) ? at : `${at}::text`
    // Arrays and composites are JSON to us; their own text is not.
    const isNested = type === 'json' && !/^jsonb?$/.test(sourceType)
    const text = `${isNested ? `to_json(${at})::text` : plain} COLLATE "C"`
    if (type === 'bytes') return { text, empty: `coalesce(length(${at}), 0) = 0` }
    const empty = type === 'text' ? `coalesce(${plain}, '') = ''` : `${at} IS NULL`
    const number = numberOf(type, sourceType, at)
    if (number) return { text, empty, number }
    if (type === 'date' || type === 'timestamp' || type === 'instant')
      return { text, empty, time: { sql: at, as: type } }
    if (type === 'boolean') return { text, empty, boolean: { yes: at, no: `NOT ${at}` } }
    return { text, empty }
  },
}

const numeric = ({ sql, guard }: NumberOperand) => (guard ? `nullif(${sql}, 'NaN')` : `${sql}::numeric`)

function numberOf(type: string, sourceType: string, at: string): Operand['number'] {
  switch (type) {
    case 'integer':
      return { sql: at, as: 'integer', grid: { kind: 'integer', bits: 64 } }
    case 'decimal':
      return sourceType === 'money'
        ? { sql: `${at}::numeric`, as: 'decimal', grid: { kind: 'any' } }
        : { sql: at, guard: `${at} <> 'NaN'`, as: 'decimal', grid: { kind: 'any' } }
    case 'float': {
      // A float4 as double is another number than the one it prints.
      const sql = sourceType === 'real' ? `${at}::text::float8` : at
      return { sql, guard: `${at} <> 'NaN'`, as: 'double', grid: { kind: 'double' } }
    }
    default:
      return undefined
  }
}
