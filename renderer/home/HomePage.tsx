import Button from '@mui/material/Button'
import { Link } from 'react-router'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Page, Section } from '../shared/Page.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { FirstMinute } from './FirstMinute.tsx'
import { NeedsMe } from './NeedsMe.tsx'
import { RecentRuns } from './RecentRuns.tsx'
import { Upcoming } from './Upcoming.tsx'

/** What needs me, what ran, what is next. */
export function HomePage() {
  const syncs = useCall('syncs.list', {})
  if (syncs.isPending) return <Waiting />
  if (syncs.isError) {
    return (
      <Page title="Home">
        <ProblemAlert problem={syncs.error.problem} onRetry={() => void syncs.refetch()} />
      </Page>
    )
  }
  if (syncs.data.length === 0) return <FirstMinute />
  return (
    <Page
      title="Home"
      actions={
        <Button component={Link} to="/syncs/new" variant="contained">
          New sync
        </Button>
      }
    >
      <NeedsMe syncs={syncs.data} />
      <Upcoming syncs={syncs.data} />
      <Section title="Ran lately">
        <RecentRuns />
      </Section>
    </Page>
  )
}
