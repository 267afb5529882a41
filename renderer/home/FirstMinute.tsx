import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { Link, useNavigate } from 'react-router'
import { useAction } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Page } from '../shared/Page.tsx'

const promises = [
  ['See it first', 'Every change is shown before it is sent: per record and field, old and new.'],
  ['Nothing is lost', 'A refused or interrupted row comes up again by itself, with its reason.'],
  ['It stays here', 'Credentials and rows go only to the two systems that you connect.'],
]

/** The first thing anyone sees: one click to something that works. */
export function FirstMinute() {
  const navigate = useNavigate()
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
          <Button component={Link} to="/connections">
            Connect your warehouse
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
