import Typography from '@mui/material/Typography'
import type { Run } from '../../preload/api.ts'
import { count } from '../shared/format.ts'
import { unsentOf } from './settled.ts'

/** What a person should know about rows that did not arrive. Nothing where everything did. */
export function RunSummary({ run }: { run: Run }) {
  if (run.status === 'applying') return null
  const sentences = run.kind === 'undo' ? aboutUndo(run) : aboutRun(run)
  if (sentences.length === 0) return null
  return <Typography sx={{ mb: 1.5, maxWidth: 900 }}>{sentences.join(' ')}</Typography>
}

const stoppedFor = (run: Run) => ['paused', 'waiting', 'interrupted'].includes(run.status)

function aboutRun(run: Run): string[] {
  const { refused, unknown, invalid } = run.counts
  const unsent = unsentOf(run)
  const stopped = stoppedFor(run)
  return [
    unsent > 0 && unsentText(unsent, stopped),
    refused > 0 &&
      `${count(refused, 'row was', 'rows were')} not accepted; the reasons are below. Correct them in the source, then retry.`,
    unknown > 0 && unknownText(unknown),
    invalid > 0 && `${count(invalid, 'row')} could not be sent at all.`,
    !stopped && unsent + refused > 0 && 'Nothing is lost: they come up again in the next plan.',
  ].filter((sentence) => sentence !== false)
}

/** What could not be taken back stays there as it was sent; it does not come up again. */
function aboutUndo(run: Run): string[] {
  const { refused, unknown, excluded } = run.counts
  const unsent = unsentOf(run)
  return [
    unsent > 0 && unsentText(unsent, stoppedFor(run)),
    refused > 0 &&
      `${count(refused, 'record')} could not be taken back and ${refused === 1 ? 'stays' : 'stay'} as sent; the reasons are below.`,
    unknown > 0 && unknownText(unknown),
    excluded > 0 && `${count(excluded, 'record was', 'records were')} left alone.`,
  ].filter((sentence) => sentence !== false)
}

const unsentText = (unsent: number, stopped: boolean) =>
  stopped
    ? `${count(unsent, 'change is', 'changes are')} still to be sent: resume to go on where it stopped.`
    : `${count(unsent, 'change was', 'changes were')} not sent.`

const unknownText = (unknown: number) =>
  `The answer about ${count(unknown, 'row')} never came, so nobody can say whether ${unknown === 1 ? 'it' : 'they'} arrived. Look there before you send again.`
