import type { Connection, Run, SyncSummary } from '../../preload/api.ts'
import { ago, count, toSend } from '../shared/format.ts'
import { timesText } from '../syncs/schedule-text.ts'

/** What waits for a person: where, what happened, and the one next step: a page, or going on with a run. */
export type Matter = { id: string; title: string; text: string; next: NextStep }
export type NextStep = { label: string; to: string } | { label: string; resume: string } | { missed: string }

/** A schedule that is this far behind counts as late. In milliseconds. */
const LATE_MS = 5 * 60_000

/** Everything that waits for a person: what runs and schedules say of each sync, and one per connection that no sync has mentioned. */
export function mattersOf(syncs: SyncSummary[], connections: Connection[], now = Date.now()): Matter[] {
  const closed = new Set(connections.filter(({ status }) => status === 'needs-sign-in').map(({ id }) => id))
  const ofSyncs = syncs.flatMap((sync) => [
    ...(missedTimes(sync, now) ?? []),
    ...[matterOfRun(sync, closed) ?? neverStarts(sync) ?? lateness(sync, now) ?? []].flat(),
  ])
  const mentioned = new Set(ofSyncs.flatMap(({ next }) => ('to' in next ? next.to : [])))
  const signIns = connections
    .filter(({ id }) => closed.has(id))
    .map(({ id, name }) => ({
      id,
      title: name,
      text: 'This connection needs a new sign-in.',
      next: { label: 'Open the connection', to: `/connections/${id}` },
    }))
  return [...signIns.filter(({ next }) => !mentioned.has(next.to)), ...ofSyncs]
}

function matterOfRun(sync: SyncSummary, closed: Set<string>): Matter | undefined {
  const run = sync.lastRun
  if (!run) return undefined
  const { id, name } = sync
  const matter = (text: string, next: NextStep): Matter => ({ id, title: name, text, next })
  const why = run.problem?.message
  const resume = { label: 'Resume', resume: run.id }
  switch (run.status) {
    case 'failed':
      return matter(why ?? 'The last run failed.', { label: 'See why', to: `/runs/${run.id}` })
    case 'waiting':
      return closed.has(sync.destination)
        ? matter(why ?? `${sync.destinationName} wants a new sign-in.`, {
            label: 'Sign in',
            to: `/connections/${sync.destination}`,
          })
        : matter('The last run stopped for a sign-in. What is left is still planned.', resume)
    case 'interrupted':
      return matter(why ?? 'The last run was interrupted. What is left is still planned.', resume)
    case 'paused':
      return matter('The last run is paused. What is left is still planned.', resume)
    case 'blocked':
      return matter(run.guards.map(({ message }) => message).join(' '), { label: 'Review', to: `/plan/${run.id}` })
    case 'planned':
      if (toSend(run) === 0) return undefined
      return matter(`${count(toSend(run), 'change')} planned and not sent yet.`, {
        label: 'Review',
        to: `/plan/${run.id}`,
      })
    case 'done': {
      // A refusal in a rehearsal waits for nobody.
      if (run.rehearsal) return undefined
      const text = notAccepted(run)
      return text ? matter(`${text} in the last run.`, { label: 'See which', to: `/runs/${run.id}` }) : undefined
    }
    default:
      return undefined
  }
}

function notAccepted({ counts: { refused, unknown } }: Run): string {
  return [
    refused > 0 ? `${count(refused, 'row')} refused` : '',
    unknown > 0 ? `${count(unknown, 'row')} with unknown outcome` : '',
  ]
    .filter(Boolean)
    .join(', ')
}

/** Times that passed while the computer slept, where the schedule says to ask. */
function missedTimes({ id, name, missed }: SyncSummary, now: number): Matter[] | undefined {
  if (!missed) return undefined
  const first = missed.times === 1 ? '' : ', the first'
  const text = `Missed ${timesText(missed.times)} while the computer slept or Outflow was closed${first} ${ago(missed.at, now)}. Run it now, once?`
  return [{ id: `${id} missed`, title: name, text, next: { missed: id } }]
}

function neverStarts({ id, name, scheduleProblem, scheduleNote }: SyncSummary): Matter | undefined {
  const next = { label: 'Open the sync', to: `/syncs/${id}` }
  if (scheduleProblem) return { id, title: name, text: scheduleProblem.message, next }
  if (scheduleNote?.what !== 'not-started') return undefined
  return { id, title: name, text: `Could not be started: ${scheduleNote.problem?.message ?? ''}`, next }
}

/** A sync that is under way is not late, even if it fell due again meanwhile. */
function lateness(sync: SyncSummary, now: number): Matter | undefined {
  const { id, name, nextRunAt, lastRun } = sync
  if (!nextRunAt || now - new Date(nextRunAt).getTime() < LATE_MS) return undefined
  if (lastRun?.status === 'planning' || lastRun?.status === 'applying') return undefined
  return {
    id,
    title: name,
    text: `Was due ${ago(nextRunAt, now)} and has not run.`,
    next: { label: 'Open the sync', to: `/syncs/${id}` },
  }
}
