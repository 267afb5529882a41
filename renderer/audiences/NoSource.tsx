import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { Link } from 'react-router'
import { EmptyState } from '../shared/EmptyState.tsx'
import { Page } from '../shared/Page.tsx'

/** Without a source there is nothing to choose from. */
export function NoSource() {
  return (
    <Page title="New audience" back={{ to: '/audiences', label: 'Audiences' }}>
      <EmptyState
        title="Connect a source first"
        action={
          <Box sx={{ display: 'flex', gap: 1, justifyContent: 'center' }}>
            <Button component={Link} to="/files/new" variant="outlined">
              Use a file
            </Button>
            <Button component={Link} to="/connections" variant="contained">
              Connect a source
            </Button>
          </Box>
        }
      >
        An audience is a table or a query of a warehouse, a database or a file.
      </EmptyState>
    </Page>
  )
}
