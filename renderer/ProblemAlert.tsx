import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Collapse from '@mui/material/Collapse'
import { useEffect, useState } from 'react'
import { Link } from 'react-router'
import type { Problem, Remedy } from '../preload/api.ts'
import { useCall } from './bridge.ts'
import { FindFile } from './files/FindFile.tsx'
import { count } from './shared/format.ts'

/** Where the remedies lead from this page. */
export type Remedies = {
  /** Asks or tries again. */
  onRetry?: () => void
  /** The connection that needs a new sign-in. */
  connection?: string
  /** The sync to edit. */
  sync?: string
}

const severity: Record<Remedy, 'error' | 'warning'> = {
  reconnect: 'warning',
  'edit-sync': 'warning',
  'fix-record': 'warning',
  retry: 'warning',
  confirm: 'warning',
  report: 'error',
}

/** The only place that draws a problem: what happened, what to do, one button; the details for the curious are folded. */
export function ProblemAlert({ problem, ...remedies }: { problem: Problem } & Remedies) {
  const [open, setOpen] = useState(false)
  return (
    <Alert
      severity={severity[problem.remedy]}
      variant="outlined"
      role="alert"
      sx={{ bgcolor: 'background.paper', alignItems: 'flex-start' }}
    >
      <Box sx={{ overflowWrap: 'anywhere' }}>{problem.message}</Box>
      <Box sx={{ display: 'flex', gap: 1, mt: 0.5, ml: -1, flexWrap: 'wrap', '&:empty': { display: 'none' } }}>
        <RemedyButton problem={problem} {...remedies} />
        {problem.detail && (
          <Button color="inherit" onClick={() => setOpen(!open)} aria-expanded={open}>
            {open ? 'Hide details' : 'Details'}
          </Button>
        )}
      </Box>
      <Collapse in={open} unmountOnExit>
        <Box
          component="pre"
          sx={{
            m: 0,
            mt: 1,
            fontSize: 12,
            whiteSpace: 'pre-wrap',
            overflowWrap: 'anywhere',
            maxHeight: 200,
            overflow: 'auto',
          }}
        >
          {problem.detail}
        </Box>
      </Collapse>
    </Alert>
  )
}

/** No button where the remedy is the page itself: a form with the wrong setting in it, an editor. */
function RemedyButton({ problem, onRetry, connection, sync }: { problem: Problem } & Remedies) {
  switch (problem.remedy) {
    case 'reconnect':
      if (connection) return <Reconnect connection={connection} onRetry={onRetry} />
      break
    case 'edit-sync':
      if (sync) return <Go to={`/syncs/${sync}`}>Edit the sync</Go>
      break
    case 'retry':
      break
    case 'fix-record':
    case 'confirm':
    case 'report':
      return <CopyDetails problem={problem} />
  }
  return onRetry ? <TryAgain waitMs={problem.retryAfterMs ?? 0} onRetry={onRetry} /> : null
}

/** A file is not signed in to: it is found again. */
function Reconnect({ connection, onRetry }: { connection: string; onRetry: (() => void) | undefined }) {
  const product = useCall('connections.get', { id: connection }).data?.connector
  if (product === 'file') return <FindFile connection={connection} onFound={onRetry} />
  return <Go to={`/connections/${connection}`}>Open the connection</Go>
}

/** Cannot be pressed before the other side wants to hear from us again. */
function TryAgain({ waitMs, onRetry }: { waitMs: number; onRetry: () => void }) {
  const [seconds, setSeconds] = useState(Math.ceil(waitMs / 1000))
  const waiting = seconds > 0
  useEffect(() => {
    if (!waiting) return
    const timer = setInterval(() => setSeconds((left) => left - 1), 1000)
    return () => clearInterval(timer)
  }, [waiting])
  return (
    <Button onClick={onRetry} disabled={waiting}>
      {waiting ? `Try again in ${count(seconds, 'second')}` : 'Try again'}
    </Button>
  )
}

function Go({ to, children }: { to: string; children: string }) {
  return (
    <Button component={Link} to={to}>
      {children}
    </Button>
  )
}

function CopyDetails({ problem }: { problem: Problem }) {
  const [label, setLabel] = useState('Copy details')
  const copy = () =>
    navigator.clipboard.writeText([problem.message, problem.detail].filter(Boolean).join('\n')).then(
      () => setLabel('Copied'),
      () => setLabel('Could not be copied; select the text instead'),
    )
  return <Button onClick={() => void copy()}>{label}</Button>
}
