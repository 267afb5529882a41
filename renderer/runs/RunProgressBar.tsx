import Box from '@mui/material/Box'
import LinearProgress from '@mui/material/LinearProgress'
import Typography from '@mui/material/Typography'
import type { Run } from '../../preload/api.ts'
import { useProgress } from '../bridge.ts'
import { count, duration, number, toSend } from '../shared/format.ts'
import { settledOf } from './settled.ts'

/** How far sending is, how fast, how long it still takes, and what it waits for. A run that stands still shows how far it came. */
export function RunProgressBar({ run }: { run: Run }) {
  const progress = useProgress(run.id)
  const sending = run.status === 'applying'
  if (!sending && !['paused', 'waiting', 'interrupted'].includes(run.status)) return null
  const live = sending ? progress : undefined
  const done = settledOf(live?.counts ?? run.counts)
  const total = toSend(run)
  const speed = live?.rowsPerSecond ?? 0
  const left = speed > 0 && done < total ? `, about ${duration(((total - done) / speed) * 1000)} left` : ''
  return (
    <Box sx={{ mb: 2, mt: run.problem ? 2 : 0 }}>
      <LinearProgress
        aria-label="Sent"
        sx={{ opacity: sending ? 1 : 0.5 }}
        variant={total > 0 ? 'determinate' : 'indeterminate'}
        value={total > 0 ? Math.min(100, (done / total) * 100) : 0}
      />
      <Typography color="textSecondary" sx={{ mt: 0.75 }}>
        {number(done)} of {count(total, 'change')}
        {speed > 0 && `, ${number(Math.round(speed))} a second`}
        {left}
        {live?.waiting && ` · ${live.waiting}`}
      </Typography>
    </Box>
  )
}
