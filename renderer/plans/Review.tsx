import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { ChangeFilter, GuardId, Op, Run } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ChangesTable } from '../changes/ChangesTable.tsx'
import { SearchField } from '../changes/SearchField.tsx'
import { useExport } from '../changes/useExport.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { settledOf } from '../runs/settled.ts'
import { ago, count, moment, toSend } from '../shared/format.ts'
import { Page } from '../shared/Page.tsx'
import { Compare } from './Compare.tsx'
import { GuardCards } from './GuardCards.tsx'
import { backTo, titleOf } from './heading.ts'
import { OpTiles } from './OpTiles.tsx'
import { PlanAgain } from './PlanAgain.tsx'
import { PushButton } from './PushButton.tsx'
import { SendOne } from './SendOne.tsx'

/** A complete plan: counts, what to look at, every change, and the one button that sends. */
export function Review({ run }: { run: Run }) {
  const [op, setOp] = useState<Op>()
  const [search, setSearch] = useState('')
  const [confirmed, setConfirmed] = useState<GuardId[]>([])
  const exported = useExport(run.id)
  const sync = useCall('syncs.get', { id: run.sync })
  const destination = sync.data?.destinationName ?? 'the destination'
  const changes = toSend(run)
  const filter: ChangeFilter = { ...(op && { op }), ...(search && { search }) }
  return (
    <Page
      wide
      rehearsal={run.rehearsal}
      title={titleOf(run)}
      back={backTo(run)}
      about={
        <span title={run.plannedAt && moment(run.plannedAt)}>
          {run.kind === 'undo' ? count(run.read, 'change') : `${count(run.read, 'row')} read`}{' '}
          {run.kind === 'undo' ? 'of that run looked at' : ''} {run.plannedAt && ago(run.plannedAt)}.{' '}
          {settledOf(run.counts) === 0
            ? 'Nothing is sent yet.'
            : `${count(settledOf(run.counts), 'record')} sent so far.`}
        </span>
      }
      actions={
        <>
          {!run.stale && run.kind === 'sync' && <PlanAgain sync={run.sync} />}
          {changes + run.counts.invalid > 0 && (
            <Button loading={exported.pending} onClick={() => exported.save(filter)}>
              Export CSV
            </Button>
          )}
          <PushButton run={run} mode={sync.data?.mode} confirmed={confirmed} />
        </>
      }
    >
      {run.stale && (
        <Alert
          severity="warning"
          variant="outlined"
          sx={{ mb: 2, bgcolor: 'background.paper' }}
          action={<PlanAgain sync={run.sync} />}
        >
          The sync or its audience changed after this plan was made. Plan again to see what would happen now.
        </Alert>
      )}
      {exported.problem && (
        <Box sx={{ mb: 2 }}>
          <ProblemAlert problem={exported.problem} />
        </Box>
      )}
      <Compare run={run} destination={destination} />
      <GuardCards guards={run.guards} confirmed={confirmed} onChange={setConfirmed} />
      <OpTiles counts={run.counts} chosen={op} onChoose={setOp} />
      {run.undo && run.kind === 'sync' && changes > 0 && (
        <Typography color="textSecondary" sx={{ mb: 1.5, maxWidth: 900 }}>
          {run.undo.note}
        </Typography>
      )}
      {changes + run.counts.invalid > 0 && (
        <Box sx={{ mb: 1.5 }}>
          <SearchField label="Search these changes" onSearch={setSearch} />
        </Box>
      )}
      <ChangesTable
        // What is there now is another list.
        key={run.comparedAt}
        run={run.id}
        sync={run.sync}
        filter={filter}
        withResult={settledOf(run.counts) > 0}
        inside={(change) => <SendOne run={run} change={change} confirmed={confirmed} />}
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
