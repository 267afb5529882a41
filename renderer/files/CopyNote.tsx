import Alert from '@mui/material/Alert'
import Link from '@mui/material/Link'
import { Link as RouterLink } from 'react-router'

/** Said where a browser handed over a copy. */
export function CopyNote() {
  return (
    <Alert severity="info" variant="outlined" sx={{ bgcolor: 'background.paper' }}>
      This is a copy of your file as it is now, because a browser does not tell where a file is. When your file changes,
      drop it again. Or{' '}
      <Link component={RouterLink} to="/files/new">
        type where it is
      </Link>
      : then it is read anew at each run.
    </Alert>
  )
}
