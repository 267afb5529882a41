/** Results as Snowflake sends them: columns with its own names of types, and every value as text. */
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api'

import { decfloat } from './translate.ts'

export type RowType = { name: string; type: string; precision: number | null; scale: number | null; nullable: true }
export type WireRow = (string | null)[]
export type Result = { rowtype: RowType[]; rows: WireRow[] }

/** A column of the type that Snowflake would say. */
export function rowType(name: string, type: DuckDBType): RowType {
  const text = type.toString()
  const column = (wire: string, precision: number | null = null, scale: number | null = null): RowType => ({
    name,
    type: wire,
    precision,
    scale,
    nullable: true,
  })
  if (text === decfloat) return column('decfloat')
  const [, digits, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(text) ?? []
  if (digits !== undefined) return column('fixed', Number(digits), Number(scale))
  if (/^U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?$/.test(text)) return column('fixed', 38, 0)
  if (type.alias === 'JSON') return column('variant')
  if (text.endsWith('[]')) return column('array')
  if (text.startsWith('MAP(')) return column('object')
  if (text.startsWith('STRUCT(')) return column('timestamp_tz', 0, 9)
  switch (text) {
    case 'DOUBLE':
    case 'FLOAT':
      return column('real')
    case 'BOOLEAN':
      return column('boolean')
    case 'BLOB':
      return column('binary')
    case 'DATE':
      return column('date')
    case 'TIME':
      return column('time', 0, 9)
    case 'TIMESTAMP':
    case 'TIMESTAMP_NS':
      return column('timestamp_ntz', 0, 9)
    case 'TIMESTAMP WITH TIME ZONE':
      return column('timestamp_ltz', 0, 9)
    default:
      return column('text')
  }
}

export const textColumn = (name: string): RowType => ({
  name,
  type: 'text',
  precision: null,
  scale: null,
  nullable: true,
})

/** What the source asks for is text or a number; anything else would have to be encoded as Snowflake does, and fails here. */
export function wireValue(value: DuckDBValue, { name, type }: RowType): string | null {
  if (value === null) return null
  if (type === 'text' || type === 'fixed' || type === 'real') return String(value)
  if (type === 'boolean') return value ? '1' : '0'
  throw new Error(`The source asked for ${name} as ${type}, which the double does not send.`)
}
