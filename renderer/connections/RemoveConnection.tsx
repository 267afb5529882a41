import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { Connection } from '../../preload/api.ts'
import { useAction } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'

/** Asks once more in place; says what still uses it. */
export function RemoveConnection({ connection }: { connection: Connection }) {
  const navigate = useNavigate()
  const [asked, setAsked] = useState(false)
  const remove = useAction('connections.remove')
  if (remove.error) return <ProblemAlert problem={remove.error.problem} />
  if (!asked) {
    return (
      <Button color="error" onClick={() => setAsked(true)}>
        Remove
      </Button>
    )
  }
  return (
    <Box sx={{ display: 'flex', gap: 1 }}>
      <Button onClick={() => setAsked(false)}>Keep</Button>
      <Button
        color="error"
        variant="outlined"
        loading={remove.isPending}
        onClick={() => remove.mutate({ id: connection.id }, { onSuccess: () => void navigate('/connections') })}
      >
        Remove “{connection.name}”
      </Button>
    </Box>
  )
}
