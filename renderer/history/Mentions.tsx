import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { useCall, useEvent } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { count } from '../shared/format.ts'
import { Waiting } from '../shared/Waiting.tsx'
import { MentionGroup } from './MentionGroup.tsx'
import { byRun } from './mention.ts'

const PAGE = 50
/** The core answers no more. */
const MOST = 200

/** Everything that was sent about the records that hold this text, by run. */
export function Mentions({ text, onClear }: { text: string; onClear: () => void }) {
  const [asked, setAsked] = useState({ text, limit: PAGE })
  const limit = asked.text === text ? asked.limit : PAGE
  const found = useCall('history.search', { text, limit }, { keep: true })
  // A run that ends has sent something new.
  useEvent('run.changed', ({ status }) => {
    if (status === 'done' || status === 'canceled' || status === 'failed') void found.refetch()
  })
  if (found.isPending) return <Waiting label="Searching everything that was sent" />
  if (found.error) return <ProblemAlert problem={found.error.problem} onRetry={() => void found.refetch()} />
  const { mentions, more, unread } = found.data
  const groups = byRun(mentions)
  return (
    // What was found before stays in place until the next answer is here.
    <Box sx={{ opacity: found.isPlaceholderData ? 0.6 : 1 }}>
      {found.isPlaceholderData && <Waiting label="Searching everything that was sent" />}
      <Typography role="status" color="textSecondary" sx={{ mb: 1 }}>
        {mentions.length > 0 && summary(mentions.length, groups.length, more)}
      </Typography>
      {unread.length > 0 && (
        <Alert severity="warning" variant="outlined" sx={{ mb: 1.5, bgcolor: 'background.paper' }}>
          What {unread.map((name) => `“${name}”`).join(', ')} remembers cannot be read, so it was not searched. Plan
          that sync to see why.
        </Alert>
      )}
      {groups.length === 0 && (
        <EmptyState
          title="Nothing was sent that holds this"
          action={
            <Button variant="outlined" onClick={onClear}>
              Show all runs
            </Button>
          }
        >
          Try a part of it: the beginning of an email address, a last name, or the unique id in the source. Runs that
          are not kept any more are not searched.
        </EmptyState>
      )}
      {groups.map((group) => (
        <MentionGroup key={group.run} group={group} text={text} />
      ))}
      {more && limit < MOST && (
        <Box sx={{ mt: 1 }}>
          <Button
            variant="outlined"
            loading={found.isPlaceholderData}
            onClick={() => setAsked({ text, limit: limit + PAGE })}
          >
            Show more
          </Button>
        </Box>
      )}
    </Box>
  )
}

function summary(mentions: number, runs: number, more: boolean): string {
  const where = `in ${count(runs, 'run')}, newest first.`
  if (!more) return `${count(mentions, 'result')} ${where}`
  return `The newest ${count(mentions, 'result')} ${where} There are more: type more of the value to narrow the list.`
}
