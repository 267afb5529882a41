import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import { type ReactNode, useEffect, useEffectEvent } from 'react'
import type { Change, ChangeFilter } from '../../preload/api.ts'
import { usePages } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { HiddenText } from '../shared/HiddenText.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { ChangeRow } from './ChangeRow.tsx'
import { useFieldLabels } from './useFieldLabels.ts'

const PAGE = 100
/** Between two looks at a run under way. In milliseconds. */
const FOLLOW_MS = 3_000

type ChangesTableProps = {
  run: string
  sync: string
  filter: ChangeFilter
  /** Whether the rows have results yet. */
  withResult: boolean
  /** How many rows match just now, while that changes: the list follows, not more often than every few seconds. */
  live?: number
  /** What an empty list means here. */
  empty: string
  /** More about a row, below its fields, when it is open. */
  inside?: (change: Change) => ReactNode
}

/** Rows of a plan, each with its old and new values; more of them on demand. */
export function ChangesTable({ run, sync, filter, withResult, live, empty, inside }: ChangesTableProps) {
  const labelOf = useFieldLabels(sync)
  const answer = usePages('plans.changes', { run, filter, limit: PAGE }, ({ next }) =>
    next === undefined ? undefined : { after: next },
  )
  const follow = useEffectEvent((matching: number) => {
    const loaded = answer.data?.pages.flatMap((page) => page.changes).length ?? 0
    // A full page stays as it is: what comes later comes after it.
    if (answer.isFetching || loaded >= PAGE || loaded >= matching) return
    if (loaded === 0 || Date.now() - answer.dataUpdatedAt > FOLLOW_MS) void answer.refetch()
  })
  useEffect(() => {
    if (live !== undefined) follow(live)
  }, [live])
  const { hasNextPage, isFetching, isPlaceholderData, isError, fetchNextPage } = answer
  // A page that is not full and not the last is what was found so far: the core looks through a long plan in pieces.
  const looking = hasNextPage && !isPlaceholderData && (answer.data?.pages.at(-1)?.changes.length ?? 0) < PAGE
  useEffect(() => {
    if (looking && !isFetching && !isError) void fetchNextPage()
  }, [looking, isFetching, isError, fetchNextPage])
  if (answer.isPending) return <Waiting />
  if (answer.error) return <ProblemAlert problem={answer.error.problem} onRetry={() => void answer.refetch()} />
  const changes = answer.data.pages.flatMap((page) => page.changes)
  // The count is ahead of the list: the first rows are on their way.
  if (changes.length === 0 && live !== undefined && live > 0 && !filter.search) return <Waiting />
  if (changes.length === 0) return looking ? <Looking /> : <EmptyState title={empty} />
  return (
    <>
      <Paper sx={{ overflow: 'auto' }}>
        <Table size="small" sx={{ tableLayout: 'fixed', minWidth: 720 }}>
          <TableHead>
            <TableRow>
              <TableCell sx={{ width: 44, position: 'relative' }}>
                <HiddenText>Show all fields</HiddenText>
              </TableCell>
              <TableCell sx={{ width: 150 }}>Unique id</TableCell>
              <TableCell sx={{ width: 132 }}>{withResult ? 'Result' : 'What happens'}</TableCell>
              <TableCell>{withResult ? 'Reason and values' : 'Values'}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {changes.map((change) => (
              <ChangeRow
                key={change.id}
                change={change}
                sync={sync}
                withResult={withResult}
                labelOf={labelOf}
                {...(inside && { inside })}
              />
            ))}
          </TableBody>
        </Table>
      </Paper>
      {looking && <Looking />}
      {hasNextPage && !looking && (
        <Box sx={{ mt: 1 }}>
          <Button variant="outlined" loading={answer.isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        </Box>
      )}
    </>
  )
}

/** A long plan is looked through: what was found so far stands above. */
function Looking() {
  return (
    <Box sx={{ mt: 1 }}>
      <Waiting label="Searching" />
      <Typography role="status" color="textSecondary" sx={{ mt: 0.5 }}>
        Searching the whole plan…
      </Typography>
    </Box>
  )
}
