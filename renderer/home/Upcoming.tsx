import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MuiLink from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { Link } from 'react-router'
import type { SyncSummary } from '../../preload/api.ts'
import { useAction, useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { whenInSentence, whenText } from '../schedules/when.ts'
import { Section } from '../shared/Page.tsx'
import { noteText } from '../syncs/schedule-text.ts'
import { type Next, upcomingOf } from './upcoming.ts'

const SHOWN = 8

/** The next scheduled runs, soonest first. Not shown while every sync is started by hand. */
export function Upcoming({ syncs }: { syncs: SyncSummary[] }) {
  const automation = useCall('schedules.automation', {})
  const pause = useAction('schedules.change')
  const next = upcomingOf(syncs)
  if (next.length === 0 || !automation.data) return null
  const { pausedAt, timeZone } = automation.data
  const pauseAll = () => pause.mutate({ paused: true })
  const when = (instant: string) => whenText(instant, timeZone)
  return (
    <Section
      title="Next"
      actions={
        pausedAt === null && (
          <Button onClick={pauseAll} loading={pause.isPending}>
            Pause all schedules
          </Button>
        )
      }
    >
      {pause.error && <ProblemAlert problem={pause.error.problem} onRetry={pauseAll} />}
      <Box component="ul" aria-label="Next runs" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 0.75 }}>
        {next.slice(0, SHOWN).map((line) => (
          <Box
            component="li"
            key={line.sync.id}
            sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr', sm: '230px minmax(0, 1fr)' }, columnGap: 2 }}
          >
            <Typography color="textSecondary" sx={{ overflowWrap: 'anywhere' }}>
              {pausedAt === null ? timeText(line, when) : 'Paused'}
            </Typography>
            <Box sx={{ minWidth: 0 }}>
              <MuiLink component={Link} to={`/syncs/${line.sync.id}`} sx={{ overflowWrap: 'anywhere' }}>
                {line.sync.name}
              </MuiLink>
              {line.sync.scheduleNote && (
                <Typography variant="caption" component="div" color="textSecondary">
                  {noteText(line.sync.scheduleNote, (instant) => whenInSentence(instant, timeZone))}
                </Typography>
              )}
            </Box>
          </Box>
        ))}
      </Box>
      {next.length > SHOWN && (
        <MuiLink component={Link} to="/syncs" variant="caption">
          {next.length - SHOWN} more
        </MuiLink>
      )}
    </Section>
  )
}

function timeText({ when, at, after }: Next, text: (instant: string) => string): string {
  switch (when) {
    case 'time':
      return text(at ?? '')
    case 'due':
      return 'Due now'
    case 'after':
      return `After “${after}”`
    case 'paused':
      return 'Paused'
    case 'never':
      return 'Never'
  }
}
