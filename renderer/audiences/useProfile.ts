import type { ColumnProfile } from '../../../preload/api.ts'
import { useCall } from '../../bridge.ts'
import type { Choosing } from './GroupEditor.tsx'

/** What is in some columns of the table, of its first rows; asked once in a few minutes. */
export function useProfile({ connection, table }: Choosing, columns: string[], enabled: boolean) {
  return useCall(
    'connections.profile',
    { id: connection, query: { kind: 'table', table }, columns },
    { enabled: enabled && columns.length > 0, keep: true, staleTime: 300_000 },
  )
}

/** The most frequent values of a column as texts. */
export const sampleTexts = (profile: ColumnProfile | undefined): string[] =>
  (profile?.samples ?? []).flatMap(({ value }) =>
    value === null || value === '' || typeof value === 'object' ? [] : [String(value)],
  )
