import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useDeferredValue, useMemo, useState } from 'react'
import type { Exclusion } from '../../preload/api.ts'
import { EmptyState } from '../shared/EmptyState.tsx'
import { ago, count, moment, number } from '../shared/format.ts'
import { HiddenText } from '../shared/HiddenText.tsx'
import { listed } from './exclusions.ts'

/** A list may hold 100,000 values; a screen draws a few at first, then more of them. */
const FIRST = 10
const MORE = 50

type ExclusionTableProps = {
  list: Exclusion[]
  /** The value that is on its way off the list. */
  busy: string | undefined
  onRemove: (line: Exclusion) => void
}

/** The list, searched as one types. */
export function ExclusionTable({ list, busy, onRemove }: ExclusionTableProps) {
  const [search, setSearch] = useState('')
  const [most, setMost] = useState(FIRST)
  const wanted = useDeferredValue(search)
  const matching = useMemo(() => listed(list, wanted), [list, wanted])
  if (list.length === 0) {
    return <EmptyState title="Nobody is on the list">Every row of an audience may be sent.</EmptyState>
  }
  return (
    <>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', mb: 1 }}>
        <TextField
          label="Search the list"
          value={search}
          onChange={(event) => {
            setSearch(event.target.value)
            setMost(FIRST)
          }}
          sx={{ maxWidth: 280 }}
        />
        <Typography color="textSecondary" role="status">
          {matching.length === list.length
            ? `${count(list.length, 'value')} on the list`
            : `${number(matching.length)} of ${count(list.length, 'value')}`}
        </Typography>
      </Box>
      {matching.length === 0 ? (
        <EmptyState title="No value or note holds this">Search for another word, or a part of it.</EmptyState>
      ) : (
        <Paper sx={{ overflow: 'auto' }}>
          <Table size="small" sx={{ tableLayout: 'fixed', minWidth: 640 }}>
            <TableHead>
              <TableRow>
                <TableCell sx={{ width: '38%' }}>Never sent</TableCell>
                <TableCell>Note</TableCell>
                <TableCell sx={{ width: 150 }}>Added</TableCell>
                <TableCell sx={{ width: 150, position: 'relative' }}>
                  <HiddenText>Remove</HiddenText>
                </TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {matching.slice(0, most).map((line) => (
                <TableRow key={line.value} hover>
                  <TableCell dir="auto" sx={{ overflowWrap: 'anywhere' }}>
                    {line.value}
                  </TableCell>
                  <TableCell dir="auto" sx={{ overflowWrap: 'anywhere', color: 'text.secondary' }}>
                    {line.note}
                  </TableCell>
                  <TableCell title={moment(line.addedAt)} sx={{ whiteSpace: 'nowrap' }}>
                    {ago(line.addedAt)}
                  </TableCell>
                  <TableCell align="right" sx={{ py: 0 }}>
                    <Button
                      loading={busy === line.value}
                      disabled={busy !== undefined}
                      aria-label={`Take off the list: ${line.value.slice(0, 60)}`}
                      onClick={() => onRemove(line)}
                    >
                      Take off the list
                    </Button>
                  </TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </Paper>
      )}
      {matching.length > most && (
        <Box sx={{ mt: 1 }}>
          <Button variant="outlined" onClick={() => setMost(most + MORE)}>
            Show more
          </Button>
        </Box>
      )}
    </>
  )
}
