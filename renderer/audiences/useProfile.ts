import type { ColumnProfile, Query } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'

/** Columns of which the values are looked at at once. */
export const PROFILED = 15

/** What is in some columns of these rows, of the first ones; asked once in a few minutes. */
export function useProfile(
  { connection, query }: { connection: string; query: Query },
  columns: string[],
  enabled: boolean,
) {
  return useCall(
    'connections.profile',
    { id: connection, query, columns },
    { enabled: enabled && columns.length > 0, keep: true, staleTime: 300_000 },
  )
}

/** The whole table. */
export const tableRows = ({ connection, table }: { connection: string; table: string[] }) => ({
  connection,
  query: { kind: 'table', table } as const,
})

/** The most frequent values of a column as texts. */
export const sampleTexts = (profile: ColumnProfile | undefined): string[] =>
  (profile?.samples ?? []).flatMap(({ value }) =>
    value === null || value === '' || typeof value === 'object' ? [] : [String(value)],
  )
