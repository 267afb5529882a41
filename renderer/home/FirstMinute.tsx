import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { Link, useNavigate } from 'react-router'
import type { Connection } from '../../preload/api.ts'
import { useAction } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Page } from '../shared/Page.tsx'

const promises = [
  ['See it first', 'Every change is shown before it is sent: per record and field, old and new.'],
  ['Nothing is lost', 'A refused or interrupted row comes up again by itself, with its reason.'],
  ['It stays here', 'Credentials and rows go only to the two systems that you connect.'],
]

/** Towards the first sync of one's own, by what is connected already. */
function nextStep(connections: Connection[]): { label: string; to: string } {
  const has = (kind: Connection['kind']) => connections.some((connection) => connection.kind === kind)
  if (!has('source')) return { label: 'Connect your warehouse', to: '/connections' }
  if (!has('destination')) return { label: 'Connect a destination', to: '/connections' }
  return { label: 'New sync', to: '/syncs/new' }
}

/** The first thing anyone sees, until there is a sync: one click to something that works. */
export function FirstMinute({ connections }: { connections: Connection[] }) {
  const navigate = useNavigate()
  const own = nextStep(connections)
  const sample = useAction('sample.create')
  const start = () => sample.mutate({}, { onSuccess: ({ sync }) => void navigate(`/syncs/${sync}`) })
  return (
    <Page title="Send rows from your warehouse to the tools you work in">
      <Paper sx={{ p: 3, mb: 2 }}>
        <Typography variant="h2" gutterBottom>
          See it work in a minute
        </Typography>
        <Typography color="textSecondary" sx={{ mb: 2, maxWidth: 640 }}>
          A sample warehouse with customers, orders and tickets, and a Practice CRM that behaves like a real one: it has
          required fields, refuses bad addresses, and lets you look at what arrived. Everything stays on this computer.
        </Typography>
        <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
          <Button variant="contained" onClick={start} loading={sample.isPending}>
            Try it with sample data
          </Button>
          <Button component={Link} to={own.to}>
            {own.label}
          </Button>
          <Button component={Link} to="/files/new">
            Use a file
          </Button>
        </Box>
        {sample.isError && (
          <Box sx={{ mt: 2 }}>
            <ProblemAlert problem={sample.error.problem} onRetry={start} />
          </Box>
        )}
      </Paper>
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr', md: 'repeat(3, 1fr)' } }}>
        {promises.map(([title, text]) => (
          <Box key={title} sx={{ px: 1 }}>
            <Typography variant="h3">{title}</Typography>
            <Typography color="textSecondary">{text}</Typography>
          </Box>
        ))}
      </Box>
    </Page>
  )
}
