import ExpandMore from '@mui/icons-material/ExpandMore'
import Box from '@mui/material/Box'
import IconButton from '@mui/material/IconButton'
import TableCell from '@mui/material/TableCell'
import TableRow from '@mui/material/TableRow'
import { type ReactNode, useState } from 'react'
import type { Change } from '../../preload/api.ts'
import { FieldValues } from './FieldValues.tsx'
import { Glance } from './Glance.tsx'
import { RowProblem } from './RowProblem.tsx'
import type { LabelOf } from './useFieldLabels.ts'

type OpenableRowProps = {
  change: Change
  sync: string
  labelOf: LabelOf
  /** Two cells: which record, and what becomes or became of it. */
  children: ReactNode
  /** More about the row, below its fields, when it is open. */
  inside?: (() => ReactNode) | undefined
}

/** A record in a list of changes: closed, what is told at a glance; opened, every field. */
export function OpenableRow({ change, sync, labelOf, children, inside }: OpenableRowProps) {
  const [open, setOpen] = useState(false)
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
        {children}
        <TableCell>
          {change.problem && <Box sx={{ overflowWrap: 'anywhere' }}>{change.problem.message}</Box>}
          <Glance change={change} labelOf={labelOf} />
        </TableCell>
      </TableRow>
      {open && (
        <TableRow>
          <TableCell />
          <TableCell colSpan={3} sx={{ bgcolor: 'background.default' }}>
            {change.problem && <RowProblem problem={change.problem} sync={sync} />}
            <FieldValues change={change} labelOf={labelOf} />
            {inside?.()}
          </TableCell>
        </TableRow>
      )}
    </>
  )
}
