import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { Link, useNavigate } from 'react-router'
import type { FileLook } from '../../preload/api.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { useMoveFile } from './useMoveFile.ts'

/** Who drops a file a second time mostly wants its audience to have the new rows, not a second audience. */
export function KnownFile({ look }: { look: FileLook }) {
  return look.known.map((known) => <Known key={known.connection} path={look.path} known={known} />)
}

function Known({ path, known }: { path: string; known: FileLook['known'][number] }) {
  const navigate = useNavigate()
  const { move, to } = useMoveFile()
  const { connection, name, audiences, same } = known
  const users = audiences.length === 0 ? `the connection “${name}”` : listed(audiences)
  const replace = () => to(connection, path, () => void navigate(`/connections/${connection}`))
  return (
    <Alert severity="info" variant="outlined" sx={{ bgcolor: 'background.paper', overflowWrap: 'anywhere' }}>
      {same
        ? `This file is read by ${users} already, anew at each run. Below you can make another audience of it.`
        : `A copy of a file with this name is read by ${users}.`}
      <Box sx={{ mt: 0.5, ml: -1 }}>
        {same ? (
          <Button component={Link} to={`/connections/${connection}`}>
            Open the connection
          </Button>
        ) : (
          <Button onClick={replace} loading={move.isPending}>
            Read this file there from now on
          </Button>
        )}
      </Box>
      {move.error && <ProblemAlert problem={move.error.problem} onRetry={replace} />}
    </Alert>
  )
}

const listed = (names: readonly string[]) =>
  `the ${names.length === 1 ? 'audience' : 'audiences'} ${new Intl.ListFormat('en').format(names.map((name) => `“${name}”`))}`
