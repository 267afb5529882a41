/** Why the server refused one record, in plain words. */
import pg from 'pg'
import type { Problem } from '../../problems.ts'
import type { Row, Value } from '../../types.ts'
import type { TableColumn } from './catalog.ts'

/**
 * Whether the server spoke of a record and not of itself: data exceptions (22), constraints (23), WITH CHECK OPTION (44), the same
 * row twice (21), a trigger's RAISE (P0001), a value too large for an index (54000).
 */
export function isRecordFault(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && /^(2[123]|44|P0001|54000)/.test(error.code ?? '')
}

/** `COPY outflow_stage, line 3, column age: "x"` → 3. The words are in the server's language, the name and the number are not. */
export function copyLineOf(error: pg.DatabaseError): number | undefined {
  const match = /outflow_(?:stage|content)\D+(\d+)/.exec(error.where ?? '')
  return match ? Number(match[1]) : undefined
}

/** A value as it is quoted in a message: at most 60 characters. */
export function shorten(value: Value | undefined): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null)
  return `"${text.length > 60 ? `${text.slice(0, 59)}…` : text}"`
}

/** The column that COPY stumbled over: it is named between the line's number and the value. */
function columnOf(error: pg.DatabaseError, columns: readonly TableColumn[]): TableColumn | undefined {
  const named =
    error.column ?? /outflow_(?:stage|content)\D+\d+[^\s]*\s+\S+\s+(.+?)(?::\s|$)/s.exec(error.where ?? '')?.[1]
  return columns.find((column) => column.name === named)
}

/** `Key (country)=(XX) is not present in table "countries".` → its parts. */
function keyOf(detail: string): { columns: string; values: string; table?: string } | undefined {
  const match = /\((.+?)\)=\((.*?)\)(?:\s|$|[^)]*"([^"]+)"[^"]*$)/s.exec(detail)
  if (!match) return undefined
  return { columns: match[1] ?? '', values: match[2] ?? '', ...(match[3] ? { table: match[3] } : {}) }
}

function reason(error: pg.DatabaseError, record: Row, columns: readonly TableColumn[]): string {
  const column = columnOf(error, columns)
  const value = column && shorten(record[column.name])
  const key = keyOf(error.detail ?? '')
  switch (error.code) {
    case '23502':
      return `Column "${column?.name ?? error.column}" must not be empty.`
    case '23505':
      return key
        ? `Another row of the table already has ${shorten(key.values)} in column "${key.columns}".`
        : 'Another row of the table already has a value that must be unique.'
    case '23503': {
      const table = /"([^"]+)"[^"]*$/.exec(error.detail ?? '')?.[1] ?? 'another table'
      return key && key.columns in record
        ? `${shorten(key.values)} in column "${key.columns}" has no matching row in the table "${table}".`
        : `The table "${table}" does not allow this: rows there refer to it.`
    }
    case '23514':
      return `The table's rule "${error.constraint}" does not allow this row.`
    case '22001':
      if (!column) return 'A value is longer than its column allows.'
      return `Column "${column.name}": ${value} is too long${column.maxLength ? `, at most ${column.maxLength} characters are allowed` : ''}.`
    case '22003':
      return column
        ? `Column "${column.name}": ${value} is out of the range of its type (${column.sqlType}).`
        : 'A number is out of the range of its column.'
    case '21000':
      return 'This row is there twice with the same unique id.'
    case 'P0001':
      return `The database refused this row: ${error.message}`
    default:
      return column
        ? `Column "${column.name}": ${value} does not fit its type (${column.sqlType}).`
        : `The database refused this row: ${error.message}.`
  }
}

/** A record's refusal: which column, which value, and what is wrong with it. */
export function recordProblem(error: pg.DatabaseError, record: Row, columns: readonly TableColumn[]): Problem {
  return { remedy: 'fix-record', message: reason(error, record, columns), detail: `${error.code} ${error.message}` }
}
