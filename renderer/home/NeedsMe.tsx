import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { Link, useNavigate } from 'react-router'
import { useAction } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Section } from '../shared/Page.tsx'
import type { Matter, NextStep } from './matters.ts'

/** What waits for a person, each with its one next step. */
export function NeedsMe({ matters }: { matters: Matter[] }) {
  return (
    <Section title="Needs you">
      {matters.length === 0 && <Typography color="textSecondary">Nothing. All syncs are as they should be.</Typography>}
      {matters.map(({ id, title, text, next }) => (
        <Paper
          key={id}
          sx={{ px: 2, py: 1.25, mb: 1, display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap' }}
        >
          <Box sx={{ flex: 1, minWidth: 'min(240px, 100%)', overflowWrap: 'anywhere' }}>
            <Typography variant="h3">{title}</Typography>
            <Typography color="textSecondary">{text}</Typography>
          </Box>
          <Step next={next} of={title} />
        </Paper>
      ))}
    </Section>
  )
}

/** The same words stand on several lines: the name says which one is meant. */
function Step({ next, of }: { next: NextStep; of: string }) {
  if ('missed' in next) return <Missed sync={next.missed} of={of} />
  const name = `${next.label}: ${of}`
  if ('resume' in next) return <Resume run={next.resume} label={next.label} name={name} />
  return (
    <Button component={Link} variant="outlined" to={next.to} aria-label={name}>
      {next.label}
    </Button>
  )
}

/** The answer about missed times; the line goes when it was given. */
function Missed({ sync, of }: { sync: string; of: string }) {
  const answer = useAction('schedules.answer')
  const give = (run: boolean) => answer.mutate({ id: sync, run })
  return (
    <>
      <Box sx={{ display: 'flex', gap: 1 }}>
        <Button onClick={() => give(false)} disabled={answer.isPending} aria-label={`Skip: ${of}`}>
          Skip
        </Button>
        <Button variant="outlined" onClick={() => give(true)} loading={answer.isPending} aria-label={`Run now: ${of}`}>
          Run now
        </Button>
      </Box>
      {answer.error && (
        <Box sx={{ flexBasis: '100%' }}>
          <ProblemAlert problem={answer.error.problem} onRetry={() => answer.variables && give(answer.variables.run)} />
        </Box>
      )}
    </>
  )
}

/** Goes on with the run and shows it. */
function Resume({ run, label, name }: { run: string; label: string; name: string }) {
  const navigate = useNavigate()
  const resume = useAction('runs.resume')
  const goOn = () => resume.mutate({ id: run }, { onSuccess: () => void navigate(`/runs/${run}`) })
  return (
    <>
      <Button variant="outlined" onClick={goOn} loading={resume.isPending} aria-label={name}>
        {label}
      </Button>
      {resume.error && (
        <Box sx={{ flexBasis: '100%' }}>
          <ProblemAlert problem={resume.error.problem} onRetry={goOn} />
        </Box>
      )}
    </>
  )
}
