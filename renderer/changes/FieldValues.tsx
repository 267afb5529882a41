import Box from '@mui/material/Box'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import type { Change, KeptField, Value } from '../../preload/api.ts'
import { shown } from '../shared/format.ts'
import { differencesOf } from './differences.ts'
import type { LabelOf } from './useFieldLabels.ts'

const keptTexts: Record<KeptField['why'], string> = {
  edited: 'Someone changed this there. It is left as it is.',
  filled: 'It is filled there. It is left as it is.',
  exists: 'The record exists. This is written in new records only.',
}

/** Every field of a row, whole: what was sent last, what the destination holds where it was asked, and what is sent now. */
export function FieldValues({ change, labelOf }: { change: Change; labelOf: LabelOf }) {
  const { before, after, live, op } = change
  const raw = op === 'invalid'
  return (
    <Table size="small" sx={{ tableLayout: 'fixed' }}>
      <TableHead>
        <TableRow>
          <TableCell sx={{ width: '22%' }}>{raw ? 'Column or field' : 'Field'}</TableCell>
          {before && <TableCell>Sent last</TableCell>}
          {live !== undefined && <TableCell>{change.state === 'planned' ? 'There now' : 'There before'}</TableCell>}
          {after && <TableCell>{raw || op === 'excluded' ? 'Value' : 'New'}</TableCell>}
        </TableRow>
      </TableHead>
      <TableBody>
        {differencesOf(change).map(({ field, differs, kept: why }) => {
          return (
            <TableRow key={field} sx={{ '& td': { fontWeight: differs && !why ? 600 : 400 } }}>
              <TableCell sx={{ overflowWrap: 'anywhere' }}>{raw ? field : labelOf(field)}</TableCell>
              {before && <Whole value={before[field]} absent="not sent" />}
              {live !== undefined && <Whole value={live?.[field]} absent={live ? 'cannot be compared' : 'not there'} />}
              {after && (
                <Whole value={after[field]} absent="not mapped" struck={why !== undefined}>
                  {why && (
                    <Typography variant="caption" component="div" color="textSecondary">
                      {keptTexts[why]}
                    </Typography>
                  )}
                </Whole>
              )}
            </TableRow>
          )
        })}
      </TableBody>
    </Table>
  )
}

type WholeProps = { value: Value | undefined; absent: string; struck?: boolean; children?: React.ReactNode }

function Whole({ value, absent, struck = false, children }: WholeProps) {
  const none = value === null || value === undefined
  return (
    <TableCell>
      <Box
        dir="auto"
        sx={{
          overflowWrap: 'anywhere',
          whiteSpace: 'pre-wrap',
          maxHeight: 160,
          overflow: 'auto',
          color: none || struck ? 'text.secondary' : undefined,
          textDecoration: struck ? 'line-through' : undefined,
        }}
      >
        {value === undefined ? absent : shown(value)}
      </Box>
      {children}
    </TableCell>
  )
}
