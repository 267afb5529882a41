import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { Column, MappedFrom, MappingLine } from '../../preload/api.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { count } from '../shared/format.ts'
import { HiddenText } from '../shared/HiddenText.tsx'
import { type Line, withLine, withRule } from './lines.ts'
import { MappingRow } from './MappingRow.tsx'
import { SampleStepper } from './SampleStepper.tsx'
import type { Samples } from './useSamples.ts'

/** Lines drawn at once: a wide table may be mapped as a whole, and each line holds inputs. */
const PAGE = 60

type MappingTableProps = {
  mapping: MappingLine[]
  lines: Line[]
  columns: Column[]
  keyField: string | null
  /** Whether what the destination holds can be known. */
  readable: boolean
  confidenceOf: (field: string, from: MappedFrom | undefined) => number | undefined
  samples: Samples
  onChange: (mapping: MappingLine[]) => void
}

/** One line per field: what is needed first, then what is mapped; beside it a real row, before and after. */
export function MappingTable(props: MappingTableProps) {
  const { mapping, lines, columns, keyField, readable, confidenceOf, samples, onChange } = props
  const [shown, setShown] = useState(PAGE)
  const more = lines.length - shown
  return (
    <>
      <Paper sx={{ overflow: 'auto', mb: 1.5 }}>
        <Table size="small" sx={{ minWidth: 760, tableLayout: 'fixed' }}>
          <TableHead>
            <TableRow>
              <TableCell sx={{ width: '22%' }}>Field</TableCell>
              <TableCell sx={{ width: '46%' }}>Filled from</TableCell>
              <TableCell>
                <SampleStepper samples={samples} />
              </TableCell>
              <TableCell sx={{ width: 92, position: 'relative' }}>
                <HiddenText>Remove</HiddenText>
              </TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {lines.slice(0, shown).map((line) => (
              <MappingRow
                key={line.id}
                line={line}
                columns={columns}
                isKey={line.id === keyField}
                confidence={confidenceOf(line.id, line.from)}
                sample={samples.sample}
                readable={readable}
                onRule={(rule, skipEmpty) => onChange(withRule(mapping, line.id, rule, skipEmpty))}
                onSet={(from) => onChange(withLine(mapping, line.id, from))}
                onRemove={() => onChange(mapping.filter(({ field }) => field !== line.id))}
              />
            ))}
          </TableBody>
        </Table>
        {samples.sample?.problem && (
          <Typography color="warning" sx={{ p: 1.5 }} role="status">
            {samples.place} cannot be sent: {samples.sample.problem.message}
          </Typography>
        )}
      </Paper>
      {samples.problem && (
        <Box sx={{ mb: 1.5 }}>
          <ProblemAlert problem={samples.problem} />
        </Box>
      )}
      {more > 0 && (
        <Button variant="outlined" onClick={() => setShown(shown + PAGE)} sx={{ mb: 1.5 }}>
          Show more: {count(more, 'line')} below
        </Button>
      )}
    </>
  )
}
