import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import LinearProgress from '@mui/material/LinearProgress'
import Typography from '@mui/material/Typography'
import type { Run } from '../../preload/api.ts'
import { useAction, useProgress } from '../bridge.ts'
import { RunProblem } from '../runs/RunProblem.tsx'
import { ago, count, toSend } from '../shared/format.ts'

/** What the plan was compared with, in one sentence, and the button that asks the destination now. */
export function Compare({ run, destination }: { run: Run; destination: string }) {
  const compare = useAction('plans.compare')
  const progress = useProgress(run.id)
  const comparing = run.status === 'comparing'
  const start = () => compare.mutate({ id: run.id })
  return (
    <Box sx={{ mb: 2 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5, flexWrap: 'wrap' }}>
        <Typography color="textSecondary" role="status">
          {sentence(run, destination)}
        </Typography>
        {!run.cannotCompare && toSend(run) > 0 && (
          <Button variant="outlined" loading={compare.isPending || comparing} disabled={run.stale} onClick={start}>
            {run.comparedAt ? 'Compare again' : `Compare with ${destination} now`}
          </Button>
        )}
      </Box>
      {comparing && (
        <Box sx={{ mt: 1 }}>
          <LinearProgress aria-label={`Comparing with ${destination}`} />
          {progress?.waiting && <Typography color="textSecondary">{progress.waiting}</Typography>}
        </Box>
      )}
      {(compare.error || (run.problem && !comparing)) && (
        <Box sx={{ mt: 1 }}>
          <RunProblem
            run={run}
            problem={compare.error?.problem ?? (run.problem as NonNullable<Run['problem']>)}
            onRetry={start}
          />
        </Box>
      )}
    </Box>
  )
}

function sentence(run: Run, destination: string): string {
  if (run.status === 'comparing') return `Reading what ${destination} holds for ${count(toSend(run), 'change')}.`
  if (run.cannotCompare) return run.cannotCompare
  if (run.comparedAt) return `Compared with what ${destination} holds, ${ago(run.comparedAt)}.`
  return 'Compared with what Outflow sent last.'
}
