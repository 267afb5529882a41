import type { SQLConfig, SQLNamespace } from '@codemirror/lang-sql'

/** What the editor completes: tables by their path, and the columns of those that are known. */
export type SqlWords = { path: string[]; columns: string[] }[]

type Completions = Required<Pick<SQLConfig, 'schema'>> & Pick<SQLConfig, 'defaultSchema'>

/** The schema that lives without its name being written, in PostgreSQL. */
const DEFAULT_SCHEMA = 'public'

/** The words as CodeMirror wants them: a tree of databases, schemas and tables that ends in columns. */
export function schemaOf(words: SqlWords): Completions {
  const schema = emptyLevel()
  for (const { path, columns } of words) {
    let level = schema
    for (const name of path.slice(0, -1)) {
      const inside = level[name]
      const next = isLevel(inside) ? inside : emptyLevel()
      level[name] = next
      level = next
    }
    const table = path.at(-1)
    if (table !== undefined) level[table] = columns
  }
  return DEFAULT_SCHEMA in schema ? { schema, defaultSchema: DEFAULT_SCHEMA } : { schema }
}

type Level = { [name: string]: SQLNamespace }

/** Without the properties of every object, which tables may be called like. */
const emptyLevel = (): Level => Object.create(null)

function isLevel(value: SQLNamespace | undefined): value is Level {
  return value !== undefined && !Array.isArray(value)
}
