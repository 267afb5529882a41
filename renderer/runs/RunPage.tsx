import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { Navigate, useParams } from 'react-router'
import type { Run } from '../../preload/api.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { duration, moment } from '../shared/format.ts'
import { Page } from '../shared/Page.tsx'
import { RunStatusChip } from '../shared/StatusChip.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { confirmationOf } from './confirmation.ts'
import { RunActions } from './RunActions.tsx'
import { RunProblem } from './RunProblem.tsx'
import { RunProgressBar } from './RunProgressBar.tsx'
import { RunResults } from './RunResults.tsx'
import { RunSummary } from './RunSummary.tsx'
import { TakeBack, Undoes } from './TakeBack.tsx'
import { useRun } from './useRun.ts'

/** A run: under way, or what became of it. */
export default function RunPage() {
  const { id = '' } = useParams()
  const run = useRun(id)
  if (run.isPending) return <Waiting />
  if (run.isError) {
    return (
      <Page title="Run" back={{ to: '/history', label: 'History' }}>
        <ProblemAlert problem={run.error.problem} onRetry={() => void run.refetch()} />
      </Page>
    )
  }
  if (['planning', 'planned', 'blocked', 'comparing'].includes(run.data.status))
    return <Navigate to={`/plan/${id}`} replace />
  return <RunDetails key={id} run={run.data} />
}

function RunDetails({ run }: { run: Run }) {
  return (
    <Page
      wide
      rehearsal={run.rehearsal}
      title={run.kind === 'undo' ? `Undo: ${run.syncName}` : run.syncName}
      back={{ to: '/history', label: 'History' }}
      about={<About run={run} />}
      actions={<RunActions run={run} />}
    >
      {run.problem && run.status !== 'applying' && <RunProblem run={run} problem={run.problem} />}
      <RunProgressBar run={run} />
      {!run.plannedAt && !run.problem && (
        <Typography color="textSecondary">This plan was stopped before it was complete. Nothing was sent.</Typography>
      )}
      {run.plannedAt && (
        <>
          <RunSummary run={run} />
          <TakeBack run={run} />
          <RunResults run={run} />
        </>
      )}
    </Page>
  )
}

const starters: Record<Run['startedBy'], string> = {
  person: 'started by you',
  schedule: 'started by its schedule',
  terminal: 'started in the terminal',
}

function About({ run }: { run: Run }) {
  const took = run.finishedAt
    ? `, took ${duration(new Date(run.finishedAt).getTime() - new Date(run.startedAt).getTime())}`
    : ''
  const confirmation = confirmationOf(run)
  return (
    <>
      <RunStatusChip status={run.status} /> · {moment(run.startedAt)}, {starters[run.startedBy]}
      {took}
      <Undoes run={run} />
      {confirmation && <Box sx={{ mt: 0.25, overflowWrap: 'anywhere' }}>{confirmation}</Box>}
    </>
  )
}
