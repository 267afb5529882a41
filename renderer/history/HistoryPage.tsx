import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import { useState } from 'react'
import { Link } from 'react-router'
import { useCall, usePages } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { Page } from '../shared/Page.tsx'
import { RunTable } from '../shared/RunTable.tsx'
import { Waiting } from '../shared/Waiting.tsx'

const PAGE = 50

/** Every run of every sync, newest first. */
export default function HistoryPage() {
  const [sync, setSync] = useState('')
  const syncs = useCall('syncs.list', {})
  const runs = usePages('runs.list', { limit: PAGE, ...(sync && { sync }) }, (last) =>
    last.length < PAGE ? undefined : { before: (last.at(-1) as (typeof last)[number]).startedAt },
  )
  const all = runs.data?.pages.flat() ?? []
  return (
    <Page wide title="History" about="What ran, and what became of it.">
      <TextField
        select
        label="Sync"
        value={sync}
        onChange={(event) => setSync(event.target.value)}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
        sx={{ maxWidth: 320, mb: 2 }}
      >
        <MenuItem value="">All syncs</MenuItem>
        {syncs.data?.map(({ id, name }) => (
          <MenuItem key={id} value={id}>
            {name}
          </MenuItem>
        ))}
      </TextField>
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
      {all.length > 0 && <RunTable runs={all} />}
      {runs.hasNextPage && (
        <Box sx={{ mt: 1 }}>
          <Button variant="outlined" loading={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
            Show more
          </Button>
        </Box>
      )}
    </Page>
  )
}
