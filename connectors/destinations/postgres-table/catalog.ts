/** Which tables there are, with their columns and unique keys, from the server's own catalog. */
import type pg from 'pg'
import { ProblemError } from '../../problems.ts'
import type { DestinationObject, Field, Holding, ValueType } from '../../types.ts'

export type TableColumn = {
  name: string
  /** As it is written in SQL: `character varying(40)`, `public.mood[]`. */
  sqlType: string
  type: ValueType
  isArray: boolean
  /** Its text comes with blanks at its end: `char(5)`. */
  isPadded: boolean
  notNull: boolean
  hasDefault: boolean
  readOnly: boolean
  choices: string[] | null
  maxLength: number | null
  holds: Holding | null
}

export type Table = {
  /** The quoted name; also the object's id. */
  sql: string
  columns: TableColumn[]
  keys: string[]
  isPartitioned: boolean
}

const typeByName: Record<string, ValueType> = {
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  oid: 'integer',
  numeric: 'decimal',
  money: 'decimal',
  float4: 'float',
  float8: 'float',
  bool: 'boolean',
  date: 'date',
  time: 'time',
  timestamp: 'timestamp',
  timestamptz: 'instant',
  json: 'json',
  jsonb: 'json',
  bytea: 'bytes',
}

const ranges: Record<string, Holding['range']> = {
  int2: ['-32768', '32767'],
  int4: ['-2147483648', '2147483647'],
  int8: ['-9223372036854775808', '9223372036854775807'],
  oid: ['0', '4294967295'],
}

/**
 * Columns that alone tell rows apart: unique, not partial, not an expression, checked at once; those can stand in
 * `ON CONFLICT` (postgresql.org/docs/current/sql-insert.html). The primary key comes first.
 */
const uniqueKeys = `
  ARRAY(
    SELECT a.attname::text
    FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indnkeyatts = 1
      AND i.indpred IS NULL AND i.indexprs IS NULL AND a.attgenerated = '' AND a.attidentity <> 'a'
    GROUP BY a.attname ORDER BY bool_or(i.indisprimary) DESC, a.attname
  )`

const listSql = `
  SELECT format('%I.%I', n.nspname, c.relname) AS sql, n.nspname AS schema, c.relname AS name, to_json(${uniqueKeys}) AS keys
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'INSERT, UPDATE')
  ORDER BY n.nspname <> 'public', n.nspname, c.relname`

const tableSql = `
  SELECT format('%I.%I', n.nspname, c.relname) AS sql, to_json(${uniqueKeys}) AS keys, c.relkind = 'p' AS is_partitioned
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid = to_regclass($1) AND c.relkind IN ('r', 'p')`

const columnsSql = `
  SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS sql_type, b.typname AS base_type,
    b.typcategory = 'A' AS is_array, a.attnotnull OR t.typnotnull AS not_null,
    a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL AS has_default,
    a.attgenerated <> '' OR a.attidentity = 'a' AS read_only,
    CASE WHEN b.typname IN ('varchar', 'bpchar') AND m.modifier > 4 THEN m.modifier - 4 END AS max_length,
    CASE WHEN b.typname = 'numeric' AND m.modifier >= 4 THEN (m.modifier - 4) >> 16 END AS digits,
    CASE WHEN b.typname = 'numeric' AND m.modifier >= 4 THEN (((m.modifier - 4) & 2047) # 1024) - 1024
      WHEN b.typname = 'money' THEN scale(0::money::numeric)
      WHEN b.typname IN ('time', 'timestamp', 'timestamptz') THEN CASE WHEN m.modifier >= 0 THEN m.modifier ELSE 6 END
      END AS decimals,
    CASE WHEN b.typtype = 'e' THEN to_json(ARRAY(
      SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = b.oid ORDER BY e.enumsortorder)) END AS choices
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
  JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
  CROSS JOIN LATERAL (SELECT CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END AS modifier) m
  WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attnum`

/** What a JSON array of texts from one of these queries holds. */
function texts(json: string): string[] {
  return JSON.parse(json) as string[]
}

const keyless =
  'This table has no column that is unique by itself, so its rows cannot be told apart: they can be added, or replaced as a whole. Add a primary key or a unique index to update them one by one.'

/** Every table that this user may write, without partitions. */
export async function listTables(client: pg.Client): Promise<DestinationObject[]> {
  const { rows } = await client.query<{ sql: string; schema: string; name: string; keys: string }>(listSql)
  return rows.map((row) => {
    const keys = texts(row.keys)
    return {
      id: row.sql,
      label: row.schema === 'public' ? row.name : `${row.schema}.${row.name}`,
      modes: keys.length > 0 ? ['upsert', 'update', 'insert', 'mirror', 'replace', 'append'] : ['replace', 'append'],
      keys,
      removals: keys.length > 0 ? ['delete', 'clear'] : [],
      openFields: false,
      readable: keys.length > 0,
      ...(keys.length > 0 && { renames: true as const }),
      notes: [
        ...(keys.length > 0 ? [] : [keyless]),
        'Replacing puts the new rows in the place of all rows of the table, also of those that Outflow did not write. Whoever reads the table sees the old rows until the new ones are complete.',
      ],
    }
  })
}

/** @throws ProblemError (`edit-sync`) if there is no such table */
export async function readTable(client: pg.Client, object: string): Promise<Table> {
  const found = await client.query<{ sql: string; keys: string; is_partitioned: string }>(tableSql, [object])
  const [table] = found.rows
  if (!table) {
    throw new ProblemError({
      remedy: 'edit-sync',
      message: `The table ${object} is not there (any more). Choose the table again.`,
    })
  }
  const { rows } = await client.query<{
    name: string
    sql_type: string
    base_type: string
    is_array: string
    not_null: string
    has_default: string
    read_only: string
    max_length: string | null
    digits: string | null
    decimals: string | null
    choices: string | null
  }>(columnsSql, [table.sql])
  const columns = rows.map((row) => ({
    name: row.name,
    sqlType: row.sql_type,
    type: row.is_array === 't' ? ('json' as const) : (typeByName[row.base_type] ?? 'text'),
    isArray: row.is_array === 't',
    isPadded: row.base_type === 'bpchar',
    notNull: row.not_null === 't',
    hasDefault: row.has_default === 't',
    readOnly: row.read_only === 't',
    choices: row.choices === null ? null : texts(row.choices),
    maxLength: row.max_length === null ? null : Number(row.max_length),
    holds: row.is_array === 't' ? null : holdingOf(row),
  }))
  return { sql: table.sql, columns, keys: texts(table.keys), isPartitioned: table.is_partitioned === 't' }
}

/**
 * What the server would round or refuse (postgresql.org/docs/current/datatype-numeric.html, datatype-datetime.html). `digits`
 * are all that a number may have.
 */
function holdingOf(row: { base_type: string; digits: string | null; decimals: string | null }): Holding | null {
  const range = ranges[row.base_type]
  if (range) return { range }
  if (row.base_type === 'float4') return { single: true }
  if (row.decimals === null) return null
  const decimals = Number(row.decimals)
  return row.digits === null ? { decimals } : { decimals, wholeDigits: Number(row.digits) - decimals }
}

/** A column as the mapping shows it. */
export function toField(column: TableColumn): Field {
  return {
    id: column.name,
    label: column.name,
    type: column.type,
    required: column.notNull && !column.hasDefault && !column.readOnly,
    readOnly: column.readOnly,
    help: column.sqlType,
    ...(column.choices ? { choices: column.choices.map((value) => ({ value, label: value })) } : {}),
    ...(column.maxLength === null ? {} : { maxLength: column.maxLength }),
    ...(column.holds ? { holds: column.holds } : {}),
  }
}
