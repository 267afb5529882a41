import Box from '@mui/material/Box'
import TableCell from '@mui/material/TableCell'
import type { ReactNode } from 'react'
import type { Change, ChangeState, Op } from '../../preload/api.ts'
import { Chip } from '../shared/StatusChip.tsx'
import { OpenableRow } from './OpenableRow.tsx'
import type { LabelOf } from './useFieldLabels.ts'

const ops: Record<Op, { label: string; color: string }> = {
  add: { label: 'Add', color: 'success.main' },
  change: { label: 'Change', color: 'info.main' },
  remove: { label: 'Remove', color: 'error.main' },
  invalid: { label: 'Not sent', color: 'warning.main' },
  excluded: { label: 'Left alone', color: 'text.secondary' },
  adopt: { label: 'Already there', color: 'text.secondary' },
}

const states: Record<ChangeState, { label: string; color: string }> = {
  planned: { label: 'Waiting', color: 'text.secondary' },
  sending: { label: 'Sending', color: 'info.main' },
  accepted: { label: 'Accepted', color: 'success.main' },
  skipped: { label: 'Skipped', color: 'text.secondary' },
  refused: { label: 'Refused', color: 'error.main' },
  unknown: { label: 'Unknown', color: 'warning.main' },
}

type ChangeRowProps = {
  change: Change
  sync: string
  withResult: boolean
  labelOf: LabelOf
  /** More about the row, below its fields, when it is open. */
  inside?: (change: Change) => ReactNode
}

/** One row of a plan: what happens to it and why; opened, every field. */
export function ChangeRow({ change, sync, withResult, labelOf, inside }: ChangeRowProps) {
  const isSent = change.op === 'add' || change.op === 'change' || change.op === 'remove'
  const look = withResult && isSent ? states[change.state] : ops[change.op]
  return (
    <OpenableRow change={change} sync={sync} labelOf={labelOf} inside={inside && (() => inside(change))}>
      <TableCell
        dir="auto"
        sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
        title={change.label.slice(0, 500)}
      >
        {change.label.slice(0, 200) || (
          <Box component="span" sx={{ color: 'text.secondary', fontStyle: 'italic' }}>
            empty
          </Box>
        )}
      </TableCell>
      <TableCell>
        <Chip {...look} />
      </TableCell>
    </OpenableRow>
  )
}
