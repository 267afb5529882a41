import Button from '@mui/material/Button'
import MuiLink from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import { Link } from 'react-router'
import type { Run, SyncSummary } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { PlanAgain } from '../plans/PlanAgain.tsx'
import { wasPushed } from '../runs/settled.ts'
import { EmptyState } from '../shared/EmptyState.tsx'
import { ago, modeTexts, moment, number } from '../shared/format.ts'
import { HiddenText } from '../shared/HiddenText.tsx'
import { Page } from '../shared/Page.tsx'
import { RehearsalChip } from '../shared/RehearsalChip.tsx'
import { RunStatusChip } from '../shared/StatusChip.tsx'
import { Waiting } from '../shared/Waiting.tsx'

/** Every sync: who goes where, how, and how it went last. */
export default function SyncsPage() {
  const syncs = useCall('syncs.list', {})
  const add = (
    <Button component={Link} to="/syncs/new" variant="contained">
      New sync
    </Button>
  )
  return (
    <Page wide title="Syncs" about="What keeps which tool up to date." actions={add}>
      {syncs.isPending && <Waiting />}
      {syncs.error && <ProblemAlert problem={syncs.error.problem} onRetry={() => void syncs.refetch()} />}
      {syncs.data?.length === 0 && (
        <EmptyState title="No sync yet" action={add}>
          A sync sends an audience to a tool. You see every change before it is sent.
        </EmptyState>
      )}
      {syncs.data && syncs.data.length > 0 && (
        <Paper sx={{ overflow: 'auto' }}>
          <Table size="small">
            <TableHead>
              <TableRow>
                <TableCell>Name</TableCell>
                <TableCell>Who and where</TableCell>
                <TableCell>Mode</TableCell>
                <TableCell>Last run</TableCell>
                <TableCell sx={{ whiteSpace: 'nowrap' }}>Next run</TableCell>
                <TableCell sx={{ position: 'relative' }}>
                  <HiddenText>Review</HiddenText>
                </TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {syncs.data.map((sync) => (
                <SyncRow key={sync.id} sync={sync} />
              ))}
            </TableBody>
          </Table>
        </Paper>
      )}
    </Page>
  )
}

function SyncRow({ sync }: { sync: SyncSummary }) {
  const { lastRun } = sync
  const runPage =
    lastRun &&
    (['planned', 'blocked', 'planning'].includes(lastRun.status) ? `/plan/${lastRun.id}` : `/runs/${lastRun.id}`)
  return (
    <TableRow hover>
      <TableCell sx={{ overflowWrap: 'anywhere' }}>
        <MuiLink component={Link} to={`/syncs/${sync.id}`}>
          {sync.name}
        </MuiLink>
      </TableCell>
      <TableCell sx={{ overflowWrap: 'anywhere' }}>
        {sync.audienceName} → {sync.destinationName}, {sync.objectLabel} {sync.rehearsal && <RehearsalChip />}
      </TableCell>
      <TableCell>{modeTexts[sync.mode].name}</TableCell>
      <TableCell sx={{ whiteSpace: 'nowrap' }}>
        {lastRun && runPage ? (
          <MuiLink component={Link} to={runPage} title={moment(lastRun.startedAt)} color="inherit">
            <RunStatusChip status={lastRun.status} /> {ago(lastRun.startedAt)}{' '}
            {lastRun.rehearsal && !sync.rehearsal && <RehearsalChip />}
            <Typography
              variant="caption"
              component="div"
              color={lastRun.counts.refused > 0 ? 'error' : 'textSecondary'}
            >
              {outcome(lastRun)}
            </Typography>
          </MuiLink>
        ) : (
          'never'
        )}
      </TableCell>
      <TableCell sx={{ whiteSpace: 'nowrap' }} title={sync.nextRunAt ? moment(sync.nextRunAt) : ''}>
        {nextText(sync)}
      </TableCell>
      <TableCell align="right">
        <PlanAgain sync={sync.id} label="Review changes" name={`Review changes: ${sync.name}`} variant="outlined" />
      </TableCell>
    </TableRow>
  )
}

/** When it runs next, in a few words. */
function nextText({ schedule, nextRunAt, paused, scheduleProblem }: SyncSummary): string {
  if (schedule.kind === 'manual') return 'by hand'
  if (paused) return 'paused'
  if (scheduleProblem) return 'never'
  if (nextRunAt) return Date.parse(nextRunAt) > Date.now() ? ago(nextRunAt) : 'due now'
  return schedule.kind === 'after' ? 'after another' : 'paused'
}

/** The result in a few words; nothing before a push. */
function outcome(run: Run): string {
  if (!wasPushed(run)) return ''
  const { accepted, refused, unknown } = run.counts
  return [
    `${number(accepted)} accepted`,
    refused > 0 && `${number(refused)} refused`,
    unknown > 0 && `${number(unknown)} unknown`,
  ]
    .filter(Boolean)
    .join(', ')
}
