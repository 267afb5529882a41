/** The temporary table in which the new content of a table is collected, and whether the table can be replaced at all. */
import pg from 'pg'
import { ProblemError } from '../../problems.ts'
import type { Row, Write } from '../../types.ts'
import type { TableColumn } from './catalog.ts'
import { shorten } from './reasons.ts'
import { editSync, type Shape } from './shape.ts'
import { type Load, list } from './statements.ts'

export const content = 'pg_temp.outflow_content'

/** Counts the records, so that one can be named again. */
const number = pg.escapeIdentifier('outflow number')

/** Foreign keys of other tables that would act on their rows, or forbid it, when the old rows go. */
const dependentsSql = `
  SELECT format('%I.%I', n.nspname, c.relname) AS sql
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE k.contype = 'f' AND k.confrelid = to_regclass($1) AND k.conrelid <> k.confrelid AND k.confdeltype <> 'a'
  ORDER BY 1`

const rightsSql = `SELECT has_table_privilege(to_regclass($1)::oid, 'DELETE') AS allowed`

/** Indexes that only make reading faster would only make collecting slower. */
const plainIndexesSql = `
  SELECT format('DROP INDEX pg_temp.%I', c.relname) AS sql FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE i.indrelid = '${content}'::regclass AND NOT i.indisunique AND NOT i.indisexclusion`

/** A foreign key of the table: a record that finds nothing by it is refused when it comes, not at the swap. */
export type Reference = { columns: string[]; table: string; remove: string }

const referencesSql = `
  SELECT format('%I.%I', n.nspname, c.relname) AS sql, c.relname AS name, to_json(array_agg(a.attname::text ORDER BY p.at)) AS columns,
    string_agg(format('c.%I IS NOT NULL', a.attname), ' AND ') AS filled,
    string_agg(format('r.%I = c.%I', b.attname, a.attname), ' AND ') AS same
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS p(own, other, at)
  JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.own
  JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = p.other
  WHERE k.contype = 'f' AND k.confmatchtype = 's' AND k.conrelid = to_regclass($1) AND k.confrelid <> k.conrelid
    AND has_table_privilege(k.confrelid, 'SELECT')
  GROUP BY k.oid, n.nspname, c.relname`

/** The foreign keys that the mapped columns can break, to other tables that this user may read. */
export async function readReferences(client: pg.Client, { table, columns }: Shape): Promise<Reference[]> {
  const { rows } = await client.query<{ sql: string; name: string; columns: string; filled: string; same: string }>(
    referencesSql,
    [table.sql],
  )
  const mapped = new Set(columns.map(({ name }) => name))
  const references = rows.flatMap(({ sql, name, columns: json, filled, same }) => {
    const own = JSON.parse(json) as string[]
    if (!own.every((column) => mapped.has(column))) return []
    const remove = `DELETE FROM ${content} c WHERE c.${number} BETWEEN $1 AND $2 AND ${filled} AND NOT EXISTS (SELECT FROM ${sql} r WHERE ${same}) RETURNING c.${number}`
    return [{ columns: own, table: name, remove }]
  })
  // Each batch looks only at its own records.
  if (references.length > 0) await client.query(`CREATE INDEX ON ${content} (${number})`)
  return references
}

/** Why a record was refused that finds nothing by a foreign key. */
export function reasonOf({ columns, table }: Reference, record: Row): string {
  const [column = ''] = columns
  const what =
    columns.length === 1
      ? `${shorten(record[column])} in column "${column}" has`
      : `The values in the columns ${columns.map((name) => `"${name}"`).join(', ')} have`
  return `${what} no matching row in the table "${table}".`
}

/** @throws ProblemError if rows of other tables would be touched, or a right is missing */
export async function checkReplaceable(client: pg.Client, { table }: Shape): Promise<void> {
  const rights = await client.query<{ allowed: string }>(rightsSql, [table.sql])
  if (rights.rows[0]?.allowed !== 't') {
    throw new ProblemError({
      remedy: 'reconnect',
      message: `This database user may not delete rows of ${table.sql}, which replacing them needs. Ask whoever runs the database for the right, or use another user.`,
    })
  }
  const dependents = await client.query<{ sql: string }>(dependentsSql, [table.sql])
  const [first] = dependents.rows
  if (!first) return
  throw editSync(
    `Rows of ${table.sql} cannot be replaced as a whole: when they are deleted, rows of ${first.sql} that refer to them are deleted or changed, too. Keep the table identical row by row instead.`,
  )
}

/** The table's own columns, defaults, rules and unique keys, so that a bad record is found when it comes. */
export async function createContent(client: pg.Client, { table, columns }: Shape): Promise<void> {
  const dropped = table.columns.filter((column) => !columns.includes(column))
  const drops = dropped.map(({ name }) => `DROP COLUMN ${pg.escapeIdentifier(name)} CASCADE`)
  await client.query(
    `CREATE TEMPORARY TABLE outflow_content (LIKE ${table.sql} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)`,
  )
  if (drops.length > 0) await client.query(`ALTER TABLE ${content} ${drops.join(', ')}`)
  await client.query(`ALTER TABLE ${content} ADD COLUMN ${number} bigint`)
  const { rows } = await client.query<{ sql: string }>(plainIndexesSql)
  for (const { sql } of rows) await client.query(sql)
}

/** Records that hold the same fields together; a field that is missing becomes the column's default. */
export function bySetOfFields(
  batch: readonly Write[],
  columns: TableColumn[],
): Map<string, { present: TableColumn[]; at: number[] }> {
  const sets = new Map<string, { present: TableColumn[]; at: number[] }>()
  for (const [position, { record }] of batch.entries()) {
    const some = columns.filter(({ name }) => record[name] !== undefined)
    const present = some.length === 0 ? columns : some
    const id = present.length === columns.length ? '' : present.map((column) => columns.indexOf(column)).join()
    const found = sets.get(id)
    if (found) found.at.push(position)
    else sets.set(id, { present, at: [position] })
  }
  return sets
}

/** Copies records into it, each line with its number in front. */
export function collectLoad(columns: TableColumn[]): Load {
  return {
    createStage: [],
    copy: `COPY ${content} (${number}, ${list(columns)}) FROM STDIN`,
    apply: [],
    emptyStage: [],
    answers: 'nothing',
    done: 'done',
    front: [],
    columns,
    statement: (source) => `INSERT INTO ${content} (${list(columns)}) SELECT ${list(columns)} FROM ${source}`,
  }
}
