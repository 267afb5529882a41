import Box from '@mui/material/Box'
import TableCell from '@mui/material/TableCell'
import Typography from '@mui/material/Typography'
import type { Change } from '../../preload/api.ts'
import { OpenableRow } from '../changes/OpenableRow.tsx'
import type { LabelOf } from '../changes/useFieldLabels.ts'
import { WhatWasSent } from '../runs/WhatWasSent.tsx'
import { Chip } from '../shared/StatusChip.tsx'
import { outcomeOf, tellingOf } from './mention.ts'

const oneLine = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const

type MentionRowProps = { run: string; sync: string; change: Change; text: string; labelOf: LabelOf }

/** One record of one run: which, what became of it, and what was changed; opened, every field and the raw request. */
export function MentionRow({ run, sync, change, text, labelOf }: MentionRowProps) {
  const telling = tellingOf(change, text)
  return (
    <OpenableRow
      change={change}
      sync={sync}
      labelOf={labelOf}
      inside={() => <WhatWasSent run={run} sync={sync} change={change} />}
    >
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
    </OpenableRow>
  )
}
