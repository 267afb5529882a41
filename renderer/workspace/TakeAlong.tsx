import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { Link } from 'react-router'
import type { Output } from '../../preload/api.ts'
import { useAction } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { count } from '../shared/format.ts'
import { saveFile } from '../shared/saveFile.ts'

/** The workspace as a file, out and in. */
export function TakeAlong() {
  const write = useAction('workspace.export')
  const save = () =>
    write.mutate({}, { onSuccess: ({ name, text }) => saveFile(name, new Blob([text], { type: 'application/json' })) })
  return (
    <>
      <Typography sx={{ mb: 1.5, maxWidth: 820 }}>
        A workspace file holds your connections, audiences and syncs with their schedules, to keep or to give to a
        colleague. Passwords, keys, the history and the list of people never to send to are not in it; neither is the
        sample data.
      </Typography>
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
        <Button variant="outlined" loading={write.isPending} onClick={save}>
          Export the workspace
        </Button>
        <Button component={Link} to="/import" variant="outlined">
          Import a workspace file
        </Button>
      </Box>
      <Box role="status" sx={{ mt: write.data ? 1.5 : 0, maxWidth: 820, overflowWrap: 'anywhere' }}>
        {write.data && <Saved {...write.data} />}
      </Box>
      {write.error && (
        <Box sx={{ mt: 1.5 }}>
          <ProblemAlert problem={write.error.problem} onRetry={save} />
        </Box>
      )}
    </>
  )
}

/** Names that are listed; the others are counted. */
const LISTED = 10

function Saved({ name, holds, leftOut }: Output<'workspace.export'>) {
  const more = leftOut.length - LISTED
  const names = leftOut.slice(0, LISTED).map((left) => `“${left}”`)
  if (more > 0) names.push(`${more} more`)
  return (
    <>
      Saved as {name}, with {count(holds.connections, 'connection')}, {count(holds.audiences, 'audience')} and{' '}
      {count(holds.syncs, 'sync', 'syncs')}.
      {leftOut.length > 0 && (
        <Typography color="textSecondary">Left out, because of the sample data: {names.join(', ')}.</Typography>
      )}
    </>
  )
}
