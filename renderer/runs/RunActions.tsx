import Button from '@mui/material/Button'
import { Link } from 'react-router'
import type { Run } from '../../preload/api.ts'
import { useAction, useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { PlanAgain } from '../plans/PlanAgain.tsx'

/** What can be done with a run now. */
export function RunActions({ run }: { run: Run }) {
  const pause = useAction('runs.pause')
  const resume = useAction('runs.resume')
  const cancel = useAction('runs.cancel')
  const failed = pause.error ?? resume.error ?? cancel.error
  const id = { id: run.id }
  const under = run.status === 'applying'
  const stopped = ['paused', 'waiting', 'interrupted'].includes(run.status)
  return (
    <>
      {failed && <ProblemAlert problem={failed.problem} sync={run.sync} />}
      {under && (
        <Button variant="outlined" loading={pause.isPending} onClick={() => pause.mutate(id)}>
          Pause
        </Button>
      )}
      {(under || stopped) && (
        <Button color="error" loading={cancel.isPending} onClick={() => cancel.mutate(id)}>
          Cancel
        </Button>
      )}
      {stopped && (
        <Button variant="contained" loading={resume.isPending} onClick={() => resume.mutate(id)}>
          Go on
        </Button>
      )}
      {!under && !stopped && (
        <>
          <PracticeLink run={run} />
          <PlanAgain
            sync={run.sync}
            label={run.counts.refused > 0 ? 'Retry refused' : 'Push again'}
            variant="outlined"
          />
        </>
      )}
    </>
  )
}

/** The Practice CRM lives in this app, so what arrived can be looked at. */
function PracticeLink({ run }: { run: Run }) {
  const sync = useCall('syncs.get', { id: run.sync })
  const destination = useCall(
    'connections.get',
    { id: sync.data?.destination ?? '' },
    { enabled: sync.data !== undefined },
  )
  if (destination.data?.connector !== 'practice-crm') return null
  return (
    <Button component={Link} to="/practice">
      Look at the records
    </Button>
  )
}
