import Button from '@mui/material/Button'
import List from '@mui/material/List'
import ListItem from '@mui/material/ListItem'
import Paper from '@mui/material/Paper'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useDeferredValue, useState } from 'react'
import { Link } from 'react-router'
import type { Connection } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { number } from '../shared/format.ts'
import { Section } from '../shared/Page.tsx'
import { Waiting } from '../shared/Waiting.tsx'

/** What is behind a saved connection: the tables of a source, the objects of a destination. */
export function ConnectionUse({ connection }: { connection: Connection }) {
  if (connection.kind === 'source') return <Tables connection={connection} />
  return <Objects connection={connection} />
}

function Tables({ connection }: { connection: Connection }) {
  const [search, setSearch] = useState('')
  const wanted = useDeferredValue(search)
  const tables = useCall('connections.tables', { id: connection.id, ...(wanted && { search: wanted }) }, { keep: true })
  return (
    <Section
      title="Tables"
      actions={
        <Button component={Link} to={`/audiences/new?source=${connection.id}`}>
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
      {tables.isPending && <Waiting />}
      {tables.error && (
        <ProblemAlert problem={tables.error.problem} onRetry={() => void tables.refetch()} connection={connection.id} />
      )}
      {tables.data?.tables.length === 0 && (
        <EmptyState title={wanted ? 'No table has this in its name' : 'There are no tables here'} />
      )}
      {tables.data && tables.data.tables.length > 0 && (
        <Paper>
          <List dense disablePadding>
            {tables.data.tables.map((table) => (
              <ListItem key={table.path.join('.')} divider sx={{ gap: 1 }}>
                <Typography sx={{ flex: 1, overflowWrap: 'anywhere' }}>{table.path.join('.')}</Typography>
                <Typography variant="caption" color="textSecondary">
                  {table.kind}
                  {table.rowEstimate !== undefined && `, about ${number(table.rowEstimate)} rows`}
                </Typography>
              </ListItem>
            ))}
          </List>
        </Paper>
      )}
      {tables.data?.next && (
        <Typography variant="caption" color="textSecondary">
          There are more; search by name to find them.
        </Typography>
      )}
    </Section>
  )
}

function Objects({ connection }: { connection: Connection }) {
  const objects = useCall('connections.objects', { id: connection.id })
  return (
    <Section
      title="What can be sent there"
      actions={
        connection.connector === 'practice-crm' && (
          <Button component={Link} to="/practice">
            Look at its records
          </Button>
        )
      }
    >
      {objects.isPending && <Waiting />}
      {objects.error && (
        <ProblemAlert
          problem={objects.error.problem}
          onRetry={() => void objects.refetch()}
          connection={connection.id}
        />
      )}
      {objects.data?.length === 0 && (
        <EmptyState title="Nothing is there yet">What you send makes the first one.</EmptyState>
      )}
      {objects.data && objects.data.length > 0 && (
        <Paper>
          <List dense disablePadding>
            {objects.data.map((object) => (
              <ListItem key={object.id} divider sx={{ display: 'block' }}>
                <Typography>{object.label}</Typography>
                {object.notes?.map((note) => (
                  <Typography key={note} variant="caption" color="textSecondary" component="p">
                    {note}
                  </Typography>
                ))}
              </ListItem>
            ))}
          </List>
        </Paper>
      )}
    </Section>
  )
}
