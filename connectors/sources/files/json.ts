import { basename, join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { quoteName, tag } from '../../sql.ts'
import { type Duck, quoteText } from './duckdb.ts'
import { copyList, listsIn } from './json-lists.ts'
import { normalise } from './normalise.ts'
import { fileProblem } from './problems.ts'
import { anything } from './row-text.ts'
import { markOf } from './scan.ts'
import type { Options } from './settings.ts'
import { type ListedTable, once, type Table, textTable } from './table.ts'
import { tableName } from './text-file.ts'
import { type FormName, plainType, type TextType } from './text-forms.ts'
import { withTimes } from './text-types.ts'

/** In bytes. */
const usualObject = 4_000_000

/**
 * A JSON list of records, one record on each line (ndjson), or an object around such lists, which then are a table each.
 * Numbers keep the digits that they are written with. A record may have `longest` bytes. Throws ProblemError, what DuckDB
 * throws, or the signal's reason.
 */
export async function openJson(
  duck: Duck,
  options: Options,
  longest: number,
  signal: AbortSignal,
): Promise<ListedTable[]> {
  const path = await inUtf8(duck, options.path, signal)
  // One record on each line, and be it a single one, is not an object around lists.
  const lists = /\.(?:ndjson|jsonl)$/i.test(options.path) ? [] : await listsIn(path, signal)
  const taken = new Set<string>()
  const tables = lists.map((list, index): ListedTable => {
    const copy = join(duck.folder, `list-${index}.json`)
    const name = uniqueName(list.name || tableName(options), taken)
    const open = async () => {
      await copyList(path, list, copy, signal)
      return jsonTable(duck, name, copy, options, longest)
    }
    return { name, open: once(open) }
  })
  if (tables.length > 0) return tables
  const table = await jsonTable(duck, tableName(options), await duck.reach(path), options, longest)
  return [{ name: table.name, open: async () => table }]
}

/** The file itself, or a copy that DuckDB's reader understands: it takes no byte order mark. */
async function inUtf8(duck: Duck, path: string, signal: AbortSignal): Promise<string> {
  const { encoding, length } = await markOf(path)
  if (length === 0) return path
  const copy = join(duck.folder, 'copy.json')
  await normalise(path, copy, { encoding, mark: length, lineEnds: false }, signal)
  return copy
}

async function jsonTable(duck: Duck, name: string, path: string, options: Options, longest: number): Promise<Table> {
  const file = quoteText(path)
  const size = `maximum_object_size = ${Math.max(longest, usualObject)}`
  const connection = await duck.connect()
  try {
    const described = await connection.runAndReadAll(
      `${tag} DESCRIBE SELECT * FROM read_json(${file}, sample_size = -1, ${size}, map_inference_threshold = -1, maximum_depth = 1)`,
    )
    const names = described.getRows().map(([name]) => String(name))
    const columns = names.map((name) => `${quoteText(name)}: 'JSON'`)
    const texts = names.map((name) => `(${quoteName(name)} ->> '$') AS ${quoteName(name)}`)
    const source = `read_json(${file}, columns = {${columns}}, ${size})`
    const kinds = await kindsOf(connection, source, names)
    expectRecords(names, kinds, options.path)
    const types = await typesOf(connection, source, names, kinds)
    return await textTable(duck, {
      name,
      names,
      sql: `SELECT ${texts} FROM ${source}`,
      may: anything,
      doubtful: false,
      found: {},
      types: (asking, from, scope) => withTimes(asking, from, names, types, options, scope),
    })
  } finally {
    connection.closeSync()
  }
}

/** Refuses what DuckDB would read as something else than it is. */
function expectRecords(names: readonly string[], kinds: readonly string[][], path: string): void {
  const file = basename(path)
  // What is no record has one column of this name.
  if (names.length === 1 && names[0] === 'json' && kinds[0]?.every((kind) => kind === 'ARRAY' || kind === 'OBJECT')) {
    throw fileProblem(
      `"${file}" holds no records (any more). It has to be a list of records, or one record on each line.`,
    )
  }
  // Of two fields that differ in capital letters only, DuckDB finds the first one.
  const twice = names.find((name, index) => {
    const base = name.replace(/_\d+$/, '')
    return (
      base !== name &&
      kinds[index]?.length === 0 &&
      names.some((other) => other !== base && other.toLowerCase() === base.toLowerCase())
    )
  })
  if (twice !== undefined) {
    throw fileProblem(
      `Two fields of "${file}" are called "${twice.replace(/_\d+$/, '')}" and differ only in capital letters. Give one of them another name.`,
    )
  }
}

function uniqueName(name: string, taken: Set<string>): string {
  let unique = name
  for (let times = 2; taken.has(unique.toLowerCase()); times++) unique = `${name} (${times})`
  taken.add(unique.toLowerCase())
  return unique
}

/** As bits, so that a column costs no memory. */
const jsonTypes = ['VARCHAR', 'BIGINT', 'UBIGINT', 'HUGEINT', 'UHUGEINT', 'DOUBLE', 'BOOLEAN', 'OBJECT', 'ARRAY']

/** Which of JSON's types the values of each column have, `NULL` left out. */
async function kindsOf(connection: DuckDBConnection, source: string, names: string[]): Promise<string[][]> {
  const bits = jsonTypes.map((type, bit) => `WHEN '${type}' THEN ${1 << bit}`).join(' ')
  const kinds = names.map(
    (name) => `coalesce(bit_or(CASE json_type(${quoteName(name)}) ${bits} ELSE 0 END), 0)::INTEGER`,
  )
  const result = await connection.runAndReadAll(`${tag} SELECT ${kinds.join(', ')} FROM ${source}`)
  const [row = []] = result.getRows()
  return row.map((found) => jsonTypes.filter((_, bit) => Number(found) & (1 << bit)))
}

/** Numbers that a float would round are decimals, or texts where there is no such decimal. */
async function typesOf(
  connection: DuckDBConnection,
  source: string,
  names: readonly string[],
  kinds: readonly string[][],
): Promise<TextType[]> {
  const types = kinds.map((found) => plainType(typeOf(found)))
  const floats = names.flatMap((name, index) => (types[index]?.form === 'float' ? [{ name, index }] : []))
  if (floats.length === 0) return types
  const asked = floats.flatMap(({ name }) => {
    const text = `(${quoteName(name)} ->> '$')`
    const float = `TRY_CAST(${text} AS DOUBLE)`
    const digits = `ltrim(replace(regexp_extract(${text}, '[0-9.]+'), '.', ''), '0')`
    return [
      `bool_or(coalesce(NOT isfinite(${float}), true) OR strlen(${digits}) > 15 AND ${float}::VARCHAR <> ${text}) FILTER (WHERE ${text} IS NOT NULL)`,
      `bool_or(contains(lower(${text}), 'e'))`,
      `max(strlen(split_part(ltrim(${text}, '-'), '.', 1)))`,
      `max(strlen(split_part(${text}, '.', 2)))`,
    ]
  })
  const result = await connection.runAndReadAll(`${tag} SELECT ${asked.join(', ')} FROM ${source}`)
  const [answers = []] = result.getRows()
  for (const [at, { index }] of floats.entries()) {
    const [rounded, exponent, whole, fraction] = answers.slice(4 * at, 4 * at + 4)
    if (rounded !== true) continue
    const digits = { whole: Number(whole), fraction: Number(fraction) }
    const fits = exponent !== true && digits.whole + digits.fraction <= 38
    types[index] = fits ? { ...plainType('decimal'), digits } : plainType('text')
  }
  return types
}

function typeOf(kinds: readonly string[]): FormName {
  const only = (...some: string[]) => kinds.length > 0 && kinds.every((kind) => some.includes(kind))
  if (only('BIGINT', 'UBIGINT')) return 'integer'
  if (only('BIGINT', 'UBIGINT', 'HUGEINT', 'UHUGEINT', 'DOUBLE')) return 'float'
  if (only('BOOLEAN')) return 'boolean'
  return only('OBJECT', 'ARRAY') ? 'json' : 'text'
}
