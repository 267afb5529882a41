import ExpandMore from '@mui/icons-material/ExpandMore'
import Box from '@mui/material/Box'
import IconButton from '@mui/material/IconButton'
import TableCell from '@mui/material/TableCell'
import TableRow from '@mui/material/TableRow'
import { useState } from 'react'
import type { Change, ChangeState, Op, Value } from '../../preload/api.ts'
import { shown } from '../shared/format.ts'
import { Chip } from '../shared/StatusChip.tsx'
import { FieldValues } from './FieldValues.tsx'
import type { LabelOf } from './useFieldLabels.ts'

const ops: Record<Op, { label: string; color: string }> = {
  add: { label: 'Add', color: 'success.main' },
  change: { label: 'Change', color: 'info.main' },
  remove: { label: 'Remove', color: 'error.main' },
  invalid: { label: 'Not sent', color: 'warning.main' },
}

const states: Record<ChangeState, { label: string; color: string }> = {
  planned: { label: 'Waiting', color: 'text.secondary' },
  sending: { label: 'Sending', color: 'info.main' },
  accepted: { label: 'Accepted', color: 'success.main' },
  skipped: { label: 'Skipped', color: 'text.secondary' },
  refused: { label: 'Refused', color: 'error.main' },
  unknown: { label: 'Unknown', color: 'warning.main' },
}

/** How many values a closed row shows. */
const AT_A_GLANCE = 4

type ChangeRowProps = { change: Change; withResult: boolean; labelOf: LabelOf }

/** One row of a plan: what happens to it and why; opened, every field. */
export function ChangeRow({ change, withResult, labelOf }: ChangeRowProps) {
  const [open, setOpen] = useState(false)
  const look = withResult && change.op !== 'invalid' ? states[change.state] : ops[change.op]
  return (
    <>
      <TableRow hover onClick={() => setOpen(!open)} sx={{ cursor: 'pointer', verticalAlign: 'top' }}>
        <TableCell sx={{ pr: 0, py: 0.25 }}>
          <IconButton
            size="small"
            aria-expanded={open}
            aria-label={`${open ? 'Hide' : 'Show'} all fields of ${change.label.slice(0, 60)}`}
            onClick={(event) => {
              event.stopPropagation()
              setOpen(!open)
            }}
          >
            <ExpandMore fontSize="small" sx={{ transform: open ? 'none' : 'rotate(-90deg)' }} />
          </IconButton>
        </TableCell>
        <TableCell
          dir="auto"
          sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
          title={change.label.slice(0, 500)}
        >
          {change.label.slice(0, 200) || (
            <Box component="span" sx={{ color: 'text.secondary' }}>
              empty
            </Box>
          )}
        </TableCell>
        <TableCell>
          <Chip {...look} />
        </TableCell>
        <TableCell>
          {change.problem && <Box sx={{ overflowWrap: 'anywhere' }}>{change.problem.message}</Box>}
          <Glance change={change} labelOf={labelOf} />
        </TableCell>
      </TableRow>
      {open && (
        <TableRow>
          <TableCell />
          <TableCell colSpan={3} sx={{ bgcolor: 'background.default' }}>
            <FieldValues change={change} labelOf={labelOf} />
          </TableCell>
        </TableRow>
      )}
    </>
  )
}

/** The values that matter most on one line: what differs, or the first ones. */
function Glance({ change, labelOf }: { change: Change; labelOf: LabelOf }) {
  const { before, after } = change
  const fields = Object.keys(after ?? before ?? {}).filter(
    (field) => change.op !== 'change' || !before || JSON.stringify(before[field]) !== JSON.stringify(after?.[field]),
  )
  return (
    <Box sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', color: 'text.secondary' }}>
      {fields.slice(0, AT_A_GLANCE).map((field) => (
        <Box component="bdi" key={field} sx={{ mr: 1.5 }}>
          {change.op === 'invalid' ? field : labelOf(field)}:{' '}
          <Box component="span" sx={{ color: 'text.primary' }}>
            {change.op === 'change' && before && <Old value={before[field]} />}
            {short(after ? after[field] : before?.[field])}
          </Box>
        </Box>
      ))}
      {fields.length > AT_A_GLANCE && <span>and {fields.length - AT_A_GLANCE} more</span>}
    </Box>
  )
}

function Old({ value }: { value: Value | undefined }) {
  return (
    <Box component="span" sx={{ color: 'text.secondary' }}>
      {short(value)} →{' '}
    </Box>
  )
}

const short = (value: Value | undefined) => shown(value).slice(0, 80)
