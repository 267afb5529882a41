import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Collapse from '@mui/material/Collapse'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Problem, Remedy } from '../preload/api.ts'

/** Where the remedies lead from this page. What is not given falls back to something that always helps. */
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
      <Box sx={{ display: 'flex', gap: 1, mt: 0.5, ml: -1, flexWrap: 'wrap' }}>
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

function RemedyButton({ problem, onRetry, connection, sync }: { problem: Problem } & Remedies) {
  if (problem.remedy === 'reconnect' && connection)
    return <Go to={`/connections/${connection}`}>Open the connection</Go>
  if (problem.remedy === 'edit-sync' && sync) return <Go to={`/syncs/${sync}`}>Edit the sync</Go>
  if (onRetry && problem.remedy !== 'fix-record') return <Button onClick={onRetry}>Try again</Button>
  return problem.remedy === 'report' && problem.detail ? <CopyDetails problem={problem} /> : null
}

function Go({ to, children }: { to: string; children: string }) {
  return (
    <Button component={Link} to={to}>
      {children}
    </Button>
  )
}

function CopyDetails({ problem }: { problem: Problem }) {
  const [copied, setCopied] = useState(false)
  const copy = () =>
    void navigator.clipboard.writeText(`${problem.message}\n${problem.detail}`).then(() => setCopied(true))
  return <Button onClick={copy}>{copied ? 'Copied' : 'Copy details'}</Button>
}
