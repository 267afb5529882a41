import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Checkbox from '@mui/material/Checkbox'
import FormControlLabel from '@mui/material/FormControlLabel'
import type { Guard, GuardId } from '../../preload/api.ts'

type GuardCardsProps = { guards: Guard[]; confirmed: GuardId[]; onChange: (confirmed: GuardId[]) => void }

/** What a person should look at before pushing: one card each, confirmed one by one. */
export function GuardCards({ guards, confirmed, onChange }: GuardCardsProps) {
  if (guards.length === 0) return null
  return (
    <Box sx={{ display: 'grid', gap: 1, mb: 2 }}>
      {guards.map(({ id, message }) => {
        const done = confirmed.includes(id)
        return (
          <Alert
            key={id}
            severity={done ? 'info' : 'warning'}
            variant="outlined"
            sx={{ bgcolor: 'background.paper', alignItems: 'center', '& .MuiAlert-action': { pt: 0 } }}
            action={
              <FormControlLabel
                control={
                  <Checkbox
                    size="small"
                    checked={done}
                    onChange={(_, checked) =>
                      onChange(checked ? [...confirmed, id] : confirmed.filter((other) => other !== id))
                    }
                    slotProps={{ input: { 'aria-label': `Confirm: ${message}` } }}
                  />
                }
                label="Confirm"
              />
            }
          >
            {message}
          </Alert>
        )
      })}
    </Box>
  )
}
