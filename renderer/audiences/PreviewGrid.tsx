import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import LinearProgress from '@mui/material/LinearProgress'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableHead from '@mui/material/TableHead'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { Preview, Query } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { count, number } from '../shared/format.ts'
import { ValueRows } from '../shared/ValueRows.tsx'
import { namesOf, PreviewHead, partOf } from './PreviewHead.tsx'
import { useProfile } from './useProfile.ts'

/** A screen draws no more; a warehouse table may have thousands. */
const MOST_COLUMNS = 100

type PreviewGridProps = { connection: string; query: Query; preview: Preview; busy: boolean; uniqueId: string[] }

/** The first rows, what their columns hold, and how many there are: known at once, or counted when asked. */
export function PreviewGrid({ connection, query, preview, busy, uniqueId }: PreviewGridProps) {
  const total = useCall('audiences.count', { connection, query }, { enabled: false })
  const [search, setSearch] = useState('')
  const wide = preview.columns.length > MOST_COLUMNS
  const wanted = wide ? search.trim().toLowerCase() : ''
  const matching = preview.columns
    .map((column, at) => ({ ...column, at }))
    .filter(({ name }) => name.toLowerCase().includes(wanted))
  const columns = matching.slice(0, MOST_COLUMNS)
  // The head asks; here it is only told which rows it is about, and how many there are where all were looked at.
  const profile = useProfile({ connection, query }, namesOf(partOf(columns, 0)), false)
  const looked = profile.isPlaceholderData ? undefined : profile.data
  const all = total.data?.rows ?? (looked?.whole ? looked.rows : undefined)
  return (
    <Box>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, minHeight: 36, mb: 0.5, flexWrap: 'wrap' }}>
        <Typography color="textSecondary">
          {preview.rows.length < 100 ? `${count(preview.rows.length, 'row')} in all` : 'The first 100 rows'}
          {preview.rows.length >= 100 && all !== undefined && ` of ${number(all)}`}
          {wide && `, ${number(columns.length)} of ${count(preview.columns.length, 'column')}`}
          {looked && !looked.whole && `. Filled and different: of the first ${number(looked.rows)} rows`}
        </Typography>
        {preview.rows.length >= 100 && (
          <Button loading={total.isFetching} onClick={() => void total.refetch()}>
            {all === undefined ? 'Count rows' : 'Count again'}
          </Button>
        )}
        {wide && (
          <TextField
            label="Find a column"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            sx={{ maxWidth: 220, ml: 'auto' }}
          />
        )}
        {profile.error && !profile.isFetching && (
          <Box sx={{ flexBasis: '100%' }}>
            <ProblemAlert
              problem={profile.error.problem}
              connection={connection}
              onRetry={() => void profile.refetch()}
            />
          </Box>
        )}
        {total.error && (
          <Box sx={{ flexBasis: '100%' }}>
            <ProblemAlert problem={total.error.problem} connection={connection} onRetry={() => void total.refetch()} />
          </Box>
        )}
      </Box>
      <Box sx={{ height: 4 }}>{busy && <LinearProgress aria-label="Reading the first rows" />}</Box>
      {preview.rows.length === 0 ? (
        <EmptyState title="There are no rows here">The query works, but nothing matches it now.</EmptyState>
      ) : (
        <Paper sx={{ overflow: 'auto', maxHeight: 480 }} tabIndex={0} role="region" aria-label="The first rows">
          <Table size="small" stickyHeader>
            <TableHead>
              <PreviewHead rows={{ connection, query }} columns={columns} uniqueId={uniqueId} busy={busy} />
            </TableHead>
            <ValueRows columns={columns} rows={preview.rows} />
          </Table>
        </Paper>
      )}
    </Box>
  )
}
