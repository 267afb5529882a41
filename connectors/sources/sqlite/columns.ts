/** Types of SQLite's columns, and their values as the texts of RowReader. */
import { isUtf8 } from 'node:buffer'
import type Database from 'better-sqlite3'
import { ProblemError } from '../../problems.ts'
import { largestValue, tooLarge } from '../../rows.ts'
import { alias, fromSql, oneSelect, type PlainQuery, quoteName, tag } from '../../sql.ts'
import type { Column, ValueType } from '../../types.ts'

/** What better-sqlite3 answers; bigint only with `safeIntegers`, then a number stands for what is too large (`valueSql`). */
export type SqliteValue = null | number | bigint | string | Buffer

/**
 * By the declared type: first the names that people use for types that SQLite does not have, then SQLite's own rules of
 * affinity (sqlite.org/datatype3.html#determination_of_column_affinity).
 */
const byDeclaration: [RegExp, ValueType][] = [
  [/BOOL/, 'boolean'],
  [/TIMESTAMPTZ|WITH TIME ZONE/, 'instant'],
  [/DATETIME|TIMESTAMP/, 'timestamp'],
  [/DATE/, 'date'],
  [/^TIME\b/, 'time'],
  [/JSON/, 'json'],
  [/INT/, 'integer'],
  [/CHAR|CLOB|TEXT|STRING|UUID/, 'text'],
  [/BLOB|BINARY|BYTEA/, 'bytes'],
  [/REAL|FLOA|DOUB/, 'float'],
  [/DEC|NUM|MONEY/, 'decimal'],
]

function declaredType(declaration: string): ValueType | undefined {
  const name = declaration.toUpperCase()
  return byDeclaration.find(([pattern]) => pattern.test(name))?.[1]
}

/** The type that holds all values of a column without a declared type, by SQLite's names of what they are. */
function typeOfValues(names: string[]): ValueType {
  const kinds = new Set(names.filter((name) => name !== 'null'))
  const [kind] = kinds
  if (kinds.size === 1)
    return kind === 'blob' ? 'bytes' : kind === 'integer' ? 'integer' : kind === 'real' ? 'float' : 'text'
  return kinds.size === 2 && kinds.has('integer') && kinds.has('real') ? 'float' : 'text'
}

/** How many rows are looked at to find the type of a column that does not declare one. */
const typeSample = 100

/**
 * The columns of a table, view or SELECT. A column without a declared type (an expression) has that of its first values.
 * @throws ProblemError (edit-sync) when the table is not there or two columns share a name; SqliteError
 */
export function describe(database: Database.Database, query: PlainQuery): Column[] {
  if (query.kind === 'table') findTable(database, query.table)
  const from = fromSql(query, 'sqlite')
  const definitions = database.prepare(`${tag} SELECT ${alias}.* FROM ${from} LIMIT 0`).columns()
  const names = query.kind === 'sql' ? ownNames(database, query.sql) : definitions.map((definition) => definition.name)
  const twice = names.find(
    (name, index) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) !== index,
  )
  if (twice !== undefined) {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: `Two columns of the query are called "${twice}". Give one of them another name with AS.`,
    })
  }
  const declared = definitions.map((definition) => (definition.type ? declaredType(definition.type) : undefined))
  // Not the values themselves: they may be huge.
  const typeofs = definitions
    .filter((_, index) => declared[index] === undefined)
    .map(({ name }) => `typeof(${alias}.${quoteName(name)})`)
  const rows =
    typeofs.length > 0
      ? database
          .prepare<[], string[]>(`${tag} SELECT ${typeofs.join(', ')} FROM ${from} LIMIT ${typeSample}`)
          .raw()
          .all()
      : []
  let place = 0
  const typeOfNext = () => {
    const column = place++
    return typeOfValues(rows.map((row) => row[column] as string))
  }
  return definitions.map((definition, index) => ({
    name: definition.name,
    type: declared[index] ?? typeOfNext(),
    sourceType: definition.type ?? '',
  }))
}

/** As a subquery SQLite would rename the second of two equal names without a word. */
function ownNames(database: Database.Database, sql: string): string[] {
  return database
    .prepare(oneSelect(sql, 'sqlite'))
    .columns()
    .map((definition) => definition.name)
}

/** The kind of a table. @throws ProblemError (edit-sync) when it is not there */
export function findTable(database: Database.Database, path: readonly string[]): 'table' | 'view' {
  const [name] = path
  const found = database
    .prepare<[string | undefined], { type: string }>(
      `${tag} SELECT type FROM pragma_table_list WHERE schema = 'main' AND name = ?`,
    )
    .get(name)
  if (!found || path.length !== 1) {
    const message = `The table "${path.join('.')}" is not there (any more). Choose the table again.`
    throw new ProblemError({ remedy: 'edit-sync', message })
  }
  return found.type === 'view' ? 'view' : 'table'
}

export const columnSql = (column: Column) => `${alias}.${quoteName(column.name)}`

/**
 * What is selected for a column: numbers with a fraction as SQLite prints them (17 digits where it takes them, so nothing
 * is lost), as `concat_ws` in pages.ts does too: the two ways to read a row must give the same text. No number with a
 * fraction comes as such, so one can stand for what is too large.
 */
export const valueSql = (column: Column) => {
  const value = columnSql(column)
  const shown = `CASE WHEN typeof(${value}) = 'real' THEN CAST(${value} AS TEXT) ELSE ${value} END`
  // Nobody keeps megabytes in a column for numbers or dates.
  return huge.has(column.type) ? `iif(octet_length(${value}) > ${largestValue}, 0.5, ${shown})` : shown
}

const huge = new Set<ValueType>(['text', 'json', 'bytes'])

/** The text of a value as RowReader promises it. A value that does not fit the column's type keeps its own form. */
export function textOf(value: SqliteValue, type: ValueType): string | null {
  if (value === null || typeof value === 'string') {
    if (type !== 'boolean') return value
    return value === '1.0' ? 't' : value === '0.0' ? 'f' : value
  }
  if (typeof value === 'number') return tooLarge
  // A blob among texts is most often a text that a program stored carelessly.
  if (typeof value === 'object')
    return type !== 'bytes' && isUtf8(value) ? value.toString() : `\\x${value.toString('hex')}`
  if (type === 'boolean' && (value === 1n || value === 0n)) return value === 1n ? 't' : 'f'
  return String(value)
}

/** The values of a row as the texts that RowBuilder takes; in place. */
export function toTexts(row: SqliteValue[], columns: Column[]): (string | null)[] {
  for (let index = 0; index < row.length; index++) {
    const value = row[index] as SqliteValue
    const { type } = columns[index] as Column
    if (value !== null && (typeof value !== 'string' || type === 'boolean')) row[index] = textOf(value, type)
  }
  return row as (string | null)[]
}
