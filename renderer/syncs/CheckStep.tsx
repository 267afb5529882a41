import Button from '@mui/material/Button'
import MuiLink from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Audience, Connection, Field } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { count, modeTexts, removalTexts } from '../shared/format.ts'
import { scheduleText } from './schedule-text.ts'
import type { PartialSync } from './steps.ts'

type CheckStepProps = {
  draft: PartialSync
  audiences: Audience[]
  destinations: Connection[]
  fields: Field[] | undefined
  onGoTo: (step: number) => void
}

/** The four answers in sentences, before the changes are worked out. */
export function CheckStep({ draft, audiences, destinations, fields, onGoTo }: CheckStepProps) {
  const audience = audiences.find(({ id }) => id === draft.audience)
  const destination = destinations.find(({ id }) => id === draft.destination)
  const objects = useCall(
    'connections.objects',
    { id: draft.destination ?? '' },
    { enabled: draft.destination !== undefined, staleTime: 30_000 },
  )
  const syncs = useCall('syncs.list', {}, { enabled: draft.schedule.kind === 'after' })
  const names = new Map(syncs.data?.map(({ id, name }) => [id, name]))
  const object = objects.data?.find(({ id }) => id === draft.object)?.label ?? draft.object
  const keyLabel = fields?.find(({ id }) => id === draft.key)?.label ?? draft.key
  const lines: { question: string; answer: ReactNode; step: number }[] = [
    {
      question: 'Who?',
      step: 0,
      answer: audience && (
        <MuiLink component={Link} to={`/audiences/${audience.id}`}>
          {audience.name}
        </MuiLink>
      ),
    },
    {
      question: 'Where?',
      step: 1,
      answer: destination && draft.mode && (
        <>
          {destination.name}, {object}. {modeTexts[draft.mode].name}: {modeTexts[draft.mode].sentence}
          {draft.key && ` Records are found by ${keyLabel}.`}
          {draft.mode === 'mirror' && ` When a row leaves: ${removalTexts[draft.removal].toLowerCase()}.`}
          {draft.firstRun === 'adopt' && ' The first time, what is there already is taken over.'}
        </>
      ),
    },
    {
      question: 'What?',
      step: 2,
      answer:
        draft.mapping.length > 0 &&
        `${count(draft.mapping.length, 'field')}: ${draft.mapping.map(({ field }) => fields?.find(({ id }) => id === field)?.label ?? field).join(', ')}`,
    },
    { question: 'When?', step: 4, answer: scheduleText(draft.schedule, names) },
  ]
  return (
    <>
      <Paper sx={{ mb: 1.5 }}>
        <Table size="small">
          <TableBody>
            {lines.map(({ question, answer, step }) => (
              <TableRow key={question}>
                <TableCell component="th" scope="row" sx={{ width: 110, fontWeight: 600, verticalAlign: 'top', py: 1 }}>
                  {question}
                </TableCell>
                <TableCell sx={{ overflowWrap: 'anywhere', verticalAlign: 'top', py: 1 }}>
                  {answer || 'Not answered yet'}
                </TableCell>
                <TableCell align="right" sx={{ width: 90, verticalAlign: 'top', py: 0.25 }}>
                  <Button onClick={() => onGoTo(step)} aria-label={`Change: ${question}`}>
                    Change
                  </Button>
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Paper>
      <Typography color="textSecondary">
        <b>Review changes</b> compares the audience with what was sent last, and shows every change. Nothing is sent
        until you push.
      </Typography>
    </>
  )
}
