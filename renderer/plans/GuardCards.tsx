import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import type { Guard, GuardId } from '../../preload/api.ts'

type GuardCardsProps = { guards: Guard[]; confirmed: GuardId[]; onConfirm: (id: GuardId) => void }

/** What a person should look at before pushing: one card each, confirmed one by one. */
export function GuardCards({ guards, confirmed, onConfirm }: GuardCardsProps) {
  return (
    <Box sx={{ display: 'grid', gap: 1, mb: guards.length > 0 ? 2 : 0 }}>
      {guards.map((guard) => {
        const done = confirmed.includes(guard.id)
        return (
          <Alert
            key={guard.id}
            severity={done ? 'info' : 'warning'}
            variant="outlined"
            sx={{ bgcolor: 'background.paper' }}
            action={
              <Button disabled={done} onClick={() => onConfirm(guard.id)}>
                {done ? 'Confirmed' : 'Confirm'}
              </Button>
            }
          >
            {guard.message}
          </Alert>
        )
      })}
    </Box>
  )
}
