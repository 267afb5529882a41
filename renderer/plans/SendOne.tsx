import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { Change, GuardId, Run } from '../../preload/api.ts'
import { useAction, useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { CopyButton } from '../shared/CopyButton.tsx'
import { Exchanges } from '../shared/Exchanges.tsx'
import { Waiting } from '../shared/Waiting.tsx'

type SendOneProps = { run: Run; change: Change; confirmed: GuardId[] }

const resultTexts: Record<Change['state'], string> = {
  planned: 'It was not sent.',
  sending: 'It is on its way.',
  accepted: 'Accepted.',
  skipped: 'Skipped.',
  refused: 'Refused.',
  unknown: 'Sent, and the outcome is not known.',
}

/** One record of a plan: the request that it would make, and sending it alone to see what comes back. */
export function SendOne({ run, change, confirmed }: SendOneProps) {
  const [open, setOpen] = useState(false)
  const sent = change.state !== 'planned' && change.state !== 'sending'
  if (!['add', 'change', 'remove'].includes(change.op)) return null
  if (!open) {
    return (
      <Button sx={{ mt: 1 }} onClick={() => setOpen(true)}>
        {sent ? 'Show what was sent' : 'Try with this record only'}
      </Button>
    )
  }
  return sent ? <Sent run={run} change={change} /> : <Offer run={run} change={change} confirmed={confirmed} />
}

function Offer({ run, change, confirmed }: SendOneProps) {
  const which = { run: run.id, change: change.id }
  const request = useCall('plans.describe', which)
  const send = useAction('plans.sendOne')
  const open = run.guards.filter(({ id }) => !confirmed.includes(id)).length
  const start = () => send.mutate({ ...which, confirm: confirmed })
  if (send.data) return <Answer {...send.data} />
  const told = request.data
  if (told && 'nothing' in told) {
    return (
      <Box sx={{ mt: 1.5 }} role="status">
        <Typography variant="h3" component="p">
          Nothing would be sent
        </Typography>
        <Typography color="textSecondary">{told.nothing}</Typography>
      </Box>
    )
  }
  return (
    <Box sx={{ mt: 1.5 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
        <Typography variant="h3" component="p" sx={{ flex: 1 }}>
          This would be sent
        </Typography>
        {told && <CopyButton text={told.request} name="the request" />}
      </Box>
      {request.isPending && <Waiting label="Preparing the request" />}
      {request.error && <ProblemAlert problem={request.error.problem} onRetry={() => void request.refetch()} />}
      {told && (
        <Box
          component="pre"
          tabIndex={0}
          role="region"
          aria-label="The request"
          sx={{
            m: 0,
            mb: 1,
            p: 1,
            maxHeight: 280,
            overflow: 'auto',
            border: 1,
            borderColor: 'divider',
            borderRadius: 1,
          }}
          style={{ fontSize: 12, lineHeight: 1.5, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
        >
          {told.request}
        </Box>
      )}
      {told?.notAlone === undefined ? (
        <Button variant="outlined" loading={send.isPending} disabled={open > 0 || run.stale} onClick={start}>
          Send this one
        </Button>
      ) : (
        <Typography color="textSecondary">{told.notAlone}</Typography>
      )}
      {open > 0 && told?.notAlone === undefined && (
        <Typography variant="caption" color="textSecondary" sx={{ ml: 1 }}>
          Confirm the notes above first.
        </Typography>
      )}
      {send.error && <ProblemAlert problem={send.error.problem} sync={run.sync} onRetry={start} />}
    </Box>
  )
}

function Sent({ run, change }: { run: Run; change: Change }) {
  const kept = useCall('plans.change', { run: run.id, change: change.id })
  if (kept.error) return <ProblemAlert problem={kept.error.problem} onRetry={() => void kept.refetch()} />
  return kept.data ? <Answer {...kept.data} /> : <Waiting label="Looking for the request" />
}

function Answer({ change, exchanges }: { change: Change; exchanges: Parameters<typeof Exchanges>[0]['exchanges'] }) {
  return (
    <Box sx={{ mt: 1.5 }}>
      <Typography variant="h3" component="p" role="status" sx={{ mb: 1 }}>
        {resultTexts[change.state]} {change.problem?.message}
      </Typography>
      {exchanges.length > 0 ? (
        <Exchanges exchanges={exchanges} mark={change.label} />
      ) : (
        <Typography color="textSecondary">The request is not kept.</Typography>
      )}
    </Box>
  )
}
