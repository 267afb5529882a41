import Button from '@mui/material/Button'
import MuiLink from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { Link } from 'react-router'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Page, Section } from '../shared/Page.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { FirstMinute } from './FirstMinute.tsx'
import { mattersOf } from './matters.ts'
import { NeedsMe } from './NeedsMe.tsx'
import { PausedNote } from './PausedNote.tsx'
import { RecentRuns } from './RecentRuns.tsx'
import { Upcoming } from './Upcoming.tsx'

/** What needs me, what ran, what is next. */
export function HomePage() {
  const syncs = useCall('syncs.list', {})
  const connections = useCall('connections.list', {})
  const failed = syncs.error ?? connections.error
  if (failed) {
    const again = () => void Promise.all([syncs.refetch(), connections.refetch()])
    return (
      <Page title="Home">
        <ProblemAlert problem={failed.problem} onRetry={again} />
      </Page>
    )
  }
  if (!syncs.data || !connections.data) return <Waiting />
  if (syncs.data.length === 0) return <FirstMinute connections={connections.data} />
  return (
    <Page
      title="Home"
      actions={
        <Button component={Link} to="/syncs/new" variant="contained">
          New sync
        </Button>
      }
    >
      <PausedNote />
      <NeedsMe matters={mattersOf(syncs.data, connections.data)} />
      <Upcoming syncs={syncs.data} />
      <Section title="Ran lately">
        <RecentRuns />
      </Section>
      {connections.data.every(({ sample }) => sample) && (
        <Typography color="textSecondary">
          This is sample data.{' '}
          <MuiLink component={Link} to="/connections" underline="always">
            Connect your warehouse
          </MuiLink>{' '}
          when you are ready for your own.
        </Typography>
      )}
    </Page>
  )
}
