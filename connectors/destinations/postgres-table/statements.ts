/** The SQL of the writer: records are copied into a stage of the table's own types, and go from there in one statement. */
import pg from 'pg'
import type { Table, TableColumn } from './catalog.ts'

const quote = pg.escapeIdentifier
const stageName = 'outflow_stage'
const stage = `pg_temp.${stageName}`
export const index = quote('outflow index')
export const oldKey = quote('outflow old key')

/** How one kind of change is carried out. */
export type Load = {
  /** Makes the stage; it is dropped at the end of the transaction, so nothing of it depends on the connection. */
  createStage: string[]
  /** Followed by the lines. */
  copy: string
  /** Moves the stage's rows into the table. */
  apply: string[]
  /** A new file for the stage, so that its order is again that of the lines. */
  emptyStage: string[]
  /**
   * What `apply` answers: the indexes of the records that it carried out, the others were missed; or one text with `1` or
   * `0` for each, whether it was created; or nothing, because all were.
   */
  answers: 'indexes' | 'created' | 'nothing'
  /** What is known of a record that was carried out. */
  done: 'created' | 'changed' | 'done'
  /** What stands in front of a line's columns. */
  front: (typeof index | typeof oldKey)[]
  /** The columns of a line. */
  columns: TableColumn[]
  /** The statement itself, with the records written out in the place of the stage; for a person to read. */
  statement: (source: string) => string
}

export function list(names: readonly TableColumn[], prefix = ''): string {
  return names.map(({ name }) => prefix + quote(name)).join(', ')
}

type Shape = Pick<Load, 'answers' | 'done' | 'columns' | 'statement'> & { key: TableColumn; renames?: boolean }

function load({ key, renames, ...shape }: Shape, answer: (statement: string) => string): Load {
  const front = [...(shape.answers === 'indexes' ? [index] : []), ...(renames ? [oldKey] : [])]
  const definitions = [
    ...front.map((name) => `${name} ${name === index ? 'integer' : key.sqlType}`),
    // NOT NULL stands here too, because COPY names the line that breaks it and INSERT does not.
    ...shape.columns.map((column) => `${quote(column.name)} ${column.sqlType}${column.notNull ? ' NOT NULL' : ''}`),
  ]
  return {
    ...shape,
    front,
    createStage: [`CREATE TEMPORARY TABLE ${stageName} (${definitions.join(', ')}) ON COMMIT DROP`],
    copy: `COPY ${stage} FROM STDIN`,
    apply: [answer(shape.statement(`${stage} s`))],
    emptyStage: [`TRUNCATE ${stage}`],
  }
}

/** `COPY` straight into the table, for records that are probably new. */
export function directCopy(table: Table, columns: TableColumn[]): string {
  return `COPY ${table.sql} (${list(columns)}) FROM STDIN`
}

/** Adds and changes, found by the key. */
export function upsertLoad(table: Table, key: TableColumn, columns: TableColumn[]): Load {
  const others = columns.filter((column) => column !== key)
  const set = others.map(({ name }) => `${quote(name)} = EXCLUDED.${quote(name)}`).join(', ')
  const statement = (source: string): string =>
    `INSERT INTO ${table.sql} (${list(columns)}) SELECT ${list(columns, 's.')} FROM ${source} ` +
    `ON CONFLICT (${quote(key.name)}) DO ${others.length > 0 ? `UPDATE SET ${set}` : 'NOTHING'}`
  // A row that ON CONFLICT has found was locked for it and carries that lock (postgresql.org/docs/current/ddl-system-columns.html).
  // Rows of partitions come back without their system columns.
  if (table.isPartitioned || others.length === 0)
    return load({ key, answers: 'nothing', done: 'done', columns, statement }, (sql) => sql)
  return load(
    { key, answers: 'created', done: 'done', columns, statement },
    (sql) =>
      `WITH done AS (${sql} RETURNING xmax = 0 AS created) ` +
      `SELECT string_agg(CASE WHEN created THEN '1' ELSE '0' END, '') FROM done`,
  )
}

/** Adds only; a record that is there already is missed. */
export function insertLoad(table: Table, key: TableColumn, columns: TableColumn[]): Load {
  const statement = (source: string): string =>
    `INSERT INTO ${table.sql} (${list(columns)}) SELECT ${list(columns, 's.')} FROM ${source} ` +
    `ON CONFLICT (${quote(key.name)}) DO NOTHING`
  return load(
    { key, answers: 'indexes', done: 'created', columns, statement },
    (sql) =>
      `WITH done AS (${sql} RETURNING ${quote(key.name)}) SELECT s.${index} FROM ${stage} s JOIN done t ON ${same(key)}`,
  )
}

/** Adds, whatever is there. */
export function appendLoad(table: Table, columns: TableColumn[]): Load {
  const statement = (source: string): string =>
    `INSERT INTO ${table.sql} (${list(columns)}) SELECT ${list(columns, 's.')} FROM ${source}`
  const [first] = columns
  if (!first) throw new RangeError('No column to write.')
  return load({ key: first, answers: 'nothing', done: 'created', columns, statement }, (sql) => sql)
}

/** Changes only; a record that is not there is missed. */
export function updateLoad(table: Table, key: TableColumn, columns: TableColumn[]): Load {
  const others = columns.filter((column) => column !== key)
  const set = (others.length > 0 ? others : [key]).map(({ name }) => `${quote(name)} = s.${quote(name)}`).join(', ')
  const statement = (source: string): string => `UPDATE ${table.sql} t SET ${set} FROM ${source} WHERE ${same(key)}`
  return load({ key, answers: 'indexes', done: 'changed', columns, statement }, (sql) => `${sql} RETURNING s.${index}`)
}

/** Changes of records whose key itself has changed: found by the key that was sent last. */
export function renameLoad(table: Table, key: TableColumn, columns: TableColumn[]): Load {
  const set = columns.map(({ name }) => `${quote(name)} = s.${quote(name)}`).join(', ')
  const statement = (source: string): string =>
    `UPDATE ${table.sql} t SET ${set} FROM ${source} WHERE t.${quote(key.name)} = s.${oldKey}`
  const shape: Shape = { key, renames: true, answers: 'indexes', done: 'changed', columns, statement }
  return load(shape, (sql) => `${sql} RETURNING s.${index}`)
}

/** Deletes by key. A record that is not there counts as deleted. */
export function deleteLoad(table: Table, key: TableColumn): Load {
  const statement = (source: string): string => `DELETE FROM ${table.sql} t USING ${source} WHERE ${same(key)}`
  return load({ key, answers: 'nothing', done: 'done', columns: [key], statement }, (sql) => sql)
}

/** Empties these columns, by key. A record that is not there has nothing to empty. */
export function clearLoad(table: Table, key: TableColumn, emptied: TableColumn[]): Load {
  const set =
    emptied.length > 0
      ? emptied.map(({ name }) => `${quote(name)} = NULL`)
      : [`${quote(key.name)} = t.${quote(key.name)}`]
  const statement = (source: string): string =>
    `UPDATE ${table.sql} t SET ${set.join(', ')} FROM ${source} WHERE ${same(key)}`
  return load({ key, answers: 'nothing', done: 'done', columns: [key], statement }, (sql) => sql)
}

function same(key: TableColumn): string {
  return `t.${quote(key.name)} = s.${quote(key.name)}`
}

/** The expression that prints a column in the text form that `decodeValue` reads, as the source of the same product does. */
function printed(column: TableColumn): string {
  const name = `t.${quote(column.name)}`
  if (column.isArray) return `to_json(${name})`
  if (column.sqlType === 'money') return `${name}::numeric`
  // Of `char(5)` the blanks at its end are no part of the value.
  return column.isPadded ? `${name}::text` : name
}

/** The current rows of these keys with their positions, from 1. */
export function readSql(table: Table, key: TableColumn, columns: readonly TableColumn[]): string {
  return (
    `SELECT ${['k.position', ...columns.map(printed)].join(', ')} ` +
    `FROM unnest($1::text[]::${key.sqlType}[]) WITH ORDINALITY AS k(value, position) ` +
    `JOIN ${table.sql} t ON t.${quote(key.name)} = k.value`
  )
}
