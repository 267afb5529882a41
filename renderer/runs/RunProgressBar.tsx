import Box from '@mui/material/Box'
import LinearProgress from '@mui/material/LinearProgress'
import Typography from '@mui/material/Typography'
import type { Run } from '../../preload/api.ts'
import { useProgress } from '../bridge.ts'
import { count, duration, number, toSend } from '../shared/format.ts'

/** How far sending is, how fast, how long it still takes, and what it waits for. */
export function RunProgressBar({ run }: { run: Run }) {
  const progress = useProgress(run.id)
  const counts = progress?.counts ?? run.counts
  const total = toSend(run)
  const done = counts.accepted + counts.skipped + counts.refused + counts.unknown
  const speed = progress?.rowsPerSecond ?? 0
  const left = speed > 0 && done < total ? `, about ${duration(((total - done) / speed) * 1000)} left` : ''
  return (
    <Box sx={{ mb: 2 }} role="status">
      <LinearProgress
        aria-label="Sent"
        variant={total > 0 ? 'determinate' : 'indeterminate'}
        value={total > 0 ? Math.min(100, (done / total) * 100) : 0}
      />
      <Typography color="textSecondary" sx={{ mt: 0.75 }}>
        {number(done)} of {count(total, 'change')}
        {speed > 0 && `, ${number(speed)} a second`}
        {left}
        {progress?.waiting && ` · ${progress.waiting}`}
      </Typography>
    </Box>
  )
}
