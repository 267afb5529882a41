/** Columns of a file, and the expressions that make one exact text of each. */
import type { DuckDBType } from '@duckdb/node-api'
import { alias, quoteName } from '../../sql.ts'
import type { Column, ValueType } from '../../types.ts'
import type { TextColumn } from './row-text.ts'
import type { TextType } from './text-forms.ts'
import { type FormName, forms } from './text-forms.ts'

export type FileColumn = Column &
  TextColumn & {
    /** Sorts, groups and compares as the engine does: integers by value, everything else by the bytes of its text. */
    key: string
    /** The condition under which it counts as empty. */
    empty: string
    /** An integer that is kept as text: a number or, further down, anything. */
    loose?: true
    /** Of texts: what they were taken for, and what may be changed. */
    form?: FormName
    /** A date of which nobody knows yet whether the day or the month comes first. */
    ambiguous?: string
  }

const column = (name: string) => `${alias}.${quoteName(name)}`

/** A column that DuckDB reads as text, whatever its type is said to be: the text stays as it is in the file. */
export function textColumn(name: string, found: TextType): FileColumn {
  const { form, sourceType, ambiguous } = found
  const { type, convert } = forms[form]
  const text = convert ? convert(column(name)) : column(name)
  const own = { form, ...(ambiguous !== undefined && { ambiguous }) }
  const empty = `coalesce(${text}, '') = ''`
  if (type === 'integer') {
    return { name, type, sourceType, text, ...own, free: true, key: `TRY_CAST(${text} AS BIGINT)`, empty, loose: true }
  }
  return { name, type, sourceType, text, ...own, free: true, key: text, empty }
}

/** A column of a type that DuckDB knows (duckdb.org/docs/stable/sql/data_types/overview). */
export function nativeColumn(name: string, duckType: DuckDBType): FileColumn {
  const sourceType = duckType.toString()
  const type = valueType(sourceType)
  const value = column(name)
  const text = nativeText(value, type, sourceType)
  if (type === 'integer') return { name, type, sourceType, text, free: false, key: value, empty: `${value} IS NULL` }
  const free = type === 'text' || type === 'json' || type === 'bytes'
  return { name, type, sourceType, text, free, key: text, empty: `coalesce(${text}, '') = ''` }
}

const byName: Record<string, ValueType> = {
  BOOLEAN: 'boolean',
  TINYINT: 'integer',
  SMALLINT: 'integer',
  INTEGER: 'integer',
  BIGINT: 'integer',
  HUGEINT: 'integer',
  UTINYINT: 'integer',
  USMALLINT: 'integer',
  UINTEGER: 'integer',
  UBIGINT: 'integer',
  UHUGEINT: 'integer',
  FLOAT: 'float',
  DOUBLE: 'float',
  DATE: 'date',
  TIME: 'time',
  TIMESTAMP: 'timestamp',
  TIMESTAMP_S: 'timestamp',
  TIMESTAMP_MS: 'timestamp',
  TIMESTAMP_NS: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'instant',
  TIMESTAMPTZ: 'instant',
  BLOB: 'bytes',
  JSON: 'json',
}

function valueType(name: string): ValueType {
  if (/\]$|^(?:STRUCT|MAP|UNION)\b/.test(name)) return 'json'
  return name.startsWith('DECIMAL') ? 'decimal' : (byName[name] ?? 'text')
}

/** As PostgreSQL prints it (see RowReader). */
function nativeText(value: string, type: ValueType, sourceType: string): string {
  switch (type) {
    case 'boolean':
      return `(CASE WHEN ${value} THEN 't' WHEN NOT ${value} THEN 'f' END)`
    case 'float':
      return `(CASE ${value}::VARCHAR WHEN 'nan' THEN 'NaN' WHEN 'inf' THEN 'Infinity' WHEN '-inf' THEN '-Infinity' ELSE ${value}::VARCHAR END)`
    case 'date':
    case 'timestamp':
    case 'instant':
      return `replace(${value}::VARCHAR, ' (BC)', ' BC')`
    case 'bytes':
      return `('\\x' || lower(hex(${value})))`
    case 'json':
      return sourceType === 'JSON' ? `${value}::VARCHAR` : `to_json(${value})::VARCHAR`
    default:
      return sourceType === 'VARCHAR' ? value : `${value}::VARCHAR`
  }
}
