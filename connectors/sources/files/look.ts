import type { DuckDBConnection } from '@duckdb/node-api'
import type { MemberCondition } from '../../conditions.ts'
import { ProblemError } from '../../problems.ts'
import { compileVisual } from '../../sql/compile.ts'
import { boundValues, type Operand, type Values, writtenValues } from '../../sql/dialect.ts'
import { duckdb, textOperand } from '../../sql/dialects/duckdb.ts'
import { type Relation, subqueries } from '../../sql/members.ts'
import { alias, fromSql, oneSelect, quoteName, quotePath } from '../../sql.ts'
import type { Query, VisualQuery } from '../../types.ts'
import type { Bench } from './bench.ts'
import type { Lease } from './benches.ts'
import type { FileColumn } from './columns.ts'
import type { Reading } from './read.ts'
import { anything, type May } from './row-text.ts'
import { columnsOf, type ListedTable } from './table.ts'
import { forms } from './text-forms.ts'

/** What a question is about: what stands behind FROM, called `q`, its columns, and the values that it has places for. */
export type Asked = { from: string; columns: FileColumn[]; may: May; trust: Reading['trust']; bound: Bound }

/** Values of a statement; absent where it has none: then it need not be prepared first. */
export type Bound = string[] | undefined

/** What a question is about. Throws ProblemError. */
export async function lookAt(lease: Lease, query: Query): Promise<Asked> {
  const values = boundValues(duckdb)
  const asked = await relationOf(lease, query, values)
  return { ...asked, columns: [...asked.columns], bound: values.values.length > 0 ? values.values : undefined }
}

type Looked = Relation<FileColumn> & Pick<Asked, 'may' | 'trust'>

async function relationOf(lease: Lease, query: Query, values: Values): Promise<Looked> {
  const { bench, connection } = lease
  if (query.kind === 'sql') return { ...(await sqlRelation(lease, query)), operand: operandOf }
  const table = await findTable(bench, query.table).open()
  const whole: Looked = {
    from: `${table.from} AS ${alias}`,
    columns: await table.columns(connection),
    may: table.may,
    trust: table.doubtful ? 'all' : 'some',
    operand: operandOf,
  }
  if (query.kind === 'table') return whole
  const relations = await relationsOf(lease, query, values)
  const { sql, columns } = compileVisual(query, { dialect: duckdb, table: whole, at: inQuestion, values, relations })
  return { ...whole, from: `(\n${sql}\n) AS ${alias}`, columns, trust: 'no' }
}

async function relationsOf(lease: Lease, query: VisualQuery, values: Values) {
  const relations = new Map<MemberCondition, Relation<FileColumn>>()
  for (const { condition, query: other } of subqueries(query)) {
    relations.set(condition, await relationOf(lease, other, values))
  }
  return relations
}

const inQuestion = ({ name }: FileColumn) => `${alias}.${quoteName(name)}`

/** What is text in its file is compared by what the text says. */
export function operandOf(column: FileColumn): Operand {
  return column.form === undefined ? duckdb.operand(column, inQuestion(column)) : textOperand(column.type, column.text)
}

/**
 * The statement with its values in it, for a person: on the tables as SQL sees them, with types of their own. Throws
 * ProblemError.
 */
export async function showSql(lease: Lease, query: VisualQuery): Promise<string> {
  return (await shown(lease, query)).sql
}

async function shown(lease: Lease, query: VisualQuery): Promise<{ sql: string; columns: FileColumn[] }> {
  const { bench, connection } = lease
  const own = await findTable(bench, query.table).open()
  await own.show(connection)
  const from = quotePath(query.table)
  const columns = asSampled(await columnsOf(connection, `SELECT * FROM ${from}`), await own.columns(connection))
  const at = ({ name }: FileColumn) => quoteName(name)
  const operand = (column: FileColumn) => shownOperand(column, at(column))
  const values = writtenValues(duckdb)
  const relations = new Map<MemberCondition, Relation<FileColumn>>()
  for (const { condition, query: other } of subqueries(query)) {
    const inner = other.kind === 'sql' ? await shownAsIs(lease, other.sql) : await shown(lease, asVisual(other))
    relations.set(condition, { from: `(\n${inner.sql}\n) AS other`, columns: inner.columns, operand })
  }
  return compileVisual(query, { dialect: duckdb, table: { from, columns, operand }, at, values, relations })
}

async function shownAsIs({ bench, connection }: Lease, written: string) {
  const sql = oneSelect(written, 'postgres')
  await show(bench, connection, sql)
  return { sql, columns: await columnsOf(connection, sql) }
}

/**
 * A column is text to SQL as soon as one row does not fit its type; conditions go by its first rows. Where the two differ it is
 * compared by what its texts say, as conditions do.
 */
function asSampled(inSql: readonly FileColumn[], sampled: readonly FileColumn[]): FileColumn[] {
  return inSql.map((column) => {
    const { type, form } = sampled.find(({ name }) => name === column.name) ?? column
    return form !== undefined && column.type === 'text' && type !== 'text' ? { ...column, type, form } : column
  })
}

const shownOperand = (column: FileColumn, at: string): Operand =>
  column.form === undefined
    ? duckdb.operand(column, at)
    : textOperand(column.type, forms[column.form].convert?.(at) ?? at)

const asVisual = (query: Exclude<Query, { kind: 'sql' }>): VisualQuery =>
  query.kind === 'visual'
    ? query
    : { kind: 'visual', table: query.table, where: { kind: 'group', match: 'all', conditions: [] } }

async function sqlRelation(
  { bench, connection }: Lease,
  query: Extract<Query, { kind: 'sql' }>,
): Promise<Pick<Asked, 'from' | 'columns' | 'may' | 'trust'>> {
  const sql = oneSelect(query.sql, 'postgres')
  await show(bench, connection, sql)
  const columns = await columnsOf(connection, sql)
  const twice = columns.find(({ name }, at) => columns.findIndex((other) => sameName(other.name, name)) !== at)
  if (twice) {
    const message = `Two columns of the query are called "${twice.name}". Give one of them another name with AS.`
    throw new ProblemError({ remedy: 'edit-sync', message })
  }
  return { from: fromSql(query, 'postgres'), columns, may: anything, trust: 'no' }
}

const sameName = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** Makes the tables that the query names visible to it. A query that cannot be understood is told where it is prepared. */
async function show(bench: Bench, connection: DuckDBConnection, sql: string): Promise<void> {
  let names: readonly string[]
  try {
    names = connection.getTableNames(sql, false)
  } catch {
    return
  }
  for (const table of bench.tables) {
    if (names.some((name) => sameName(name, table.name))) await (await table.open()).show(connection)
  }
}

function findTable({ kind, tables }: Bench, path: readonly string[]): ListedTable {
  const found = tables.find(({ name }) => path.length === 1 && name === path[0])
  if (found) return found
  const name = path.join('.')
  const message =
    kind === 'excel'
      ? `The sheet "${name}" is not there (any more): it was hidden, renamed or deleted. Show it again in Excel, or choose another one.`
      : `The table "${name}" is not there (any more). Choose the table again.`
  throw new ProblemError({ remedy: 'edit-sync', message })
}
