import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { Audience } from '../../preload/api.ts'
import { useAction } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'

/** Asks once more in place; says which syncs still use it. */
export function RemoveAudience({ audience }: { audience: Audience }) {
  const navigate = useNavigate()
  const [asked, setAsked] = useState(false)
  const remove = useAction('audiences.remove')
  const keep = () => {
    setAsked(false)
    remove.reset()
  }
  // By its promise: the news that it is gone may take this page away before the answer is here.
  const go = () =>
    remove.mutateAsync({ id: audience.id }).then(
      () => void navigate('/audiences'),
      () => undefined,
    )
  return (
    <Box sx={{ display: 'flex', gap: 1, mt: 3, justifyContent: 'flex-end', flexWrap: 'wrap' }}>
      {asked ? (
        <>
          <Button onClick={keep} autoFocus>
            Keep
          </Button>
          <Button
            color="error"
            variant="outlined"
            loading={remove.isPending}
            disabled={remove.isError}
            onClick={() => void go()}
            sx={{ overflowWrap: 'anywhere' }}
          >
            Remove “{audience.name}”
          </Button>
        </>
      ) : (
        <Button color="error" onClick={() => setAsked(true)}>
          Remove…
        </Button>
      )}
      {remove.error && (
        <Box sx={{ flexBasis: '100%' }}>
          <ProblemAlert problem={remove.error.problem} />
        </Box>
      )}
    </Box>
  )
}
