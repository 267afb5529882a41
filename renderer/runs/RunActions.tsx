import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { Link } from 'react-router'
import type { Run } from '../../preload/api.ts'
import { useAction, useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { PlanAgain } from '../plans/PlanAgain.tsx'
import { ownLine } from '../shared/ownLine.ts'

/** What can be done with a run now. */
export function RunActions({ run }: { run: Run }) {
  const pause = useAction('runs.pause')
  const resume = useAction('runs.resume')
  const cancel = useAction('runs.cancel')
  const failed = pause.error ?? resume.error ?? cancel.error
  const id = { id: run.id }
  const sending = run.status === 'applying'
  const stopped = ['paused', 'waiting', 'interrupted'].includes(run.status)
  // Asked for; what is in flight still comes to its end.
  const stopping = sending && (pause.isSuccess || cancel.isSuccess)
  return (
    <>
      {sending && (
        <Button
          variant="outlined"
          loading={pause.isPending || (stopping && pause.isSuccess)}
          disabled={stopping}
          onClick={() => pause.mutate(id)}
        >
          Pause
        </Button>
      )}
      {(sending || stopped) && (
        <Button
          color="error"
          loading={cancel.isPending || (stopping && cancel.isSuccess)}
          disabled={stopping && cancel.isSuccess}
          onClick={() => cancel.mutate(id)}
        >
          Cancel
        </Button>
      )}
      {stopped && (
        <Button
          variant="contained"
          loading={resume.isPending}
          onClick={() => {
            pause.reset()
            cancel.reset()
            resume.mutate(id)
          }}
        >
          Resume
        </Button>
      )}
      {!sending && !stopped && (
        <>
          <PracticeLink run={run} />
          <PlanAgain sync={run.sync} label={againLabel(run)} variant="outlined" />
        </>
      )}
      {failed && (
        <Box sx={ownLine}>
          <ProblemAlert problem={failed.problem} sync={run.sync} />
        </Box>
      )}
    </>
  )
}

function againLabel({ kind, status, counts }: Run): string {
  // What was taken back differs from the source again: the next plan shows it.
  if (kind === 'undo') return 'Plan the sync'
  if (status === 'failed' || status === 'canceled') return 'Plan again'
  return counts.refused > 0 ? 'Retry refused' : 'Push again'
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
    <Button component={Link} to={`/practice?object=${sync.data?.object}`}>
      Look at the records
    </Button>
  )
}
