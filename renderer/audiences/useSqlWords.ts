import { useQueries } from '@tanstack/react-query'
import { call, useCall } from '../bridge.ts'
import { useSettled } from '../shared/useSettled.ts'
import type { SqlWords } from '../sql/words.ts'

/** Tables whose columns are asked for at once. */
const MOST_TABLES = 8

/** The names of a source's tables, and of the columns of the tables in this SQL once typing has paused. */
export function useSqlWords(connection: string, sql: string): SqlWords {
  const settled = useSettled(sql)
  const page = useCall('connections.tables', { id: connection }, { enabled: connection !== '', staleTime: 60_000 })
  const tables = page.data?.tables.map(({ path }) => path) ?? []
  const named = namedTables(settled, tables)
  const answers = useQueries({
    queries: named.map((table) => {
      const input = { id: connection, query: { kind: 'table' as const, table } }
      return {
        queryKey: ['connections.columns', input],
        queryFn: () => call('connections.columns', input),
        staleTime: 60_000,
      }
    }),
  })
  const columns = new Map(
    named.map((path, index) => [path.join('.'), answers[index]?.data?.map(({ name }) => name) ?? []]),
  )
  return tables.map((path) => ({ path, columns: columns.get(path.join('.')) ?? [] }))
}

/** The tables whose own name stands in the SQL as a word, in the order of the list. */
export function namedTables(sql: string, tables: string[][]): string[][] {
  const words = new Set(sql.toLowerCase().match(/[\p{L}\p{N}_$]+/gu))
  const named = tables.filter((path) => {
    const parts =
      path
        .at(-1)
        ?.toLowerCase()
        .match(/[\p{L}\p{N}_$]+/gu) ?? []
    return parts.length > 0 && parts.every((part) => words.has(part))
  })
  return named.slice(0, MOST_TABLES)
}
