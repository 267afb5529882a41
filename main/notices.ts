import type { Run, SyncSummary } from '../preload/api.ts'

/** A few words to someone who is not looking at the app. `page`: what they are about. `problem`: it needs the person. */
export type Notice = { title: string; body: string; page: string; problem: boolean }

/** A run that stopped for want of a network is tried again by itself; it is told when that did not help this often. */
const TRIES_BEFORE_TOLD = 3
/** The system cuts longer ones anywhere. */
const LONGEST_BODY = 200

/** What to tell of each run that changed: scheduled ones only, each thing once, and not what mends itself. */
export function createNotices(): (run: Run) => Notice | undefined {
  /** By sync: what was told last, until a run of it went well. */
  const told = new Map<string, string>()
  /** By sync: how often it was tried in vain since a run of it went well. */
  const failures = new Map<string, number>()
  const ended = new Set<string>()

  return (run) => {
    if (run.startedBy !== 'schedule') return undefined
    const stopped = run.status === 'failed' || run.status === 'interrupted'
    if (stopped && run.problem?.remedy === 'retry') {
      const tries = (failures.get(run.sync) ?? 0) + 1
      failures.set(run.sync, tries)
      if (tries < TRIES_BEFORE_TOLD) return undefined
    }
    const notice = noticeOf(run)
    if (!notice) return undefined
    if (run.status === 'done') {
      // A run that was done changes again when it is taken back.
      if (ended.has(run.id)) return undefined
      ended.add(run.id)
      failures.delete(run.sync)
      if (!notice.problem) {
        told.delete(run.sync)
        return run.counts.accepted > 0 ? notice : undefined
      }
    }
    const words = `${notice.title} ${notice.body}`
    if (told.get(run.sync) === words) return undefined
    told.set(run.sync, words)
    return notice
  }
}

/** Asks about times that were missed; nothing where there are none. */
export function missedNotice(syncs: readonly Pick<SyncSummary, 'name'>[]): Notice | undefined {
  const [first] = syncs
  if (!first) return undefined
  const body =
    syncs.length === 1
      ? 'A run was missed while the computer slept or Outflow was closed. Run it now?'
      : `Runs of ${syncs.length} syncs were missed while the computer slept or Outflow was closed. Run them now?`
  return { title: syncs.length === 1 ? first.name : 'Missed runs', body, page: '/', problem: true }
}

function noticeOf(run: Run): Notice | undefined {
  const { syncName, id, status, guards, problem, counts } = run
  const title = run.rehearsal ? `${syncName} (rehearsal)` : syncName
  const about = (body: string, page: string, isProblem = true): Notice => ({
    title,
    body: body.length > LONGEST_BODY ? `${body.slice(0, LONGEST_BODY - 1)}…` : body,
    page,
    problem: isProblem,
  })
  switch (status) {
    case 'blocked':
      return about(`Nothing was sent yet: ${guards.map(({ message }) => message).join(' ')}`, `/plan/${id}`)
    case 'waiting':
      return about(problem?.message ?? 'It waits for a new sign-in.', `/runs/${id}`)
    case 'failed':
    case 'interrupted':
      return about(problem?.message ?? 'It could not be run.', `/runs/${id}`)
    case 'done': {
      const bad = counts.refused + counts.unknown
      const accepted = `${counts.accepted.toLocaleString('en')} ${counts.accepted === 1 ? 'row' : 'rows'} accepted`
      if (bad === 0) return about(`${accepted}.`, `/runs/${id}`, false)
      return about(`${bad.toLocaleString('en')} not accepted, ${accepted}. Click to see why.`, `/runs/${id}`)
    }
    default:
      return undefined
  }
}
