import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MuiLink from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { Link } from 'react-router'
import type { ScheduleNote, SyncSummary } from '../../preload/api.ts'
import { useAction, useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { noteText } from '../syncs/schedule-text.ts'
import { whenInSentence } from './when.ts'

/** Nothing runs until a person does something. */
const stops: ScheduleNote['what'][] = ['needs-sign-in', 'not-started']

/** Pauses the schedule of a saved sync, and says what it did last. Works at once, without saving. */
export function PauseSync({ sync }: { sync: SyncSummary }) {
  const pause = useAction('schedules.pause')
  const automation = useCall('schedules.automation', {})
  const { paused = false, scheduleNote: note } = sync
  const change = () => pause.mutate({ id: sync.id, paused: !paused })
  const when = (instant: string) => whenInSentence(instant, automation.data?.timeZone ?? 'UTC')
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      {note && automation.data && (
        <Typography color={stops.includes(note.what) ? 'error' : 'textSecondary'}>{noteText(note, when)}</Typography>
      )}
      <Alert
        severity={paused ? 'warning' : 'info'}
        variant="outlined"
        role="status"
        sx={{ bgcolor: 'background.paper', alignItems: 'center', '& .MuiAlert-action': { pt: 0 } }}
        action={
          <Button onClick={change} loading={pause.isPending}>
            {paused ? 'Let it go on' : 'Pause this schedule'}
          </Button>
        }
      >
        {paused && 'This schedule is paused: nothing starts by itself.'}
        {!paused && !automation.data?.pausedAt && 'This schedule is on.'}
        {!paused && automation.data?.pausedAt && (
          <>
            All schedules are paused in the{' '}
            <MuiLink component={Link} to="/settings" underline="always">
              settings
            </MuiLink>
            .
          </>
        )}
      </Alert>
      {pause.error && <ProblemAlert problem={pause.error.problem} onRetry={change} />}
    </Box>
  )
}
