import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import type { Schedule, SchedulePreview } from '../../preload/api.ts'
import { whenText, zoneText } from './when.ts'

const NAMED = 3

type NextTimesProps = { schedule: Schedule; preview: SchedulePreview | undefined; paused: boolean }

/** When it would run next, or why it would not. */
export function NextTimes({ schedule, preview, paused }: NextTimesProps) {
  if (!preview) return null
  const { next, problem, sharing, timeZone } = preview
  // A cron expression says what is wrong beside it.
  const shownProblem = schedule.kind === 'cron' ? undefined : problem
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      {shownProblem && <Alert severity="error">{shownProblem.message}</Alert>}
      {next.length > 0 && (
        <Paper component="section" aria-label="Next runs" sx={{ px: 2, py: 1.5 }}>
          <Typography variant="h3" component="h2">
            {paused ? 'Next runs, once it goes on' : 'Next runs'}
          </Typography>
          <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0, mt: 0.5 }}>
            {next.map((at) => (
              <Typography component="li" key={at}>
                {whenText(at, timeZone)}
              </Typography>
            ))}
          </Box>
          <Typography variant="caption" color="textSecondary">
            By this computer’s clock ({zoneText(timeZone)}).
          </Typography>
        </Paper>
      )}
      {sharing.length > 0 && (
        <Alert severity="info" role="status">
          {namesText(sharing)} {sharing.length === 1 ? 'writes' : 'write'} to the same place by a schedule, too. They
          wait for each other, so one may start a little later. Whoever writes a field last wins: let each fill fields
          of its own.
        </Alert>
      )}
    </Box>
  )
}

/** Names in a sentence; of many, the first ones. */
function namesText(names: string[]): string {
  const shown = names.slice(0, NAMED).map((name) => `“${name}”`)
  const rest = names.length - shown.length
  const parts = rest > 0 ? [...shown, `${rest} more`] : shown
  return new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(parts)
}
