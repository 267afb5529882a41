import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useState } from 'react'
import { Link } from 'react-router'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { PickFile } from './PickFile.tsx'
import { useMoveFile } from './useMoveFile.ts'

type FindFileProps = {
  connection: string
  onFound?: (() => void) | undefined
  /** On the connection's own page. */
  here?: true
}

/** Points a connection to where its file is now. Audiences and syncs stay as they are. */
export function FindFile({ connection, onFound, here }: FindFileProps) {
  const saved = useCall('connections.get', { id: connection })
  const [open, setOpen] = useState(false)
  const { move, to } = useMoveFile()
  if (move.isSuccess) {
    return (
      <Box role="status" sx={{ px: 1, py: 0.75, overflowWrap: 'anywhere' }}>
        Found: from now on “{move.data.name}” is read from {String(move.data.values.path)}.
      </Box>
    )
  }
  return (
    <>
      <Button onClick={() => setOpen(!open)} aria-expanded={open}>
        Find the file…
      </Button>
      {!here && (
        <Button component={Link} to={`/connections/${connection}`}>
          Open the connection
        </Button>
      )}
      {open && saved.data && (
        <Box sx={{ flexBasis: '100%', p: 1, display: 'grid', gap: 1.5 }}>
          <PickFile
            onPath={(path) => to(connection, path, onFound)}
            busy={move.isPending}
            instead={String(saved.data.values.path ?? '')}
          />
          {move.error && <ProblemAlert problem={move.error.problem} />}
        </Box>
      )}
    </>
  )
}
