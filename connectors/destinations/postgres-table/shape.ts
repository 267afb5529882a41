/** What a sync writes into a table: checked against the table as it is now. */
import { ProblemError } from '../../problems.ts'
import type { Mode, Removal, WriteTarget } from '../../types.ts'
import type { Table, TableColumn } from './catalog.ts'

export type TableMode = Exclude<Mode, 'membership'>

export type Shape = {
  table: Table
  mode: TableMode
  removal: Removal
  /** `null` where rows are only added or replaced as a whole. */
  key: TableColumn | null
  /** The mapped columns; the key among them. */
  columns: TableColumn[]
}

/** A problem of the sync that the person must correct. */
export function editSync(message: string): ProblemError {
  return new ProblemError({ remedy: 'edit-sync', message })
}

function mappedColumns(table: Table, target: WriteTarget): TableColumn[] {
  const byName = new Map(table.columns.map((column) => [column.name, column]))
  const missing = target.fields.filter((field) => !byName.has(field.id)).map((field) => `"${field.id}"`)
  if (missing.length > 0)
    throw editSync(`The table ${table.sql} has no column ${missing.join(', ')} (any more). Correct the mapping.`)
  const columns = target.fields.flatMap((field) => byName.get(field.id) ?? [])
  const readOnly = columns.filter((column) => column.readOnly).map((column) => `"${column.name}"`)
  if (readOnly.length > 0)
    throw editSync(`The database fills the column ${readOnly.join(', ')} itself. Take it out of the mapping.`)
  if (columns.length === 0) throw editSync(`No column of ${table.sql} is mapped. Map at least one.`)
  return columns
}

/** @throws ProblemError (`edit-sync`) if a table cannot be written this way */
export function checkMode(target: WriteTarget): TableMode {
  if (target.mode === 'membership') {
    throw editSync('A table has no members: its rows can be added, updated, kept identical or replaced. Choose one.')
  }
  if (target.mode === 'mirror' && (target.removal === 'archive' || target.removal === 'leave-list')) {
    throw editSync('Rows of a table can be deleted or emptied, nothing else. Choose what happens to rows that left.')
  }
  return target.mode
}

/** @throws ProblemError (`edit-sync`) that names what does not fit the table */
export function shapeOf(table: Table, target: WriteTarget): Shape {
  const mode = checkMode(target)
  const { removal } = target
  const columns = mappedColumns(table, target)
  if (mode === 'append' || mode === 'replace') return { table, mode, removal, key: null, columns }
  const key = columns.find((column) => column.name === target.key)
  if (!key) throw editSync('Map the column by which rows are found, and choose it as the unique id.')
  if (!table.keys.includes(key.name)) {
    throw editSync(
      `Column "${key.name}" of ${table.sql} is not unique (any more), so rows cannot be found by it. Choose another one.`,
    )
  }
  return { table, mode, removal, key, columns }
}
