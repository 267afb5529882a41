import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import Tab from '@mui/material/Tab'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Tabs from '@mui/material/Tabs'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useDeferredValue, useState } from 'react'
import { Link } from 'react-router'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { ago, count, moment, shown } from '../shared/format.ts'
import { Page } from '../shared/Page.tsx'
import { Chip } from '../shared/StatusChip.tsx'
import { Waiting } from '../shared/Waiting.tsx'

const PAGE = 50
const objects = [
  { id: 'contacts', label: 'Contacts' },
  { id: 'companies', label: 'Companies' },
]

/** The records of the Practice CRM, as its own users would see them. */
export default function PracticePage() {
  const [object, setObject] = useState('contacts')
  const [search, setSearch] = useState('')
  const [cursors, setCursors] = useState<string[]>([])
  const wanted = useDeferredValue(search)
  const after = cursors.at(-1)
  const answer = useCall(
    'practice.records',
    { object, limit: PAGE, ...(wanted && { search: wanted }), ...(after && { after }) },
    { keep: true },
  )
  const page = answer.data
  const from = (next: () => void) => {
    setCursors([])
    next()
  }
  return (
    <Page wide title="Practice CRM" about="A CRM inside this app: what arrived there, with nothing at stake.">
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', mb: 1.5, flexWrap: 'wrap' }}>
        <Tabs value={object} onChange={(_, next: string) => from(() => setObject(next))}>
          {objects.map(({ id, label }) => (
            <Tab key={id} value={id} label={label} />
          ))}
        </Tabs>
        <TextField
          label="Search records"
          value={search}
          onChange={(event) => from(() => setSearch(event.target.value))}
          sx={{ maxWidth: 280 }}
        />
        {page && <Typography color="textSecondary">{count(page.total, 'record')}</Typography>}
      </Box>
      {answer.isPending && <Waiting />}
      {answer.error && <ProblemAlert problem={answer.error.problem} onRetry={() => void answer.refetch()} />}
      {page && page.records.length === 0 && (
        <EmptyState
          title={wanted ? 'No record holds this' : 'No records yet'}
          action={
            !wanted && (
              <Button component={Link} to="/syncs" variant="outlined">
                Open the syncs
              </Button>
            )
          }
        >
          {!wanted && 'Push a sync to the Practice CRM to see its records here.'}
        </EmptyState>
      )}
      {page && page.records.length > 0 && (
        <>
          <Paper sx={{ overflow: 'auto' }} tabIndex={0} role="region" aria-label="Records">
            <Table size="small" stickyHeader>
              <TableHead>
                <TableRow>
                  {page.fields.map((field) => (
                    <TableCell key={field.id} sx={{ whiteSpace: 'nowrap' }}>
                      {field.label}
                    </TableCell>
                  ))}
                  <TableCell>State</TableCell>
                  <TableCell>Changed</TableCell>
                </TableRow>
              </TableHead>
              <TableBody>
                {page.records.map((record) => (
                  <TableRow key={record.id} hover sx={{ opacity: record.archived ? 0.7 : 1 }}>
                    {page.fields.map((field) => {
                      const value = record.values[field.id] ?? null
                      return (
                        <TableCell
                          key={field.id}
                          dir="auto"
                          title={shown(value).slice(0, 1_000)}
                          align={['integer', 'decimal', 'float'].includes(field.type) ? 'right' : 'left'}
                          sx={{
                            maxWidth: 220,
                            overflow: 'hidden',
                            textOverflow: 'ellipsis',
                            whiteSpace: 'nowrap',
                            color: value === null ? 'text.disabled' : undefined,
                          }}
                        >
                          {value === null ? '' : shown(value).slice(0, 200)}
                        </TableCell>
                      )
                    })}
                    <TableCell>
                      <Chip
                        {...(record.archived
                          ? { label: 'Archived', color: 'text.secondary' }
                          : { label: 'Active', color: 'success.main' })}
                      />
                    </TableCell>
                    <TableCell sx={{ whiteSpace: 'nowrap' }} title={moment(record.updatedAt)}>
                      {ago(record.updatedAt)}
                    </TableCell>
                  </TableRow>
                ))}
              </TableBody>
            </Table>
          </Paper>
          <Box sx={{ display: 'flex', gap: 1, mt: 1 }}>
            <Button disabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>
              ‹ Previous
            </Button>
            <Button disabled={!page.next} onClick={() => page.next && setCursors([...cursors, page.next])}>
              Next ›
            </Button>
          </Box>
        </>
      )}
    </Page>
  )
}
