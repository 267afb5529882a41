/** What SQL sources have in common: quoting, the user's own SQL as a subquery, and the statements that are the same for all. */
import { ProblemError } from './problems.ts'
import type { Column, Query, VisualQuery } from './types.ts'

/** A query that is SQL as it stands; conditions are compiled by sql/compile.ts. */
export type PlainQuery = Exclude<Query, VisualQuery>

export type Dialect = 'postgres' | 'sqlite' | 'snowflake'

/** In front of every statement, so that whoever runs the database sees where it comes from. */
export const tag = '/* outflow */'

/** How statements call the table or query that they read. */
export const alias = 'q'

/** `a"b` → `"a""b"`. @throws ProblemError (edit-sync) for a name that no database can hold */
export function quoteName(name: string): string {
  if (name === '' || name.includes('\0')) throw invalid('A name is empty or holds a character that names cannot hold.')
  return `"${name.replaceAll('"', '""')}"`
}

/** `['public', 'customers']` → `"public"."customers"` */
export function quotePath(path: readonly string[]): string {
  return path.map(quoteName).join('.')
}

/** What stands behind FROM, called `q`. @throws ProblemError (edit-sync) when the user's SQL is not one SELECT */
export function fromSql(query: PlainQuery, dialect: Dialect): string {
  if (query.kind === 'table') return `${quotePath(query.table)} AS ${alias}`
  // On a line of its own: the user's SQL may end in a comment.
  return `(\n${oneSelect(query.sql, dialect)}\n) AS ${alias}`
}

/** Picks columns by name, in that order. @throws ProblemError (edit-sync) that names a column which is not there */
export function pick<C extends Column>(columns: readonly C[], names: readonly string[]): C[] {
  return names.map((name) => {
    const column = columns.find((candidate) => candidate.name === name)
    if (column) return column
    throw invalid(`The column "${name}" is not there (any more). Choose another one.`)
  })
}

export function countSql(from: string): string {
  return `${tag} SELECT count(*) AS n FROM ${from}`
}

/** `columns` are expressions. */
export function previewSql(from: string, columns: readonly string[], limit: number): string {
  return `${tag} SELECT ${columns.join(', ')} FROM ${from} LIMIT ${Math.max(0, Math.trunc(limit))}`
}

/** A column of the unique id: its expression, and the condition under which it is empty. */
export type KeyExpression = { sql: string; empty: string }

/** How many samples `checkUniqueId` gives of each kind. */
export const samples = 20

/** One row: `n` rows, `empty`, `duplicated`. Rows whose id is empty are not counted as duplicates as well. */
export function uniqueIdTotalsSql(from: string, keys: readonly KeyExpression[]): string {
  const expressions = keys.map((key) => key.sql).join(', ')
  return `${tag} SELECT coalesce(sum(n), 0) AS n, coalesce(sum(CASE WHEN missing THEN n ELSE 0 END), 0) AS empty,
    coalesce(sum(CASE WHEN n > 1 AND NOT missing THEN n ELSE 0 END), 0) AS duplicated
    FROM (SELECT count(*) AS n, (${isEmpty(keys)}) AS missing FROM ${from} GROUP BY ${expressions}) AS ids`
}

/** The ids that most rows share: their columns, then the number of rows. */
export function duplicatesSql(from: string, keys: readonly KeyExpression[]): string {
  const expressions = keys.map((key) => key.sql).join(', ')
  return `${tag} SELECT ${expressions}, count(*) AS n FROM ${from} WHERE NOT (${isEmpty(keys)}) GROUP BY ${expressions}
    HAVING count(*) > 1 ORDER BY count(*) DESC, ${expressions} LIMIT ${samples}`
}

/** Rows in which a column of the unique id is empty. */
export function emptyIdsSql(from: string, keys: readonly KeyExpression[], columns: readonly string[]): string {
  return `${tag} SELECT ${columns.join(', ')} FROM ${from} WHERE ${isEmpty(keys)} LIMIT ${samples}`
}

const isEmpty = (keys: readonly KeyExpression[]) => keys.map((key) => key.empty).join(' OR ')

/**
 * The user's SQL without the semicolon at its end.
 * @throws ProblemError (edit-sync) when it is empty, not a SELECT, more than one statement, or has an open quote or bracket
 */
export function oneSelect(sql: string, dialect: Dialect): string {
  let end = sql.length
  let ended = false
  let open = 0
  let first = ''
  for (const { text, at } of pieces(sql, dialect)) {
    if (ended && text !== ';') throw invalid('These are several statements. Keep one SELECT.')
    if (text === '(') open++
    else if (text === ')' && --open < 0)
      throw invalid(`On line ${lineOf(sql, at)} a bracket is closed that was never opened.`)
    else if (text === ';' && !ended) {
      ended = true
      end = at
    } else if (first === '' && text !== '(') first = text.toLowerCase()
  }
  if (first === '') throw invalid('The query is empty. Write a SELECT.')
  if (!['select', 'with', 'values', 'table'].includes(first)) {
    throw invalid('Only a SELECT can be used: Outflow never changes a source.')
  }
  if (open > 0) throw invalid('A bracket is opened and never closed.')
  return sql.slice(0, end)
}

/** Line of a position, from 1. */
export function lineOf(sql: string, at: number): number {
  return sql.slice(0, at).split('\n').length
}

/** Words, brackets and semicolons of a statement; what is in quotes counts as one word, comments as nothing. */
function* pieces(sql: string, dialect: Dialect): Generator<{ text: string; at: number }> {
  for (let at = 0; at < sql.length; ) {
    const end = endOfPiece(sql, at, dialect)
    if (end < 0) throw invalid(`On line ${lineOf(sql, at)} a quote or comment is opened and never closed.`)
    const text = sql.slice(at, end)
    if (!/^(?:\s|--|\/[*/])/.test(text)) yield { text, at }
    at = end
  }
}

/** Where the piece that begins at `at` ends; −1 when it never does. */
function endOfPiece(sql: string, at: number, dialect: Dialect): number {
  const rest = (pattern: RegExp): number => {
    pattern.lastIndex = at
    return pattern.exec(sql) ? pattern.lastIndex : -1
  }
  const character = sql[at] as string
  const two = sql.slice(at, at + 2)
  if (two === '--') return rest(/--[^\n]*/y)
  if (two === '/*') return dialect === 'postgres' ? endOfNestedComment(sql, at) : rest(/\/\*.*?\*\//sy)
  if (dialect === 'snowflake') {
    // docs.snowflake.com/en/sql-reference/data-types-text: a backslash escapes, $$ does not; // begins a comment as well.
    if (two === '//') return rest(/\/\/[^\n]*/y)
    if (two === '$$') return rest(/\$\$.*?\$\$/sy)
    if (character === "'") return rest(/'[^'\\]*(?:(?:\\.|'')[^'\\]*)*'/sy)
  }
  if (character === "'") return rest(/'[^']*(?:''[^']*)*'/y)
  if (character === '"') return rest(/"[^"]*(?:""[^"]*)*"/y)
  if (dialect === 'sqlite' && character === '`') return rest(/`[^`]*(?:``[^`]*)*`/y)
  if (dialect === 'sqlite' && character === '[') return rest(/\[[^\]]*\]/y)
  if (dialect === 'postgres') {
    if (/e'/i.test(two)) return rest(/e'[^'\\]*(?:(?:\\.|'')[^'\\]*)*'/isy)
    const quote = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy
    quote.lastIndex = at
    const delimiter = quote.exec(sql)?.[0]
    if (delimiter !== undefined) {
      const close = sql.indexOf(delimiter, at + delimiter.length)
      return close < 0 ? -1 : close + delimiter.length
    }
  }
  const word = rest(/[\p{L}\p{N}_][\p{L}\p{N}_$]*|\s+/uy)
  return word < 0 ? at + 1 : word
}

/** PostgreSQL's block comments nest (postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-COMMENTS). */
function endOfNestedComment(sql: string, start: number): number {
  const mark = /\/\*|\*\//g
  mark.lastIndex = start
  let depth = 0
  for (let found = mark.exec(sql); found; found = mark.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1
    if (depth === 0) return mark.lastIndex
  }
  return -1
}

function invalid(message: string): ProblemError {
  return new ProblemError({ remedy: 'edit-sync', message })
}
