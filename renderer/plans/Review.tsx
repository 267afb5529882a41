import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useState } from 'react'
import type { ChangeFilter, GuardId, Op, Run } from '../../preload/api.ts'
import { ChangesTable } from '../changes/ChangesTable.tsx'
import { SearchField } from '../changes/SearchField.tsx'
import { useExport } from '../changes/useExport.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { ago, count, moment, toSend } from '../shared/format.ts'
import { Page } from '../shared/Page.tsx'
import { GuardCards } from './GuardCards.tsx'
import { backTo, titleOf } from './heading.ts'
import { OpTiles } from './OpTiles.tsx'
import { PlanAgain } from './PlanAgain.tsx'
import { PushButton } from './PushButton.tsx'

/** A complete plan: counts, what to look at, every change, and the one button that sends. */
export function Review({ run }: { run: Run }) {
  const [op, setOp] = useState<Op>()
  const [search, setSearch] = useState('')
  const [confirmed, setConfirmed] = useState<GuardId[]>([])
  const exported = useExport(run.id)
  const changes = toSend(run)
  const filter: ChangeFilter = { ...(op && { op }), ...(search && { search }) }
  return (
    <Page
      wide
      title={titleOf(run)}
      back={backTo(run)}
      about={
        <span title={run.plannedAt && moment(run.plannedAt)}>
          {count(run.read, 'row')} read {run.plannedAt && ago(run.plannedAt)}, compared with what Outflow sent last.
          Nothing is sent yet.
        </span>
      }
      actions={
        <>
          {!run.stale && <PlanAgain sync={run.sync} />}
          {changes + run.counts.invalid > 0 && (
            <Button loading={exported.pending} onClick={() => exported.save(filter)}>
              Export CSV
            </Button>
          )}
          <PushButton run={run} confirmed={confirmed} />
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
      <GuardCards guards={run.guards} confirmed={confirmed} onChange={setConfirmed} />
      <OpTiles counts={run.counts} chosen={op} onChoose={setOp} />
      {changes + run.counts.invalid > 0 && (
        <Box sx={{ mb: 1.5 }}>
          <SearchField label="Search these changes" onSearch={setSearch} />
        </Box>
      )}
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
