import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { SyncSummary } from '../../preload/api.ts'
import { useAction } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'

const asks = {
  remove: {
    says: 'Its history and what it remembers of the destination go with it. Records that were sent stay there.',
    yes: 'Remove this sync',
  },
  reset: {
    says: 'The next plan then shows every row as new. Nothing changes at the destination.',
    yes: 'Forget what was sent',
  },
} as const

/** Removes a sync, or makes it forget what it sent; says what that means and asks once more in place. */
export function RemoveSync({ sync }: { sync: SyncSummary }) {
  const navigate = useNavigate()
  const [asked, setAsked] = useState<keyof typeof asks>()
  const remove = useAction('syncs.remove')
  const reset = useAction('syncs.reset')
  const failed = remove.error ?? reset.error
  const keep = () => {
    setAsked(undefined)
    remove.reset()
    reset.reset()
  }
  const go = () => {
    // By its promise: the news that it is gone may take this page away before the answer is here.
    if (asked === 'remove') {
      void remove.mutateAsync({ id: sync.id }).then(
        () => void navigate('/syncs'),
        () => undefined,
      )
    } else reset.mutate({ id: sync.id }, { onSuccess: () => setAsked(undefined) })
  }
  if (!asked) {
    return (
      <Box sx={{ display: 'flex', gap: 1, ml: 'auto', alignItems: 'center' }}>
        {reset.isSuccess && (
          <Typography color="textSecondary" role="status">
            What was sent is forgotten.
          </Typography>
        )}
        <Button color="inherit" onClick={() => setAsked('reset')}>
          Forget what was sent…
        </Button>
        <Button color="error" onClick={() => setAsked('remove')}>
          Remove…
        </Button>
      </Box>
    )
  }
  return (
    <>
      <Box sx={{ display: 'flex', gap: 1, ml: 'auto', alignItems: 'center', flexWrap: 'wrap' }}>
        <Typography color="textSecondary">{asks[asked].says}</Typography>
        <Button onClick={keep} autoFocus>
          Keep
        </Button>
        <Button
          color="error"
          variant="outlined"
          disabled={Boolean(failed)}
          loading={remove.isPending || reset.isPending}
          onClick={go}
        >
          {asks[asked].yes}
        </Button>
      </Box>
      {failed && (
        <Box sx={{ flexBasis: '100%' }}>
          <ProblemAlert problem={failed.problem} onRetry={go} />
        </Box>
      )}
    </>
  )
}
