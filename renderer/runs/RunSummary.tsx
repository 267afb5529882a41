import Typography from '@mui/material/Typography'
import type { Run } from '../../preload/api.ts'
import { count } from '../shared/format.ts'
import { unsentOf } from './settled.ts'

/** What a person should know about rows that did not arrive. Nothing where everything did. */
export function RunSummary({ run }: { run: Run }) {
  if (run.status === 'applying') return null
  const { refused, unknown, invalid } = run.counts
  const unsent = unsentOf(run)
  const stopped = ['paused', 'waiting', 'interrupted'].includes(run.status)
  const sentences = [
    unsent > 0 &&
      (stopped
        ? `${count(unsent, 'change is', 'changes are')} still to be sent: resume to go on where it stopped.`
        : `${count(unsent, 'change was', 'changes were')} not sent.`),
    refused > 0 &&
      `${count(refused, 'row was', 'rows were')} not accepted; the reasons are below. Correct them in the source, then retry.`,
    unknown > 0 &&
      `The answer about ${count(unknown, 'row')} never came, so nobody can say whether ${unknown === 1 ? 'it' : 'they'} arrived. Look there before you send again.`,
    invalid > 0 && `${count(invalid, 'row')} could not be sent at all.`,
    !stopped && unsent + refused > 0 && 'Nothing is lost: they come up again in the next plan.',
  ].filter(Boolean)
  if (sentences.length === 0) return null
  return <Typography sx={{ mb: 1.5, maxWidth: 900 }}>{sentences.join(' ')}</Typography>
}
