import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { Connection } from '../../preload/api.ts'
import { useAction } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'

/** Asks once more in place; says what still uses it. Stands at the end of a row of buttons. */
export function RemoveConnection({ connection }: { connection: Connection }) {
  const navigate = useNavigate()
  const [asked, setAsked] = useState(false)
  const remove = useAction('connections.remove')
  const keep = () => {
    setAsked(false)
    remove.reset()
  }
  if (!asked) {
    return (
      <Button color="error" onClick={() => setAsked(true)} sx={{ ml: 'auto' }}>
        Remove
      </Button>
    )
  }
  return (
    <>
      <Box sx={{ display: 'flex', gap: 1, ml: 'auto' }}>
        <Button onClick={keep} autoFocus>
          Keep
        </Button>
        <Button
          color="error"
          variant="outlined"
          loading={remove.isPending}
          disabled={remove.isError}
          onClick={() => remove.mutate({ id: connection.id }, { onSuccess: () => void navigate('/connections') })}
          sx={{ overflowWrap: 'anywhere' }}
        >
          Remove “{connection.name}”
        </Button>
      </Box>
      {remove.error && (
        <Box sx={{ flexBasis: '100%' }}>
          <ProblemAlert problem={remove.error.problem} />
        </Box>
      )}
    </>
  )
}
