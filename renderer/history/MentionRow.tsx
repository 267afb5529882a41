import ExpandMore from '@mui/icons-material/ExpandMore'
import Box from '@mui/material/Box'
import IconButton from '@mui/material/IconButton'
import TableCell from '@mui/material/TableCell'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { Change } from '../../preload/api.ts'
import { FieldValues } from '../changes/FieldValues.tsx'
import { Glance } from '../changes/Glance.tsx'
import { RowProblem } from '../changes/RowProblem.tsx'
import type { LabelOf } from '../changes/useFieldLabels.ts'
import { WhatWasSent } from '../runs/WhatWasSent.tsx'
import { Chip } from '../shared/StatusChip.tsx'
import { outcomeOf, tellingOf } from './mention.ts'

const oneLine = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const

type MentionRowProps = { run: string; sync: string; change: Change; text: string; labelOf: LabelOf }

/** One record of one run: which, what became of it, and what was changed; opened, every field and the raw request. */
export function MentionRow({ run, sync, change, text, labelOf }: MentionRowProps) {
  const [open, setOpen] = useState(false)
  const telling = tellingOf(change, text)
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
        <TableCell title={change.label.slice(0, 500)}>
          <Box dir="auto" sx={oneLine}>
            {change.label.slice(0, 200)}
          </Box>
          {telling && (
            <Typography
              variant="caption"
              component="div"
              color="textSecondary"
              sx={oneLine}
              title={telling.value.slice(0, 500)}
            >
              {labelOf(telling.field)}: <bdi>{telling.value.slice(0, 200)}</bdi>
            </Typography>
          )}
        </TableCell>
        <TableCell>
          <Chip {...outcomeOf(change)} />
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
            {change.problem && <RowProblem problem={change.problem} sync={sync} />}
            <FieldValues change={change} labelOf={labelOf} />
            <WhatWasSent run={run} sync={sync} change={change} />
          </TableCell>
        </TableRow>
      )}
    </>
  )
}
