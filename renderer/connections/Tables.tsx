import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import TextField from '@mui/material/TextField'
import { useState } from 'react'
import { Link } from 'react-router'
import type { TableInfo } from '../../preload/api.ts'
import { useCall, usePages } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { number } from '../shared/format.ts'
import { Section } from '../shared/Page.tsx'
import { useSettled } from '../shared/useSettled.ts'
import { Waiting } from '../shared/Waiting.tsx'
import { NameList } from './NameList.tsx'
import { Unfold, Unfolds } from './Unfold.tsx'

/** The tables of a source, with their columns. */
export function Tables({ connection }: { connection: string }) {
  const [search, setSearch] = useState('')
  const wanted = useSettled(search.trim())
  const answer = usePages('connections.tables', { id: connection, ...(wanted && { search: wanted }) }, ({ next }) =>
    next === undefined ? undefined : { after: next },
  )
  const tables = answer.data?.pages.flatMap((page) => page.tables)
  return (
    <Section
      title="Tables"
      actions={
        <Button component={Link} to={`/audiences/new?source=${connection}`}>
          New audience from this source
        </Button>
      }
    >
      <TextField
        label="Search tables"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        sx={{ maxWidth: 320, mb: 1 }}
      />
      {answer.isPending && <Waiting />}
      {answer.error && (
        <ProblemAlert problem={answer.error.problem} onRetry={() => void answer.refetch()} connection={connection} />
      )}
      {tables?.length === 0 && (
        <EmptyState title={wanted ? 'No table has this in its name' : 'There are no tables here'}>
          {wanted ? 'Search for another part of the name.' : 'Another database or user may see more.'}
        </EmptyState>
      )}
      {tables && tables.length > 0 && (
        <Unfolds label="Tables">
          {tables.map((table) => (
            <Unfold key={JSON.stringify(table.path)} title={table.path.join('.')} note={about(table)}>
              <Columns connection={connection} table={table.path} />
            </Unfold>
          ))}
        </Unfolds>
      )}
      {answer.hasNextPage && (
        <Box sx={{ mt: 1 }}>
          <Button loading={answer.isFetchingNextPage} onClick={() => void answer.fetchNextPage()}>
            Show more tables
          </Button>
        </Box>
      )}
    </Section>
  )
}

const about = ({ kind, rowEstimate }: TableInfo) =>
  rowEstimate === undefined ? kind : `${kind}, about ${number(rowEstimate)} rows`

function Columns({ connection, table }: { connection: string; table: string[] }) {
  const columns = useCall('connections.columns', { id: connection, query: { kind: 'table', table } })
  if (columns.isPending) return <Waiting label="Loading the columns" />
  if (columns.error) return <ProblemAlert problem={columns.error.problem} onRetry={() => void columns.refetch()} />
  const items = columns.data.map(({ name, sourceType }) => ({ id: name, name, type: sourceType }))
  return <NameList items={items} what="column" />
}
