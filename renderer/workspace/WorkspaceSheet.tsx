import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { Link } from 'react-router'
import type { WorkspaceLook } from '../../preload/api.ts'
import { useAction } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { count } from '../shared/format.ts'
import { Parts } from './Parts.tsx'

/** What a file would add, and the one button that adds it. */
export function WorkspaceSheet({ look, onAgain }: { look: WorkspaceLook; onAgain: () => void }) {
  const add = useAction('workspace.import')
  const { connections, audiences, syncs } = look
  const added = [...connections, ...audiences, ...syncs].filter(({ here }) => !here)
  if (add.data) return <Added look={look} />
  if (connections.length + audiences.length + syncs.length === 0) {
    return <EmptyState title="This file is empty">It names no connection, audience or sync.</EmptyState>
  }
  const toSignIn = connections.filter(({ here, needsSecrets }) => !here && needsSecrets)
  const scheduled = syncs.filter(({ here, scheduled }) => !here && scheduled)
  return (
    <Box sx={{ display: 'grid', gap: 2.5 }}>
      <Parts title="Connections" parts={connections} about={({ product }) => product} />
      <Parts title="Audiences" parts={audiences} about={({ connection }) => `from ${connection}`} />
      <Parts title="Syncs" parts={syncs} about={({ audience, destination }) => `${audience} → ${destination}`} />
      {toSignIn.length > 0 && (
        <Typography color="textSecondary">
          Passwords and keys are not in the file. You enter them once in {count(toSignIn.length, 'new connection')}.
        </Typography>
      )}
      {scheduled.length > 0 && (
        <Typography color="textSecondary">
          The file has a schedule for {count(scheduled.length, 'sync', 'syncs')}. Schedules are not switched on: set
          them in the sync, under “When?”.
        </Typography>
      )}
      {add.error && (
        <ProblemAlert
          problem={add.error.problem}
          onRetry={() => {
            add.reset()
            onAgain()
          }}
        />
      )}
      <Box>
        {added.length === 0 ? (
          <Typography role="status">Everything in this file is here already. There is nothing to add.</Typography>
        ) : (
          <Button
            variant="contained"
            loading={add.isPending}
            onClick={() => add.mutate({ path: look.path, digest: look.digest })}
          >
            {`Add ${added.length === 1 ? 'it' : `these ${added.length}`} to Outflow`}
          </Button>
        )}
      </Box>
    </Box>
  )
}

/** Where to go on: to the connections that lack a password, else to the syncs. */
function Added({ look }: { look: WorkspaceLook }) {
  const toSignIn = look.connections.some(({ here, needsSecrets }) => !here && needsSecrets)
  return (
    <Alert
      role="status"
      severity="success"
      variant="outlined"
      sx={{ bgcolor: 'background.paper', alignItems: 'center', '& .MuiAlert-action': { pt: 0 } }}
      action={
        <Button component={Link} to={toSignIn ? '/connections' : '/syncs'}>
          {toSignIn ? 'Open the connections' : 'Open the syncs'}
        </Button>
      }
    >
      {toSignIn
        ? 'It is all here. Enter the passwords of the new connections next. Nothing is sent until you push a plan.'
        : 'It is all here. Nothing is sent until you push a plan.'}
    </Alert>
  )
}
