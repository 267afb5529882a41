/** Types of SQLite's columns, and their values as the texts of RowReader. */
import { isUtf8 } from 'node:buffer'
import type Database from 'better-sqlite3'
import { ProblemError } from '../../problems.ts'
import { alias, fromSql, oneSelect, quoteName, tag } from '../../sql.ts'
import type { Column, Query, ValueType } from '../../types.ts'

/** What better-sqlite3 answers; bigint only with `safeIntegers`. */
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

/** The type that holds all these values of a column without a declared type. */
function typeOfValues(values: SqliteValue[]): ValueType {
  const kinds = new Set(
    values.filter((value) => value !== null).map((value) => (Buffer.isBuffer(value) ? 'bytes' : typeof value)),
  )
  const [kind] = kinds
  if (kinds.size === 1)
    return kind === 'bytes' ? 'bytes' : kind === 'bigint' ? 'integer' : kind === 'number' ? 'float' : 'text'
  return kinds.size === 2 && kinds.has('bigint') && kinds.has('number') ? 'float' : 'text'
}

/** How many rows are looked at to find the type of a column that does not declare one. */
const typeSample = 100

/**
 * The columns of a table, view or SELECT. A column without a declared type (an expression) has that of its first values.
 * @throws ProblemError (edit-sync) when the table is not there or two columns share a name; SqliteError
 */
export function describe(database: Database.Database, query: Query): Column[] {
  if (query.kind === 'table') findTable(database, query.table)
  const statement = database.prepare<[], SqliteValue[]>(
    `${tag} SELECT ${alias}.* FROM ${fromSql(query, 'sqlite')} LIMIT ${typeSample}`,
  )
  const definitions = statement.columns()
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
  const rows = declared.includes(undefined) ? statement.raw().safeIntegers().all() : []
  return definitions.map((definition, index) => ({
    name: definition.name,
    type: declared[index] ?? typeOfValues(rows.map((row) => row[index] as SqliteValue)),
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
 * is lost), as `concat_ws` in pages.ts does too: the two ways to read a row must give the same text.
 */
export const valueSql = (column: Column) =>
  `CASE WHEN typeof(${columnSql(column)}) = 'real' THEN CAST(${columnSql(column)} AS TEXT) ELSE ${columnSql(column)} END`

/** The text of a value as RowReader promises it. A value that does not fit the column's type keeps its own form. */
export function textOf(value: SqliteValue, type: ValueType): string | null {
  if (value === null || typeof value === 'string') {
    if (type !== 'boolean') return value
    return value === '1.0' ? 't' : value === '0.0' ? 'f' : value
  }
  // A blob among texts is most often a text that a program stored carelessly.
  if (typeof value === 'object')
    return type !== 'bytes' && isUtf8(value) ? value.toString() : `\\x${value.toString('hex')}`
  if (type === 'boolean' && (value === 1n || value === 0n)) return value === 1n ? 't' : 'f'
  return String(value)
}
