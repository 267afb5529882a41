import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import List from '@mui/material/List'
import Paper from '@mui/material/Paper'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { usePages } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { useSettled } from '../shared/useSettled.ts'
import { Waiting } from '../shared/Waiting.tsx'
import { TableItem } from './TableItem.tsx'
import { useColumnHits } from './useColumnHits.ts'

type TableListProps = {
  connection: string
  chosen?: string[] | undefined
  onChoose?: (path: string[]) => void
  /** Where a table is not chosen but written into SQL. */
  onInsert?: (path: string[]) => void
}

/** The tables of a source, found by a part of their name or of a column's; the one that is open shows its columns. */
export function TableList({ connection, chosen, onChoose, onInsert }: TableListProps) {
  const [search, setSearch] = useState('')
  const [opened, setOpened] = useState<string[] | undefined>(chosen)
  const wanted = useSettled(search.trim())
  const answer = usePages('connections.tables', { id: connection, ...(wanted && { search: wanted }) }, ({ next }) =>
    next === undefined ? undefined : { after: next },
  )
  const { hits, all } = useColumnHits(connection, wanted)
  const named = answer.data?.pages.flatMap((page) => page.tables)
  const others = hits.filter(({ table }) => !named?.some(({ path }) => same(path, table.path)))
  const tables = named && [...named, ...others.map(({ table }) => table)]
  const foundIn = (path: string[]) => hits.find(({ table }) => same(table.path, path))?.columns ?? []
  const press = (path: string[]) => {
    setOpened(same(opened, path) && (!onChoose || same(chosen, path)) ? undefined : path)
    onChoose?.(path)
  }
  return (
    <Box>
      <TextField
        label="Search tables and columns"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        sx={{ mb: 1 }}
      />
      {answer.isPending && <Waiting label="Loading the tables" />}
      {answer.error && (
        <ProblemAlert problem={answer.error.problem} connection={connection} onRetry={() => void answer.refetch()} />
      )}
      {tables && (
        <Paper sx={{ maxHeight: 420, overflow: 'auto' }}>
          {tables.length === 0 && (
            <Typography color="textSecondary" sx={{ p: 1.5 }}>
              {wanted ? nothingFound(all) : 'There are no tables here.'}
            </Typography>
          )}
          <List dense disablePadding aria-label="Tables">
            {tables.map((table) => (
              <TableItem
                key={JSON.stringify(table.path)}
                connection={connection}
                table={table}
                found={foundIn(table.path)}
                selected={same(chosen, table.path)}
                open={same(opened, table.path)}
                onPress={() => press(table.path)}
                {...(onInsert && { onInsert: () => onInsert(table.path) })}
              />
            ))}
          </List>
          {answer.hasNextPage && (
            <Button
              fullWidth
              loading={answer.isFetchingNextPage}
              onClick={() => void answer.fetchNextPage()}
              sx={{ borderRadius: 0 }}
            >
              Show more tables
            </Button>
          )}
        </Paper>
      )}
    </Box>
  )
}

const nothingFound = (all: boolean) =>
  all
    ? 'No table or column has this in its name.'
    : 'No table has this in its name, and no column of the tables that you opened. Open a table to search its columns.'

const same = (one: string[] | undefined, other: string[]) => one !== undefined && one.join('\0') === other.join('\0')
