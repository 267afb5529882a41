import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { Link } from 'react-router'
import type { Run } from '../../preload/api.ts'
import { usePages } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { RunTable } from '../shared/RunTable.tsx'
import { Waiting } from '../shared/Waiting.tsx'

const PAGE = 50

/** The runs of one sync, or (`''`) of all, newest first. */
export function RunList({ sync }: { sync: string }) {
  const runs = usePages('runs.list', { limit: PAGE, ...(sync && { sync }) }, (last) =>
    last.length < PAGE ? undefined : { before: (last.at(-1) as (typeof last)[number]).startedAt },
  )
  const all = runs.data?.pages.flat() ?? []
  return (
    <>
      {runs.isPending && <Waiting />}
      {runs.error && <ProblemAlert problem={runs.error.problem} onRetry={() => void runs.refetch()} />}
      {runs.data && all.length === 0 && (
        <EmptyState
          title={sync ? 'This sync has not run yet' : 'Nothing has run yet'}
          action={
            <Button component={Link} to="/syncs" variant="outlined">
              Open the syncs
            </Button>
          }
        >
          A run begins with a plan that you can review before anything is sent.
        </EmptyState>
      )}
      {all.length > 0 && <RunTable runs={all.map(marked)} />}
      {runs.hasNextPage && (
        <Box sx={{ mt: 1 }}>
          <Button variant="outlined" loading={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
            Show more
          </Button>
        </Box>
      )}
    </>
  )
}

/** A run that took another one back says so in its name. */
const marked = (run: Run): Run => (run.kind === 'undo' ? { ...run, syncName: `Undo: ${run.syncName}` } : run)
