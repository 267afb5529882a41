import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useAction, useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { whenInSentence } from '../schedules/when.ts'

/** Says that nothing starts by itself, while that is so. */
export function PausedNote() {
  const automation = useCall('schedules.automation', {})
  const change = useAction('schedules.change')
  const { pausedAt, timeZone } = automation.data ?? {}
  if (!pausedAt || !timeZone) return null
  const goOn = () => change.mutate({ paused: false })
  return (
    <Box sx={{ mb: 2, display: 'grid', gap: 1 }}>
      <Alert
        severity="warning"
        role="status"
        sx={{ alignItems: 'center', '& .MuiAlert-action': { pt: 0 } }}
        action={
          <Button color="inherit" onClick={goOn} loading={change.isPending}>
            Let them go on
          </Button>
        }
      >
        All schedules are paused since {whenInSentence(pausedAt, timeZone)}. Nothing starts by itself, and what passes
        meanwhile is not caught up.
      </Alert>
      {change.error && <ProblemAlert problem={change.error.problem} onRetry={goOn} />}
    </Box>
  )
}
