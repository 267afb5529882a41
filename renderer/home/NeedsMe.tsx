import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { Link } from 'react-router'
import type { Run, SyncSummary } from '../../preload/api.ts'
import { count, toSend } from '../shared/format.ts'
import { Section } from '../shared/Page.tsx'

type Matter = { sync: SyncSummary; run: Run; text: string; button: string }

/** What waits for a person, each with its one next step. */
export function NeedsMe({ syncs }: { syncs: SyncSummary[] }) {
  const matters = syncs.flatMap((sync) => (sync.lastRun ? matterOf(sync, sync.lastRun) : []))
  return (
    <Section title="Needs you">
      {matters.length === 0 && <Typography color="textSecondary">Nothing. All syncs are as they should be.</Typography>}
      {matters.map(({ sync, run, text, button }) => (
        <Paper
          key={sync.id}
          sx={{ px: 2, py: 1.25, mb: 1, display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap' }}
        >
          <Box sx={{ flex: 1, minWidth: 240, overflowWrap: 'anywhere' }}>
            <Typography variant="h3">{sync.name}</Typography>
            <Typography color="textSecondary">{text}</Typography>
          </Box>
          <Button
            component={Link}
            variant="outlined"
            to={run.status === 'planned' || run.status === 'blocked' ? `/plan/${run.id}` : `/runs/${run.id}`}
          >
            {button}
          </Button>
        </Paper>
      ))}
    </Section>
  )
}

function matterOf(sync: SyncSummary, run: Run): Matter[] {
  const { refused, unknown } = run.counts
  const matter = (text: string, button: string) => [{ sync, run, text, button }]
  switch (run.status) {
    case 'failed':
      return matter(run.problem?.message ?? 'The last run failed.', 'See why')
    case 'waiting':
      return matter(run.problem?.message ?? 'The destination wants a new sign-in.', 'Sign in')
    case 'interrupted':
      return matter(run.problem?.message ?? 'The last run was interrupted.', 'Go on')
    case 'paused':
      return matter('Paused by you. The rest is still planned.', 'Go on')
    case 'blocked':
      return matter(run.guards.map((guard) => guard.message).join(' '), 'Review')
    case 'planned':
      return toSend(run) > 0 ? matter(`${count(toSend(run), 'change')} planned and not sent yet.`, 'Review') : []
    case 'done': {
      const parts = [
        refused > 0 ? `${count(refused, 'row')} refused` : '',
        unknown > 0 ? `${count(unknown, 'row')} with unknown outcome` : '',
      ]
      const text = parts.filter(Boolean).join(', ')
      return text ? matter(`${text} in the last run.`, 'See which') : []
    }
    default:
      return []
  }
}
