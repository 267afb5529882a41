import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { RunTable } from '../shared/RunTable.tsx'
import { Waiting } from '../shared/Waiting.tsx'

const LATELY = 8

/** The last few runs of all syncs. */
export function RecentRuns() {
  const runs = useCall('runs.list', { limit: LATELY })
  if (runs.isPending) return <Waiting />
  if (runs.isError) return <ProblemAlert problem={runs.error.problem} onRetry={() => void runs.refetch()} />
  if (runs.data.length === 0)
    return <EmptyState title="Nothing has run yet">Open a sync and choose Review changes.</EmptyState>
  return <RunTable runs={runs.data} />
}
