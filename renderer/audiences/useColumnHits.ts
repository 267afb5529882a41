import { useQueries, useQueryClient } from '@tanstack/react-query'
import type { Column, Input, TableInfo } from '../../preload/api.ts'
import { call, useCall } from '../bridge.ts'

/** Of a source with no more tables the columns of all are asked for. */
const FEW = 8

/** `all`: the columns of every table were searched, not only of those that were opened. */
export type ColumnHits = { hits: { table: TableInfo; columns: string[] }[]; all: boolean }

/** Tables that have a column with this in its name: of those that were opened, and of all where a source has few. */
export function useColumnHits(connection: string, wanted: string): ColumnHits {
  const client = useQueryClient()
  const page = useCall('connections.tables', { id: connection }, { enabled: wanted !== '', staleTime: 60_000 }).data
  const all = page !== undefined && page.next === undefined && page.tables.length <= FEW
  useQueries({
    queries: (all && wanted ? page.tables : []).map(({ path }) => {
      const input = columnsOf(connection, path)
      return {
        queryKey: ['connections.columns', input],
        queryFn: () => call('connections.columns', input),
        staleTime: 60_000,
      }
    }),
  })
  const part = wanted.toLowerCase()
  const hits = client
    .getQueriesData<Column[]>({ queryKey: ['connections.columns'] })
    .flatMap(([[, asked], columns]) => {
      const { id, query } = asked as Input<'connections.columns'>
      if (!part || id !== connection || query.kind !== 'table') return []
      const found = (columns ?? []).map(({ name }) => name).filter((name) => name.toLowerCase().includes(part))
      const known = page?.tables.find(({ path }) => path.join('\0') === query.table.join('\0'))
      return found.length > 0 ? [{ table: known ?? { path: query.table, kind: 'table' as const }, columns: found }] : []
    })
  return { hits, all }
}

/** As it is asked everywhere: what was answered once is not asked again. */
const columnsOf = (id: string, table: string[]): Input<'connections.columns'> => ({
  id,
  query: { kind: 'table', table },
})
