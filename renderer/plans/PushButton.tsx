import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useId } from 'react'
import { useNavigate } from 'react-router'
import type { GuardId, Mode, Run } from '../../preload/api.ts'
import { useAction } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { settledOf } from '../runs/settled.ts'
import { count, toSend } from '../shared/format.ts'
import { ownLine } from '../shared/ownLine.ts'

/** `mode`: of the sync, once it is known. */
type PushButtonProps = { run: Run; mode: Mode | undefined; confirmed: GuardId[] }

/** Sends the plan and goes to its run. Says why it cannot be pressed yet. */
export function PushButton({ run, mode, confirmed }: PushButtonProps) {
  const navigate = useNavigate()
  const push = useAction('plans.push')
  const reasonId = useId()
  const changes = toSend(run) - settledOf(run.counts)
  const { adopted } = run.counts
  // What stands there is written as a whole: it may be gone or changed although no row is.
  const again = mode === 'replace' && run.kind === 'sync' && changes === 0
  const nothing = changes === 0 && adopted === 0 && !again
  const reason = nothing ? undefined : reasonNotTo(run, confirmed)
  const send = () =>
    push.mutate({ run: run.id, confirm: confirmed }, { onSuccess: () => void navigate(`/runs/${run.id}`) })
  return (
    <>
      <Button
        variant="contained"
        loading={push.isPending}
        disabled={nothing || reason !== undefined}
        aria-describedby={reason && reasonId}
        onClick={send}
      >
        {again ? 'Write everything again' : labelOf(run, changes)}
      </Button>
      {reason && (
        <Typography id={reasonId} variant="caption" color="textSecondary" sx={{ ...ownLine, textAlign: 'right' }}>
          {reason}
        </Typography>
      )}
      {push.error && (
        <Box sx={ownLine}>
          <ProblemAlert problem={push.error.problem} sync={run.sync} onRetry={send} />
        </Box>
      )}
    </>
  )
}

function labelOf({ kind, counts }: Run, changes: number): string {
  if (changes === 0) return counts.adopted > 0 ? `Take over ${count(counts.adopted, 'record')}` : 'Nothing to push'
  return `${kind === 'undo' ? 'Take back' : 'Push'} ${count(changes, 'change')}`
}

function reasonNotTo(run: Run, confirmed: GuardId[]): string | undefined {
  if (run.status === 'comparing') return 'Wait until the comparison is done.'
  if (run.stale) return 'Plan again first: this plan is out of date.'
  const open = run.guards.filter(({ id }) => !confirmed.includes(id)).length
  if (open === 0) return undefined
  return open === 1 ? 'Confirm the note below first.' : `Confirm the ${open} notes below first.`
}
