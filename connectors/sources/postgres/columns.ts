/** PostgreSQL's types, and the expression that makes each of them print one exact text. */
import type pg from 'pg'
import { ProblemError } from '../../problems.ts'
import { alias, fromSql, type PlainQuery, quoteName, quotePath, tag } from '../../sql.ts'
import type { Column, Query, Value, ValueType } from '../../types.ts'
import { decodeValue } from '../../values.ts'

/** A column with what is selected for it. */
export type PostgresColumn = Column & {
  /** Prints the value in the text form of RowReader. */
  sql: string
  /** Sorts, groups and compares as the engine does: integers by value, everything else by the bytes of its text. */
  key: string
  /** The condition under which it counts as empty. */
  empty: string
  /** The source's name of its type with domains taken off: `real` of a `ratio`. */
  base: string
}

/** The base type of a column, domains taken off (postgresql.org/docs/current/catalog-pg-type.html). */
type BaseType = { oid: string; kind: string; category: string; base: string }

/** By the oids of pg_type.dat, which never change. */
const byOid: Record<string, ValueType> = {
  16: 'boolean',
  17: 'bytes',
  20: 'integer',
  21: 'integer',
  23: 'integer',
  26: 'integer',
  114: 'json',
  700: 'float',
  701: 'float',
  790: 'decimal',
  1082: 'date',
  1083: 'time',
  1114: 'timestamp',
  1184: 'instant',
  1700: 'decimal',
  3802: 'json',
}
const MONEY = '790'
const BPCHAR = '1042'
const UUID = '2950'

function toColumn(name: string, sourceType: string, base: BaseType): PostgresColumn {
  const column = `${alias}.${quoteName(name)}`
  // A (array), and composite types, which are rows: JSON says what is in them, their own text does not.
  const isNested = base.category === 'A' || base.kind === 'c' || base.oid === '2249'
  const type = isNested ? 'json' : (byOid[base.oid] ?? 'text')
  let sql = column
  if (isNested) sql = `to_json(${column})`
  // Money prints by the server's locale; the blanks that fill up char(n) mean nothing and would break the order by bytes.
  else if (base.oid === MONEY) sql = `${column}::numeric`
  else if (base.oid === BPCHAR) sql = `${column}::text`
  // These sort natively as the engine expects, so that an index can serve.
  if (type === 'integer' || base.oid === UUID)
    return { name, type, sourceType, base: base.base, sql, key: column, empty: `${column} IS NULL` }
  const key = `${type === 'boolean' ? `CASE WHEN ${column} THEN 't' WHEN NOT ${column} THEN 'f' END` : `(${sql})::text`} COLLATE "C"`
  return { name, type, sourceType, base: base.base, sql, key, empty: `coalesce(${key}, '') = ''` }
}

type Found = { name: string; oid: string; modifier: string }

/**
 * The columns of a table that this user may read, or of a SELECT.
 * @throws ProblemError (edit-sync) when the table is not there or two columns share a name; DatabaseError
 */
export async function describe(client: pg.ClientBase, query: PlainQuery): Promise<PostgresColumn[]> {
  const found = query.kind === 'table' ? await tableColumns(client, query.table) : await queryColumns(client, query)
  const twice = found.find(({ name }, index) => found.findIndex((other) => other.name === name) !== index)
  if (twice) {
    const message = `Two columns of the query are called "${twice.name}". Give one of them another name with AS.`
    throw new ProblemError({ remedy: 'edit-sync', message })
  }
  const { rows } = await client.query<BaseType & { asked: string; place: string; shown: string }>(
    `${tag} WITH RECURSIVE base AS (
       SELECT a.place, t.oid, t.typtype, t.typbasetype, t.typcategory, format_type(a.oid, a.modifier) AS shown
       FROM unnest($1::oid[], $2::int[]) WITH ORDINALITY AS a(oid, modifier, place) JOIN pg_catalog.pg_type t ON t.oid = a.oid
       UNION ALL
       SELECT b.place, t.oid, t.typtype, t.typbasetype, t.typcategory, b.shown
       FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.typbasetype WHERE b.typtype = 'd')
     SELECT oid, typtype AS kind, typcategory AS category, format_type(oid, NULL) AS base, shown FROM base WHERE typtype <> 'd' ORDER BY place`,
    [found.map(({ oid }) => oid), found.map(({ modifier }) => modifier)],
  )
  return rows.map((row, index) => toColumn((found[index] as Found).name, row.shown, row))
}

async function tableColumns(client: pg.ClientBase, table: string[]): Promise<Found[]> {
  const path = quotePath(table)
  const { rows } = await client.query<Found & { readable: string }>(
    `${tag} SELECT attname AS name, atttypid AS oid, atttypmod AS modifier, has_column_privilege(attrelid, attnum, 'SELECT') AS readable
     FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [path],
  )
  if (rows.length === 0) {
    const message = `The table "${table.join('.')}" is not there (any more), or has no columns. Choose the table again.`
    throw new ProblemError({ remedy: 'edit-sync', message })
  }
  const readable = rows.filter((row) => row.readable === 't')
  if (readable.length > 0) return readable
  const message = `This database user may not read the table "${table.join('.')}". Ask whoever runs the database for the right to read it.`
  throw new ProblemError({ remedy: 'reconnect', message })
}

/** Answers no rows, only what columns a query has. */
export function describeSql(query: Query): string {
  if (query.kind === 'visual') return describeSql({ kind: 'table', table: query.table })
  return `${tag} SELECT * FROM ${fromSql(query, 'postgres')} LIMIT 0`
}

async function queryColumns(client: pg.ClientBase, query: PlainQuery): Promise<Found[]> {
  const { fields } = await client.query(describeSql(query))
  return fields.map((field) => ({
    name: field.name,
    oid: String(field.dataTypeID),
    modifier: String(field.dataTypeModifier),
  }))
}

/** Through the same texts as `read`, so that a preview shows what a run would send. */
export function valuesOf(row: readonly (string | null)[], columns: readonly Column[]): Value[] {
  return columns.map(({ type }, index) => {
    const text = row[index] ?? null
    return text === null ? null : decodeValue(text, type)
  })
}

/** Without what only we need to know. */
export function publicColumn({ name, type, sourceType }: Column): Column {
  return { name, type, sourceType }
}
