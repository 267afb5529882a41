import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import LinearProgress from '@mui/material/LinearProgress'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { Navigate, useNavigate, useParams } from 'react-router'
import type { ChangeFilter, GuardId, Op, Run } from '../../preload/api.ts'
import { useAction, useCall, useProgress } from '../bridge.ts'
import { ChangesTable } from '../changes/ChangesTable.tsx'
import { SearchField } from '../changes/SearchField.tsx'
import { useExport } from '../changes/useExport.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { CountTile, Tiles } from '../shared/CountTile.tsx'
import { count, moment, number, toSend } from '../shared/format.ts'
import { Page } from '../shared/Page.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { GuardCards } from './GuardCards.tsx'
import { PlanAgain } from './PlanAgain.tsx'

/** What a push would do now, before anything is sent. */
export default function PlanPage() {
  const { id = '' } = useParams()
  const run = useCall('runs.get', { id })
  if (run.isPending) return <Waiting />
  if (run.isError) {
    return (
      <Page title="Review changes" back={{ to: '/syncs', label: 'Syncs' }}>
        <ProblemAlert problem={run.error.problem} />
      </Page>
    )
  }
  if (run.data.status === 'planning') return <Planning run={run.data} />
  if (run.data.status === 'planned' || run.data.status === 'blocked') return <Review key={id} run={run.data} />
  if (['failed', 'canceled', 'discarded'].includes(run.data.status)) return <NotReady run={run.data} />
  return <Navigate to={`/runs/${id}`} replace />
}

const titleOf = (run: Run) => `Review changes: ${run.syncName}`
const backTo = (run: Run) => ({ to: `/syncs/${run.sync}`, label: run.syncName })

function Planning({ run }: { run: Run }) {
  const progress = useProgress(run.id)
  const cancel = useAction('runs.cancel')
  const counts = progress?.counts
  return (
    <Page
      wide
      title={titleOf(run)}
      back={backTo(run)}
      actions={
        <Button variant="outlined" loading={cancel.isPending} onClick={() => cancel.mutate({ id: run.id })}>
          Cancel
        </Button>
      }
    >
      <LinearProgress aria-label="Comparing" sx={{ mb: 1 }} />
      <Typography color="textSecondary" sx={{ mb: 2 }}>
        {progress
          ? `Comparing: ${count(progress.read, 'row')} read, ${number(progress.rowsPerSecond)} a second. Nothing is sent.`
          : 'Reading the audience. Nothing is sent.'}
      </Typography>
      <Tiles label="Counts so far">
        <CountTile label="Add" value={counts?.added} tone="good" />
        <CountTile label="Change" value={counts?.changed} />
        <CountTile label="Remove" value={counts?.removed} tone="bad" />
        <CountTile label="Unchanged" value={counts?.unchanged} />
        <CountTile label="Invalid" value={counts?.invalid} tone="warn" />
      </Tiles>
    </Page>
  )
}

function NotReady({ run }: { run: Run }) {
  return (
    <Page title={titleOf(run)} back={backTo(run)} actions={<PlanAgain sync={run.sync} />}>
      {run.problem ? (
        <ProblemAlert problem={run.problem} sync={run.sync} />
      ) : (
        <Typography color="textSecondary">
          {run.status === 'canceled'
            ? 'This plan was canceled. Nothing was sent.'
            : 'A newer plan took the place of this one.'}
        </Typography>
      )}
    </Page>
  )
}

const tiles: {
  op: Op
  of: 'added' | 'changed' | 'removed' | 'invalid'
  label: string
  tone: 'good' | 'plain' | 'bad' | 'warn'
}[] = [
  { op: 'add', of: 'added', label: 'Add', tone: 'good' },
  { op: 'change', of: 'changed', label: 'Change', tone: 'plain' },
  { op: 'remove', of: 'removed', label: 'Remove', tone: 'bad' },
  { op: 'invalid', of: 'invalid', label: 'Invalid, not sent', tone: 'warn' },
]

function Review({ run }: { run: Run }) {
  const navigate = useNavigate()
  const [op, setOp] = useState<Op>()
  const [search, setSearch] = useState('')
  const [confirmed, setConfirmed] = useState<GuardId[]>([])
  const push = useAction('plans.push')
  const exported = useExport(run.id)
  const changes = toSend(run)
  const unconfirmed = run.guards.some((guard) => !confirmed.includes(guard.id))
  const filter: ChangeFilter = { ...(op && { op }), ...(search && { search }) }
  const send = () =>
    push.mutate({ run: run.id, confirm: confirmed }, { onSuccess: () => void navigate(`/runs/${run.id}`) })
  return (
    <Page
      wide
      title={titleOf(run)}
      back={backTo(run)}
      about={`${count(run.read, 'row')} read ${run.plannedAt ? moment(run.plannedAt) : ''}, compared with what Outflow sent last. Nothing is sent yet.`}
      actions={
        <>
          <PlanAgain sync={run.sync} />
          {changes + run.counts.invalid > 0 && (
            <Button loading={exported.pending} onClick={() => exported.save(filter)}>
              Export CSV
            </Button>
          )}
          <Button
            variant="contained"
            loading={push.isPending}
            disabled={changes === 0 || unconfirmed || run.stale}
            title={unconfirmed ? 'Confirm the notes below first' : ''}
            onClick={send}
          >
            {changes === 0 ? 'Nothing to push' : `Push ${count(changes, 'change')}`}
          </Button>
        </>
      }
    >
      {run.stale && (
        <Alert severity="warning" variant="outlined" sx={{ mb: 2, bgcolor: 'background.paper' }}>
          The sync or its audience changed after this plan was made. Plan again to see what would happen now.
        </Alert>
      )}
      {push.error && <ProblemAlert problem={push.error.problem} sync={run.sync} onRetry={send} />}
      {exported.problem && <ProblemAlert problem={exported.problem} />}
      <GuardCards guards={run.guards} confirmed={confirmed} onConfirm={(id) => setConfirmed([...confirmed, id])} />
      <Tiles label="Filter by kind of change">
        {tiles.map((tile) => (
          <CountTile
            key={tile.op}
            label={tile.label}
            tone={tile.tone}
            value={run.counts[tile.of]}
            selected={op === tile.op}
            onClick={() => setOp(op === tile.op ? undefined : tile.op)}
          />
        ))}
        <CountTile label="Unchanged, not sent" value={run.counts.unchanged} />
      </Tiles>
      <Box sx={{ mb: 1.5 }}>
        <SearchField label="Search these changes" onSearch={setSearch} />
      </Box>
      <ChangesTable
        run={run.id}
        sync={run.sync}
        filter={filter}
        withResult={false}
        empty={
          search
            ? 'No change holds this'
            : changes === 0 && !op
              ? 'Everything is up to date: there is nothing to send'
              : 'No changes of this kind'
        }
      />
    </Page>
  )
}
