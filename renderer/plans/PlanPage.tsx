import Typography from '@mui/material/Typography'
import { Navigate, useParams } from 'react-router'
import type { Run } from '../../preload/api.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { RunProblem } from '../runs/RunProblem.tsx'
import { wasPushed } from '../runs/settled.ts'
import { useRun } from '../runs/useRun.ts'
import { Page } from '../shared/Page.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { backTo, titleOf } from './heading.ts'
import { PlanAgain } from './PlanAgain.tsx'
import { Planning } from './Planning.tsx'
import { Review } from './Review.tsx'

/** What a push would do now, before anything is sent. */
export default function PlanPage() {
  const { id = '' } = useParams()
  const run = useRun(id)
  if (run.isPending) return <Waiting />
  if (run.isError) {
    return (
      <Page title="Review changes" back={{ to: '/syncs', label: 'Syncs' }}>
        <ProblemAlert problem={run.error.problem} onRetry={() => void run.refetch()} />
      </Page>
    )
  }
  if (wasPushed(run.data)) return <Navigate to={`/runs/${id}`} replace />
  if (run.data.status === 'planning') return <Planning key={id} run={run.data} />
  const ready = ['planned', 'blocked', 'comparing'].includes(run.data.status)
  if (ready) return <Review key={id} run={run.data} />
  return <NotReady run={run.data} />
}

/** A plan that cannot be pushed: it failed, was canceled, or a newer one took its place. */
function NotReady({ run }: { run: Run }) {
  return (
    <Page
      rehearsal={run.rehearsal}
      title={titleOf(run)}
      back={backTo(run)}
      actions={<PlanAgain sync={run.sync} variant="outlined" />}
    >
      {run.problem ? (
        <RunProblem run={run} problem={run.problem} />
      ) : (
        <Typography color="textSecondary">
          {run.status === 'canceled'
            ? 'This plan was canceled. Nothing was sent.'
            : 'A newer plan took the place of this one. Nothing of it was sent.'}
        </Typography>
      )}
    </Page>
  )
}
