import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import type { Field, PracticeRecord, Value } from '../../preload/api.ts'
import { ago, moment, shown } from '../shared/format.ts'
import { Chip } from '../shared/StatusChip.tsx'
import type { PracticeObject } from './objects.ts'

/** The longest text of a cell and of its tip, in characters: a cell may hold megabytes. */
const CELL = 200
const TIP = 1_000

const numbers: readonly Field['type'][] = ['integer', 'decimal', 'float']

type RecordsTableProps = { object: PracticeObject; fields: Field[]; records: PracticeRecord[] }

/** A page of records. State and time come first: they stay in sight however many fields there are. */
export function RecordsTable({ object, fields, records }: RecordsTableProps) {
  return (
    <Paper
      sx={{ overflow: 'auto', maxHeight: 'max(240px, calc(100vh - 200px))' }}
      tabIndex={0}
      role="region"
      aria-label="Records"
    >
      <Table size="small" stickyHeader>
        <TableHead>
          <TableRow>
            {object.archives && <TableCell>State</TableCell>}
            <TableCell sx={{ whiteSpace: 'nowrap' }}>{object.time}</TableCell>
            {fields.map((field) => (
              <TableCell key={field.id} align={alignOf(field)} sx={{ whiteSpace: 'nowrap' }}>
                {field.label}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {records.map((record) => (
            <TableRow key={record.id} hover>
              {object.archives && (
                <TableCell>
                  <Chip {...(record.archived ? archived : active)} />
                </TableCell>
              )}
              <TableCell sx={{ whiteSpace: 'nowrap' }} title={moment(record.updatedAt)}>
                {ago(record.updatedAt)}
              </TableCell>
              {fields.map((field) => (
                <ValueCell key={field.id} value={record.values[field.id] ?? null} align={alignOf(field)} />
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Paper>
  )
}

const active = { label: 'Active', color: 'success.main' }
const archived = { label: 'Archived', color: 'text.disabled' }

const alignOf = ({ type }: Field) => (numbers.includes(type) ? 'right' : 'left')

function ValueCell({ value, align }: { value: Value; align: 'left' | 'right' }) {
  const text = value === null ? '' : shown(value)
  return (
    <TableCell
      dir="auto"
      title={text.slice(0, TIP)}
      align={align}
      sx={{ maxWidth: 260, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
    >
      {text.slice(0, CELL)}
    </TableCell>
  )
}
