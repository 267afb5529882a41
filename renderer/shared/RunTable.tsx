import Box from '@mui/material/Box'
import Link from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import { Link as RouterLink } from 'react-router'
import type { Run } from '../../preload/api.ts'
import { ago, duration, moment, number } from './format.ts'
import { RehearsalChip } from './RehearsalChip.tsx'
import { RunStatusChip } from './StatusChip.tsx'

/** The bar repeats the numbers beside it: it goes first where there is little room. */
const forWide = { xs: 'none', lg: 'table-cell' }

/** Runs, newest first, each leading to its page. */
export function RunTable({ runs, withSync = true }: { runs: Run[]; withSync?: boolean }) {
  return (
    <Paper sx={{ overflow: 'auto' }}>
      <Table size="small">
        <TableHead>
          <TableRow>
            <TableCell>Started</TableCell>
            {withSync && <TableCell>Sync</TableCell>}
            <TableCell>Status</TableCell>
            <TableCell align="right">Accepted</TableCell>
            <TableCell align="right">Refused</TableCell>
            <TableCell align="right">Unknown</TableCell>
            <TableCell align="right">Invalid</TableCell>
            <TableCell sx={{ width: 120, display: forWide }}>Result</TableCell>
            <TableCell align="right">Took</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {runs.map((run) => (
            <TableRow key={run.id} hover>
              <TableCell sx={{ whiteSpace: 'nowrap' }} title={moment(run.startedAt)}>
                <Link component={RouterLink} to={pageOf(run)}>
                  {ago(run.startedAt)}
                </Link>
              </TableCell>
              {withSync && (
                <TableCell sx={{ maxWidth: 320, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
                  {run.rehearsal && (
                    <>
                      <RehearsalChip />{' '}
                    </>
                  )}
                  {run.syncName}
                </TableCell>
              )}
              <TableCell>
                <RunStatusChip status={run.status} />
                {run.rehearsal && !withSync && <RehearsalChip />}
              </TableCell>
              <Count run={run} of="accepted" />
              <Count run={run} of="refused" />
              <Count run={run} of="unknown" />
              <Count run={run} of="invalid" />
              <TableCell sx={{ display: forWide }}>
                <ResultBar run={run} />
              </TableCell>
              <TableCell align="right" sx={{ whiteSpace: 'nowrap' }}>
                {run.finishedAt
                  ? duration(new Date(run.finishedAt).getTime() - new Date(run.startedAt).getTime())
                  : '–'}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Paper>
  )
}

/** Where a run is looked at. */
export const pageOf = (run: Run) =>
  ['planning', 'planned', 'blocked'].includes(run.status) ? `/plan/${run.id}` : `/runs/${run.id}`

/** What is not known yet is a dash, not 0: nothing is counted without a plan, and no result before a push. */
function Count({ run, of }: { run: Run; of: 'accepted' | 'refused' | 'unknown' | 'invalid' }) {
  const known = run.plannedAt !== undefined && (of === 'invalid' || wasPushed(run))
  const color = of !== 'accepted' && run.counts[of] > 0 ? 'error.main' : undefined
  return (
    <TableCell align="right" sx={{ color }}>
      {known ? number(run.counts[of]) : '–'}
    </TableCell>
  )
}

const wasPushed = ({ status }: Run) => !['planning', 'planned', 'blocked', 'discarded'].includes(status)

/** Accepted, refused and unknown as parts of a bar; the numbers beside it say the same. */
function ResultBar({ run }: { run: Run }) {
  const { accepted, skipped, refused, unknown, invalid } = run.counts
  const total = accepted + skipped + refused + unknown + invalid
  if (total === 0 || !wasPushed(run)) return null
  const part = (value: number, color: string) => value > 0 && <Box sx={{ flex: value, minWidth: 3, bgcolor: color }} />
  return (
    <Box aria-hidden="true" sx={{ display: 'flex', height: 8, borderRadius: 0.5, overflow: 'hidden', gap: '1px' }}>
      {part(accepted, 'success.main')}
      {part(skipped, 'text.disabled')}
      {part(refused + invalid, 'error.main')}
      {part(unknown, 'warning.main')}
    </Box>
  )
}
