/** The SQL of the writer: records are copied into a stage of the table's own types, and go from there in one statement. */
import pg from 'pg'
import type { Mode } from '../../types.ts'
import type { Table, TableColumn } from './catalog.ts'

const quote = pg.escapeIdentifier
const stage = 'pg_temp.outflow_stage'
const index = quote('outflow index')
const oldKey = quote('outflow old key')

/** How one kind of change is carried out. */
export type Load = {
  /** Makes the stage; it is dropped at the end of the transaction, so nothing of it depends on the connection. */
  createStage: string
  /** Followed by the lines. */
  copy: string
  /** Moves the stage's rows into the table. */
  apply: string
  emptyStage: string
  /** Whether `apply` answers the indexes of the records that it carried out; otherwise all were. */
  numbered: boolean
  /** The columns of a line, after the index if `numbered`. */
  columns: TableColumn[]
}

function list(names: readonly string[], prefix = ''): string {
  return names.map((name) => prefix + quote(name)).join(', ')
}

function stageOf(columns: TableColumn[], extra: string[]): Pick<Load, 'createStage' | 'copy' | 'emptyStage'> {
  // NOT NULL stands here too, because COPY names the line that breaks it and INSERT does not.
  const definitions = columns.map(
    (column) => `${quote(column.name)} ${column.sqlType}${column.notNull ? ' NOT NULL' : ''}`,
  )
  return {
    createStage: `CREATE TEMPORARY TABLE outflow_stage (${[...extra, ...definitions].join(', ')}) ON COMMIT DROP`,
    copy: `COPY ${stage} FROM STDIN`,
    emptyStage: `DELETE FROM ${stage}`,
  }
}

/** Adds and changes in one of the four modes. */
export function saveLoad(table: Table, mode: Mode, key: string, columns: TableColumn[]): Load {
  const names = columns.map((column) => column.name)
  const others = names.filter((name) => name !== key)
  const insert = `INSERT INTO ${table.sql} (${list(names)}) SELECT ${list(names)} FROM ${stage} ON CONFLICT (${quote(key)})`
  const same = `t.${quote(key)} = s.${quote(key)}`
  if (mode === 'insert') {
    const apply =
      `WITH done AS (${insert} DO NOTHING RETURNING ${quote(key)}) ` +
      `SELECT s.${index} FROM ${stage} s JOIN done t ON ${same}`
    return { ...stageOf(columns, [`${index} integer`]), apply, numbered: true, columns }
  }
  if (mode === 'update') {
    const set = (others.length > 0 ? others : [key]).map((name) => `${quote(name)} = s.${quote(name)}`).join(', ')
    const apply = `UPDATE ${table.sql} t SET ${set} FROM ${stage} s WHERE ${same} RETURNING s.${index}`
    return { ...stageOf(columns, [`${index} integer`]), apply, numbered: true, columns }
  }
  const set = others.map((name) => `${quote(name)} = EXCLUDED.${quote(name)}`).join(', ')
  const apply = others.length > 0 ? `${insert} DO UPDATE SET ${set}` : `${insert} DO NOTHING`
  return { ...stageOf(columns, []), apply, numbered: false, columns }
}

/** Changes of records whose key itself has changed: found by the key that was sent last. */
export function renameLoad(table: Table, key: TableColumn, columns: TableColumn[]): Load {
  const set = columns.map(({ name }) => `${quote(name)} = s.${quote(name)}`).join(', ')
  const apply = `UPDATE ${table.sql} t SET ${set} FROM ${stage} s WHERE t.${quote(key.name)} = s.${oldKey} RETURNING s.${index}`
  const extra = [`${index} integer`, `${oldKey} ${key.sqlType}`]
  return { ...stageOf(columns, extra), apply, numbered: true, columns }
}

/** Deletes by key. A record that is not there counts as deleted. */
export function removeLoad(table: Table, key: TableColumn): Load {
  const apply = `DELETE FROM ${table.sql} t USING ${stage} s WHERE t.${quote(key.name)} = s.${quote(key.name)}`
  return { ...stageOf([key], []), apply, numbered: false, columns: [key] }
}

/** The expression that prints a column in the text form that `decodeValue` reads, as the source of the same product does. */
function printed(column: TableColumn): string {
  if (column.isArray) return `to_json(t.${quote(column.name)})`
  return `t.${quote(column.name)}${column.sqlType === 'money' ? '::numeric' : ''}`
}

/** The current rows of these keys with their positions, from 1. */
export function readSql(table: Table, key: TableColumn, columns: readonly TableColumn[]): string {
  return (
    `SELECT ${['k.position', ...columns.map(printed)].join(', ')} ` +
    `FROM unnest($1::text[]::${key.sqlType}[]) WITH ORDINALITY AS k(value, position) ` +
    `JOIN ${table.sql} t ON t.${quote(key.name)} = k.value`
  )
}
