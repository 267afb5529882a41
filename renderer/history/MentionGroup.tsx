import Box from '@mui/material/Box'
import MuiLink from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import { useId } from 'react'
import { Link } from 'react-router'
import { useCall } from '../bridge.ts'
import { useFieldLabels } from '../changes/useFieldLabels.ts'
import { ago, moment } from '../shared/format.ts'
import { HiddenText } from '../shared/HiddenText.tsx'
import { MentionRow } from './MentionRow.tsx'
import type { MentionsOfRun } from './mention.ts'

/** What one run sent about the records that were asked for. */
export function MentionGroup({ group, text }: { group: MentionsOfRun; text: string }) {
  const { run, sync, syncName, at, changes } = group
  const labelOf = useFieldLabels(sync)
  const kind = useCall('runs.get', { id: run }).data?.kind
  const heading = useId()
  return (
    <Box component="section" aria-labelledby={heading} sx={{ mb: 2 }}>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'baseline', mb: 0.5, flexWrap: 'wrap' }}>
        <Typography id={heading} variant="h3" component="h2" sx={{ overflowWrap: 'anywhere' }}>
          <MuiLink component={Link} to={`/runs/${run}`}>
            {kind === 'undo' && 'Undo: '}
            {syncName}
          </MuiLink>
        </Typography>
        <Typography color="textSecondary">
          {moment(at)}, {ago(at)}
        </Typography>
      </Box>
      <Paper sx={{ overflow: 'auto' }}>
        <Table size="small" sx={{ tableLayout: 'fixed', minWidth: 680 }}>
          <TableHead>
            <TableRow>
              <TableCell sx={{ width: 44, position: 'relative' }}>
                <HiddenText>Show all fields</HiddenText>
              </TableCell>
              <TableCell sx={{ width: 190 }}>Record</TableCell>
              <TableCell sx={{ width: 124 }}>Result</TableCell>
              <TableCell>What was sent, old → new</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {changes.map((change) => (
              <MentionRow key={change.id} run={run} sync={sync} change={change} text={text} labelOf={labelOf} />
            ))}
          </TableBody>
        </Table>
      </Paper>
    </Box>
  )
}
