import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MuiLink from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import { Fragment } from 'react'
import { Link } from 'react-router'
import type { SyncSummary } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { ago, moment } from '../shared/format.ts'
import { Page } from '../shared/Page.tsx'
import { Waiting } from '../shared/Waiting.tsx'

/** Who can be sent. */
export default function AudiencesPage() {
  const audiences = useCall('audiences.list', {})
  const connections = useCall('connections.list', {})
  const syncs = useCall('syncs.list', {})
  const sourceName = (id: string) => connections.data?.find((connection) => connection.id === id)?.name ?? ''
  const usedBy = (id: string) => syncs.data?.filter((sync) => sync.audience === id) ?? []
  const add = (
    <>
      <Button component={Link} to="/files/new" variant="outlined">
        Use a file
      </Button>
      <Button component={Link} to="/audiences/new" variant="contained">
        New audience
      </Button>
    </>
  )
  return (
    <Page wide title="Audiences" about="The rows to send, and what tells them apart." actions={add}>
      {audiences.isPending && <Waiting />}
      {audiences.error && <ProblemAlert problem={audiences.error.problem} onRetry={() => void audiences.refetch()} />}
      {audiences.data?.length === 0 && (
        <EmptyState
          title="No audience yet"
          action={<Box sx={{ display: 'flex', gap: 1, justifyContent: 'center' }}>{add}</Box>}
        >
          Choose a table, write a query, or drop a file, of the customers, companies or events that another tool should
          know.
        </EmptyState>
      )}
      {audiences.data && audiences.data.length > 0 && (
        <Paper sx={{ overflow: 'auto' }}>
          <Table size="small">
            <TableHead>
              <TableRow>
                <TableCell>Name</TableCell>
                <TableCell>Source</TableCell>
                <TableCell>Unique id</TableCell>
                <TableCell>Used by</TableCell>
                <TableCell>Changed</TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {audiences.data.map((audience) => (
                <TableRow key={audience.id} hover>
                  <TableCell sx={{ overflowWrap: 'anywhere' }}>
                    <MuiLink component={Link} to={`/audiences/${audience.id}`}>
                      {audience.name}
                    </MuiLink>
                  </TableCell>
                  <TableCell>{sourceName(audience.connection)}</TableCell>
                  <TableCell>{audience.uniqueId.join(', ')}</TableCell>
                  <TableCell sx={{ overflowWrap: 'anywhere' }}>
                    <UsedBy syncs={usedBy(audience.id)} known={syncs.data !== undefined} />
                  </TableCell>
                  <TableCell sx={{ whiteSpace: 'nowrap' }} title={moment(audience.updatedAt)}>
                    {ago(audience.updatedAt)}
                  </TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </Paper>
      )}
    </Page>
  )
}

/** The syncs that send an audience; empty while they are not known. */
function UsedBy({ syncs, known }: { syncs: SyncSummary[]; known: boolean }) {
  if (!known) return null
  if (syncs.length === 0) return 'no sync yet'
  return syncs.map(({ id, name }, index) => (
    <Fragment key={id}>
      {index > 0 && ', '}
      <MuiLink component={Link} to={`/syncs/${id}`}>
        {name}
      </MuiLink>
    </Fragment>
  ))
}
