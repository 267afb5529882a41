import Box from '@mui/material/Box'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import type { Change, Value } from '../../preload/api.ts'
import { shown } from '../shared/format.ts'
import type { LabelOf } from './useFieldLabels.ts'

/** Every field of a row, old beside new, whole. */
export function FieldValues({ change, labelOf }: { change: Change; labelOf: LabelOf }) {
  const { before, after, op } = change
  const fields = [...new Set([...Object.keys(after ?? {}), ...Object.keys(before ?? {})])]
  const differs = (field: string) =>
    op === 'change' && JSON.stringify(before?.[field]) !== JSON.stringify(after?.[field])
  return (
    <Table size="small" sx={{ tableLayout: 'fixed' }}>
      <TableHead>
        <TableRow>
          <TableCell sx={{ width: '24%' }}>{op === 'invalid' ? 'Column or field' : 'Field'}</TableCell>
          {before && <TableCell>Sent last</TableCell>}
          {after && <TableCell>{op === 'invalid' ? 'Value' : 'New'}</TableCell>}
        </TableRow>
      </TableHead>
      <TableBody>
        {fields.map((field) => (
          <TableRow key={field} sx={{ '& td': { fontWeight: differs(field) ? 600 : 400 } }}>
            <TableCell sx={{ overflowWrap: 'anywhere' }}>{op === 'invalid' ? field : labelOf(field)}</TableCell>
            {before && <Whole value={before[field]} />}
            {after && <Whole value={after[field]} />}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

function Whole({ value }: { value: Value | undefined }) {
  const absent = value === null || value === undefined
  return (
    <TableCell>
      <Box
        dir="auto"
        sx={{
          overflowWrap: 'anywhere',
          whiteSpace: 'pre-wrap',
          maxHeight: 160,
          overflow: 'auto',
          color: absent ? 'text.secondary' : undefined,
        }}
      >
        {value === undefined ? 'not mapped' : shown(value)}
      </Box>
    </TableCell>
  )
}
