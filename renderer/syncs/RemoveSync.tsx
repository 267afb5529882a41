import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { SyncSummary } from '../../preload/api.ts'
import { useAction } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'

/** Removes a sync, or makes it forget what it sent; asks once more in place. */
export function RemoveSync({ sync }: { sync: SyncSummary }) {
  const navigate = useNavigate()
  const [asked, setAsked] = useState<'remove' | 'reset'>()
  const remove = useAction('syncs.remove')
  const reset = useAction('syncs.reset')
  const failed = remove.error ?? reset.error
  if (failed) return <ProblemAlert problem={failed.problem} />
  if (asked === 'remove') {
    return (
      <Box sx={{ display: 'flex', gap: 1 }}>
        <Button onClick={() => setAsked(undefined)}>Keep</Button>
        <Button
          color="error"
          variant="outlined"
          loading={remove.isPending}
          onClick={() => remove.mutate({ id: sync.id }, { onSuccess: () => void navigate('/syncs') })}
        >
          Remove with its history
        </Button>
      </Box>
    )
  }
  if (asked === 'reset') {
    return (
      <Box sx={{ display: 'flex', gap: 1 }}>
        <Button onClick={() => setAsked(undefined)}>Keep</Button>
        <Button
          variant="outlined"
          loading={reset.isPending}
          onClick={() => reset.mutate({ id: sync.id }, { onSuccess: () => setAsked(undefined) })}
        >
          Forget what was sent
        </Button>
      </Box>
    )
  }
  return (
    <>
      <Button color="error" onClick={() => setAsked('remove')}>
        Remove
      </Button>
      <Button onClick={() => setAsked('reset')} title="The next plan shows every row as new">
        Reset
      </Button>
    </>
  )
}
