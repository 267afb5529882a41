import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MuiLink from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { Run, SyncSummary } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { count } from '../shared/format.ts'
import { RehearsalChip } from '../shared/RehearsalChip.tsx'
import { barsOf, RUNS_ASKED, rowsOf } from './bars.ts'
import { RunChart } from './RunChart.tsx'

/** Syncs with a strip of their own at once: they fill whole lines. */
const STRIPS = 6
const columns = { xs: 'repeat(2, minmax(0, 1fr))', md: 'repeat(3, minmax(0, 1fr))', xl: 'repeat(6, minmax(0, 1fr))' }

const useRuns = (sync: string) => useCall('runs.list', { sync, limit: RUNS_ASKED }, { keep: true })

type ChartsProps = { syncs: SyncSummary[]; chosen: string; onChoose: (sync: string) => void }

/** How the last runs went: of one sync, or a strip for each of those that ran most lately. */
export function Charts({ syncs, chosen, onChoose }: ChartsProps) {
  const [most, setMost] = useState(STRIPS)
  const ran = syncs
    .filter(({ lastRun }) => lastRun !== undefined)
    .sort((a, b) => ((a.lastRun?.startedAt ?? '') < (b.lastRun?.startedAt ?? '') ? 1 : -1))
  const one = ran.find(({ id }) => id === chosen)
  if (one) return <Chart key={one.id} sync={one} />
  if (chosen || ran.length === 0) return null
  return (
    <Box component="section" aria-label="The last runs of each sync" sx={{ mb: 2 }}>
      <Box sx={{ display: 'grid', gap: 1, gridTemplateColumns: columns }}>
        {ran.slice(0, most).map((sync) => (
          <Strip key={sync.id} sync={sync} onChoose={() => onChoose(sync.id)} />
        ))}
      </Box>
      {ran.length > most && (
        <Button onClick={() => setMost(most + STRIPS)} sx={{ mt: 0.5 }}>
          Show more of {count(ran.length - most, 'further sync', 'further syncs')}
        </Button>
      )}
    </Box>
  )
}

const labelOf = ({ name }: SyncSummary) => `The last runs of ${name}, oldest first`

function Strip({ sync, onChoose }: { sync: SyncSummary; onChoose: () => void }) {
  const runs = useRuns(sync.id)
  return (
    <Paper sx={{ px: 1.5, py: 1, minWidth: 0 }}>
      <MuiLink
        component="button"
        onClick={onChoose}
        title={`Show only ${sync.name}`}
        color="textPrimary"
        sx={{ display: 'block', maxWidth: '100%', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
      >
        {sync.rehearsal && (
          <>
            <RehearsalChip />{' '}
          </>
        )}
        {sync.name}
      </MuiLink>
      {runs.error ? (
        <ProblemAlert problem={runs.error.problem} onRetry={() => void runs.refetch()} />
      ) : (
        <RunChart label={labelOf(sync)} runs={runs.data} slot={8} height={24} />
      )}
    </Paper>
  )
}

function Chart({ sync }: { sync: SyncSummary }) {
  const runs = useRuns(sync.id)
  const drawn = barsOf(runs.data ?? [], 1).map(({ run }) => run)
  if (runs.error) return <ProblemAlert problem={runs.error.problem} onRetry={() => void runs.refetch()} />
  if (runs.data && drawn.length === 0) return null
  return (
    <Paper sx={{ px: 2, py: 1.5, mb: 2 }}>
      <RunChart label={labelOf(sync)} runs={runs.data} slot={20} height={64} />
      <Typography variant="caption" component="div" color="textSecondary" sx={{ mt: 0.5, minHeight: 20 }}>
        {runs.data && captionOf(drawn)}
      </Typography>
    </Paper>
  )
}

function captionOf(runs: Run[]): string {
  const most = count(Math.max(0, ...runs.map(rowsOf)), 'row')
  return runs.length === 1
    ? `The only run so far: ${most}.`
    : `The last ${count(runs.length, 'run')}, newest on the right. The highest bar: ${most}.`
}
