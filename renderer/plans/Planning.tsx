import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import LinearProgress from '@mui/material/LinearProgress'
import Typography from '@mui/material/Typography'
import type { Run } from '../../preload/api.ts'
import { useAction, useProgress } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { CountTile, Tiles } from '../shared/CountTile.tsx'
import { count, number } from '../shared/format.ts'
import { Page } from '../shared/Page.tsx'
import { backTo, titleOf } from './heading.ts'

/** The comparison under way; the numbers grow, a dash stands for what is not known yet. */
export function Planning({ run }: { run: Run }) {
  const progress = useProgress(run.id)
  const cancel = useAction('runs.cancel')
  const counts = progress?.counts
  return (
    <Page
      wide
      rehearsal={run.rehearsal}
      title={titleOf(run)}
      back={backTo(run)}
      about={
        progress
          ? `Comparing: ${count(progress.read, 'row')} read, ${number(Math.round(progress.rowsPerSecond))} a second. Nothing is sent.`
          : 'Reading the audience. Nothing is sent.'
      }
      actions={
        <Button
          variant="outlined"
          loading={cancel.isPending || cancel.isSuccess}
          onClick={() => cancel.mutate({ id: run.id })}
        >
          Cancel
        </Button>
      }
    >
      {cancel.error && (
        <Box sx={{ mb: 2 }}>
          <ProblemAlert problem={cancel.error.problem} />
        </Box>
      )}
      <Tiles label="Counts so far">
        <CountTile label="Add" value={counts?.added} tone="good" />
        <CountTile label="Change" value={counts?.changed} />
        <CountTile label="Remove" value={counts?.removed} tone="bad" />
        <CountTile label="Invalid, not sent" value={counts?.invalid} tone="warn" />
        <CountTile label="Unchanged, not sent" value={counts?.unchanged} />
      </Tiles>
      <LinearProgress aria-label="Comparing" />
      {progress?.waiting && (
        <Typography color="textSecondary" sx={{ mt: 1 }}>
          {progress.waiting}
        </Typography>
      )}
    </Page>
  )
}
