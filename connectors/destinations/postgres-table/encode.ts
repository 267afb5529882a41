/** Values as PostgreSQL reads them: the text of a type. */
import type { Value } from '../../types.ts'
import { encodeValue } from '../../values.ts'
import type { TableColumn } from './catalog.ts'

/** An array literal: `{1,NULL,"a b",{…}}` (postgresql.org/docs/current/arrays.html#ARRAYS-IO). */
function arrayText(value: Value[]): string {
  const items = value.map((item) => {
    if (item === null) return 'NULL'
    if (Array.isArray(item)) return arrayText(item)
    const text = typeof item === 'object' ? JSON.stringify(item) : String(item)
    return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  })
  return `{${items.join(',')}}`
}

/** A year before 1 or after 9999 as PostgreSQL writes it: `-000043-03-15` → `0044-03-15 BC` (ISO counts a year 0). */
function timeText(text: string): string {
  const match = /^([+-]\d{6,}|0000)(-.*)$/s.exec(text)
  if (!match) return text
  const year = Number(match[1])
  return year > 0 ? `${year}${match[2]}` : `${String(1 - year).padStart(4, '0')}${match[2]} BC`
}

/** The text that the column's type reads, `null` for NULL. */
export function textOf(value: Value, column: Pick<TableColumn, 'type' | 'isArray'>): string | null {
  if (typeof value === 'string') {
    if (column.isArray) return value
    if (column.type === 'date' || column.type === 'timestamp' || column.type === 'instant') return timeText(value)
  } else if (column.isArray && Array.isArray(value)) return arrayText(value)
  return encodeValue(value, column.type)
}
