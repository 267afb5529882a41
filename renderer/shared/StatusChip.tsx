import Box from '@mui/material/Box'
import type { ConnectionStatus, RunStatus } from '../../preload/api.ts'

type Look = { label: string; color: string }

const runs: Record<RunStatus, Look> = {
  planning: { label: 'Planning', color: 'info.main' },
  planned: { label: 'Ready to review', color: 'info.main' },
  blocked: { label: 'Needs your OK', color: 'warning.main' },
  comparing: { label: 'Comparing', color: 'info.main' },
  applying: { label: 'Sending', color: 'info.main' },
  paused: { label: 'Paused', color: 'warning.main' },
  waiting: { label: 'Needs sign-in', color: 'warning.main' },
  interrupted: { label: 'Interrupted', color: 'warning.main' },
  done: { label: 'Done', color: 'success.main' },
  failed: { label: 'Failed', color: 'error.main' },
  canceled: { label: 'Canceled', color: 'text.secondary' },
  discarded: { label: 'Replaced by a newer plan', color: 'text.secondary' },
}

const connections: Record<ConnectionStatus, Look> = {
  ok: { label: 'OK', color: 'success.main' },
  'not-tested': { label: 'Not tested', color: 'text.secondary' },
  'needs-sign-in': { label: 'Needs sign-in', color: 'warning.main' },
}

export const runStatusText = (status: RunStatus): string => runs[status].label
export const RunStatusChip = ({ status }: { status: RunStatus }) => <Chip {...runs[status]} />
/** A file is not signed in to: it is there or not. */
export function ConnectionStatusChip({ status, connector }: { status: ConnectionStatus; connector: string }) {
  const missing = (connector === 'file' || connector === 'sqlite') && status === 'needs-sign-in'
  return <Chip {...connections[status]} {...(missing && { label: 'Cannot be read' })} />
}

/** A dot and a word: the colour is never the only sign. */
export function Chip({ label, color }: Look) {
  return (
    <Box
      component="span"
      sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.75, whiteSpace: 'nowrap', fontSize: 12.5 }}
    >
      <Box component="span" sx={{ width: 8, height: 8, borderRadius: '50%', bgcolor: color, flexShrink: 0 }} />
      {label}
    </Box>
  )
}
