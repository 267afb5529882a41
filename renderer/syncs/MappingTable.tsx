import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import type { Column, Field, MappedFrom, MappingLine } from '../../preload/api.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { HiddenText } from '../shared/HiddenText.tsx'
import { MappingRow } from './MappingRow.tsx'
import type { Samples } from './useSamples.ts'

type MappingTableProps = {
  mapping: MappingLine[]
  missing: Field[]
  fields: Field[]
  columns: Column[]
  keyField: string | null
  confidence: Map<string, number>
  samples: Samples
  onChange: (mapping: MappingLine[]) => void
}

/** One line per field: what is needed first, then what is mapped; beside it a real row, before and after. */
export function MappingTable({
  mapping,
  missing,
  fields,
  columns,
  keyField,
  confidence,
  samples,
  onChange,
}: MappingTableProps) {
  const set = (field: string, from: MappedFrom) => {
    const known = mapping.some((line) => line.field === field)
    onChange(
      known ? mapping.map((line) => (line.field === field ? { field, from } : line)) : [...mapping, { field, from }],
    )
  }
  const field = (id: string) => fields.find((known) => known.id === id)
  return (
    <Paper sx={{ overflow: 'auto', mb: 1.5 }}>
      <Table size="small" sx={{ minWidth: 760 }}>
        <TableHead>
          <TableRow>
            <TableCell sx={{ width: '24%' }}>Field</TableCell>
            <TableCell sx={{ width: '38%' }}>Filled from</TableCell>
            <TableCell>
              <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.5 }}>
                <span>Becomes</span>
                <Box sx={{ flex: 1 }} />
                <Button
                  size="small"
                  aria-label="Previous row"
                  disabled={!samples.previous}
                  onClick={samples.previous}
                  sx={{ minWidth: 28, px: 0 }}
                >
                  ‹
                </Button>
                <Typography variant="caption" color="textSecondary">
                  {samples.place}
                </Typography>
                <Button
                  size="small"
                  aria-label="Next row"
                  disabled={!samples.next}
                  onClick={samples.next}
                  sx={{ minWidth: 28, px: 0 }}
                >
                  ›
                </Button>
              </Box>
            </TableCell>
            <TableCell sx={{ width: 48, position: 'relative' }}>
              <HiddenText>Remove</HiddenText>
            </TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {missing.map((needed) => (
            <MappingRow
              key={needed.id}
              id={needed.id}
              field={needed}
              columns={columns}
              isKey={needed.id === keyField}
              onSet={(from) => set(needed.id, from)}
            />
          ))}
          {mapping.map((line) => (
            <MappingRow
              key={line.field}
              id={line.field}
              from={line.from}
              field={field(line.field)}
              columns={columns}
              isKey={line.field === keyField}
              confidence={confidence.get(line.field)}
              sample={samples.sample}
              onSet={(from) => set(line.field, from)}
              onRemove={() => onChange(mapping.filter((other) => other.field !== line.field))}
            />
          ))}
        </TableBody>
      </Table>
      {samples.sample?.problem && (
        <Typography color="warning" sx={{ p: 1.5 }}>
          {samples.place} cannot be sent: {samples.sample.problem.message}
        </Typography>
      )}
      {samples.problem && <ProblemAlert problem={samples.problem} />}
    </Paper>
  )
}
