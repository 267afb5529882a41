import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MuiLink from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { type ReactNode, useId } from 'react'
import { Link, useNavigate } from 'react-router'
import type { Run } from '../../preload/api.ts'
import { useAction, useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { moment } from '../shared/format.ts'
import { takeBackOf } from './undoable.ts'

/** Whether this run can be taken back, and the button that plans it. Says why where it cannot be. */
export function TakeBack({ run }: { run: Run }) {
  const state = takeBackOf(run)
  switch (state.kind) {
    case 'none':
      return null
    case 'done':
      return (
        <Typography sx={{ mb: 2 }}>
          This run was taken back: <RunLink id={state.by} of="look at the undo of" />
        </Typography>
      )
    case 'cannot':
      return <Undo run={run} why={state.why} />
    case 'offer':
      return <Undo run={run} note={state.note} />
  }
}

function Undo({ run, note, why }: { run: Run } & ({ note: string; why?: never } | { note?: never; why: string })) {
  const navigate = useNavigate()
  const undo = useAction('runs.undo')
  const said = useId()
  // By its promise: the news about the new run may take this button away before the answer is here.
  const plan = () =>
    undo.mutateAsync({ id: run.id }).then(
      (made) => void navigate(`/plan/${made.id}`),
      () => undefined,
    )
  return (
    <Box sx={{ mb: 2 }}>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
        <Button
          variant="outlined"
          color="inherit"
          disabled={why !== undefined}
          loading={undo.isPending}
          aria-describedby={said}
          onClick={() => void plan()}
          sx={{ flexShrink: 0 }}
        >
          Undo this run
        </Button>
        <Typography id={said} color="textSecondary" sx={{ maxWidth: 900 }}>
          {why ?? note}
        </Typography>
      </Box>
      {undo.error && (
        <Box sx={{ mt: 1 }}>
          <ProblemAlert problem={undo.error.problem} sync={run.sync} onRetry={() => void plan()} />
        </Box>
      )}
    </Box>
  )
}

/** What an undo takes back. */
export function Undoes({ run }: { run: Run }) {
  if (!run.undoes) return null
  return (
    <>
      {' · takes back '}
      <RunLink id={run.undoes} of="the run of" />
    </>
  )
}

/** "the run of Mar 1, 2026, 9:30:00 AM", which leads there. A run that is forgotten has no page. */
function RunLink({ id, of }: { id: string; of: string }): ReactNode {
  const run = useCall('runs.get', { id })
  if (run.error) return 'a run that is not kept any more'
  return (
    <MuiLink component={Link} to={`/runs/${id}`} underline="always">
      {run.data ? `${of} ${moment(run.data.startedAt)}` : of.replace(/ of$/, '')}
    </MuiLink>
  )
}
