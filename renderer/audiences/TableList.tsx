import Box from '@mui/material/Box'
import List from '@mui/material/List'
import ListItemButton from '@mui/material/ListItemButton'
import Paper from '@mui/material/Paper'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { useSettled } from '../shared/useSettled.ts'
import { Waiting } from '../shared/Waiting.tsx'

type TableListProps = { connection: string; chosen: string[] | undefined; onChoose: (path: string[]) => void }

/** The tables of a source, found by a part of their name. */
export function TableList({ connection, chosen, onChoose }: TableListProps) {
  const [search, setSearch] = useState('')
  const wanted = useSettled(search.trim())
  const tables = useCall(
    'connections.tables',
    { id: connection, ...(wanted && { search: wanted }) },
    { keep: true, enabled: connection !== '', staleTime: 30_000 },
  )
  const columns = useCall(
    'connections.columns',
    { id: connection, query: { kind: 'table', table: chosen ?? [] } },
    { enabled: chosen !== undefined, staleTime: 30_000 },
  )
  return (
    <Box>
      <TextField
        label="Search tables"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        sx={{ mb: 1 }}
      />
      {tables.isPending && <Waiting />}
      {tables.error && (
        <ProblemAlert problem={tables.error.problem} connection={connection} onRetry={() => void tables.refetch()} />
      )}
      {tables.data && (
        <Paper sx={{ maxHeight: 420, overflow: 'auto' }}>
          {tables.data.tables.length === 0 && (
            <Typography color="textSecondary" sx={{ p: 1.5 }}>
              {wanted ? 'No table has this in its name.' : 'There are no tables here.'}
            </Typography>
          )}
          <List dense disablePadding aria-label="Tables">
            {tables.data.tables.map(({ path, kind, rowEstimate }) => {
              const name = path.join('.')
              const selected = chosen?.join('.') === name
              return (
                <Box component="li" key={name}>
                  <ListItemButton selected={selected} onClick={() => onChoose(path)} sx={{ py: 0.5, gap: 1 }}>
                    <Box component="span" sx={{ flex: 1, overflowWrap: 'anywhere' }}>
                      {name}
                    </Box>
                    <Typography variant="caption" color="textSecondary">
                      {rowEstimate !== undefined
                        ? `~${rowEstimate.toLocaleString('en')}`
                        : kind === 'view'
                          ? 'view'
                          : ''}
                    </Typography>
                  </ListItemButton>
                  {selected &&
                    columns.data?.map((column) => (
                      <Box key={column.name} sx={{ pl: 3, pr: 2, py: 0.125, display: 'flex', gap: 1, fontSize: 12 }}>
                        <Box component="span" sx={{ flex: 1, overflowWrap: 'anywhere' }}>
                          {column.name}
                        </Box>
                        <Box component="span" sx={{ color: 'text.secondary' }}>
                          {column.sourceType}
                        </Box>
                      </Box>
                    ))}
                </Box>
              )
            })}
          </List>
          {tables.data.next && (
            <Typography variant="caption" color="textSecondary" component="p" sx={{ p: 1 }}>
              There are more: search by name.
            </Typography>
          )}
        </Paper>
      )}
    </Box>
  )
}
