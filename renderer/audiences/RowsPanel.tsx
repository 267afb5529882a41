import type { Query } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { PreviewGrid } from './PreviewGrid.tsx'
import { UniqueIdPicker } from './UniqueIdPicker.tsx'
import { useTicket } from './useTicket.ts'

type RowsPanelProps = {
  connection: string
  kind: 'table' | 'sql'
  /** What is looked at. */
  query: Query | undefined
  uniqueId: string[]
  onUniqueId: (uniqueId: string[]) => void
}

/** The first rows of a query and the unique id among its columns. The rows of before stay until the new ones are there. */
export function RowsPanel({ connection, kind, query, uniqueId, onUniqueId }: RowsPanelProps) {
  // Each step of pointing and clicking asks anew: only the newest answer is worth the source's work.
  const ticket = useTicket('preview', connection, query?.kind === 'visual' ? query : undefined)
  const preview = useCall(
    'audiences.preview',
    { connection, query: query ?? { kind: 'sql', sql: '' }, ...(query?.kind === 'visual' && { ticket }) },
    { enabled: query !== undefined, keep: true, staleTime: 30_000 },
  )
  if (!query) {
    return (
      <EmptyState title={kind === 'table' ? 'Choose a table on the left' : 'Write a query and run it'}>
        Its first 100 rows are shown here.
      </EmptyState>
    )
  }
  if (preview.error && !preview.isFetching) {
    return (
      <ProblemAlert problem={preview.error.problem} connection={connection} onRetry={() => void preview.refetch()} />
    )
  }
  if (!preview.data) return <Waiting label="Reading the first rows" />
  return (
    <>
      <UniqueIdPicker
        connection={connection}
        query={query}
        columns={preview.data.columns}
        uniqueId={uniqueId}
        onChange={onUniqueId}
      />
      <PreviewGrid
        connection={connection}
        query={query}
        preview={preview.data}
        busy={preview.isFetching}
        uniqueId={uniqueId}
      />
    </>
  )
}
