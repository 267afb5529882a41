import type { DuckDBConnection } from '@duckdb/node-api'
import { quoteName, tag } from '../../sql.ts'
import type { ValueType } from '../../types.ts'
import { type Duck, quoteText } from './duckdb.ts'
import { anything } from './row-text.ts'
import type { Options } from './settings.ts'
import { type Table, textTable } from './table.ts'
import { tableName } from './text-file.ts'
import { withTimes } from './text-types.ts'

/** In bytes. */
const usualObject = 4_000_000

/**
 * A JSON list of records, or one record on each line (ndjson). Numbers keep the digits that they are written with. A record
 * may have `longest` bytes. Throws what DuckDB throws.
 */
export async function openJson(duck: Duck, options: Options, longest: number): Promise<Table> {
  const file = quoteText(await duck.reach(options.path))
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
    return await textTable(duck, {
      name: tableName(options.path),
      names,
      sql: `SELECT ${texts} FROM ${source}`,
      may: anything,
      doubtful: false,
      types: (asking, from, scope) => withTimes(asking, from, names, kinds.map(typeOf), options, scope),
    })
  } finally {
    connection.closeSync()
  }
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

function typeOf(kinds: readonly string[]): ValueType {
  const only = (...some: string[]) => kinds.length > 0 && kinds.every((kind) => some.includes(kind))
  if (only('BIGINT', 'UBIGINT')) return 'integer'
  if (only('BIGINT', 'UBIGINT', 'HUGEINT', 'UHUGEINT', 'DOUBLE')) return 'float'
  if (only('BOOLEAN')) return 'boolean'
  return only('OBJECT', 'ARRAY') ? 'json' : 'text'
}
