import Box from '@mui/material/Box'
import { useLocation, useNavigate, useSearchParams } from 'react-router'
import type { Problem } from '../../preload/api.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Page } from '../shared/Page.tsx'
import { FileSheet } from './FileSheet.tsx'
import { PickFile } from './PickFile.tsx'
import { filePage } from './place.ts'

/** A file on its way to an audience: found, looked at, used. */
export default function FilePage() {
  const [search] = useSearchParams()
  const { state }: { state: unknown } = useLocation()
  const navigate = useNavigate()
  const path = search.get('path')
  const then = search.get('then') === 'sync' ? 'sync' : undefined
  if (path) return <FileSheet key={path} path={path} then={then} />
  const problem = problemIn(state)
  return (
    <Page
      title="Use a file"
      about="A CSV, Excel, JSON or Parquet file becomes an audience. Outflow remembers where it is, reads it again at each run and never changes it."
      back={{ to: '/audiences', label: 'Audiences' }}
    >
      {problem && (
        <Box sx={{ mb: 2 }}>
          <ProblemAlert problem={problem} />
        </Box>
      )}
      <PickFile busy={false} onPath={(picked) => void navigate(filePage(picked, then))} />
    </Page>
  )
}

/** What was dropped and could not be used; handed over by FileDrop. */
function problemIn(state: unknown): Problem | undefined {
  return typeof state === 'object' && state !== null && 'problem' in state ? (state.problem as Problem) : undefined
}
