import { defaultGuardLimits, type Guard, type GuardLimits, type Mode, type RunCounts } from '../../preload/api.ts'

/** What a guard looks at. All in rows. */
export type Situation = {
  mode: Mode
  /** The sync's own thresholds; what is absent is the default. */
  limits: GuardLimits
  counts: RunCounts
  read: number
  /** What the destination had acknowledged before this plan. */
  snapshot: number
  /** The connection leads to another place than at the last push. */
  moved: boolean
  /** The mapping was edited since the last push. */
  edited: boolean
  /** Invalid rows whose unique id is empty or not unique. */
  badIds: number
  /** Invalid rows because a required field is empty or a value does not fit. */
  badRecords: number
  /** Rows in which a field was filled the last time and is empty now. */
  emptied: { field: string; rows: number }[]
  /** Requests that the plan would take, and that may still be made today (unknown: undefined). */
  requests: number
  requestsLeft: number | undefined
}

/** Below these a share means little: 1 of 4 is a quarter. */
const few = { removals: 5, changes: 100, rows: 20, records: 5 }

/** The reasons to look before pushing; an empty list lets the run go on by itself. Each message names count and limit. */
export function checkGuards(situation: Situation): Guard[] {
  const limits = { ...defaultGuardLimits, ...situation.limits }
  return [
    ...sourceGuards(situation, limits),
    ...changeGuards(situation, limits),
    ...rowGuards(situation, limits),
    ...sizeGuards(situation, limits),
  ]
}

/** The same for a plan that takes a run back, which is asked for and reviewed: only very many removals stop it. */
export function checkUndo({ removed }: Pick<RunCounts, 'removed'>, { removals }: GuardLimits): Guard[] {
  const limit = removals ?? defaultGuardLimits.removals
  if (removed <= limit) return []
  return [{ id: 'many-removals', message: `${rows(removed)} would be removed (the limit is ${number(limit)} rows).` }]
}

type Limits = typeof defaultGuardLimits & GuardLimits

function sourceGuards({ read, snapshot, moved }: Situation, { shrinkPercent }: Limits): Guard[] {
  if (moved) {
    const message =
      'The connection leads to another place than at the last push. What was sent before is not there, so every row is sent as new, and nothing is removed.'
    return [{ id: 'other-place', message }]
  }
  if (read === 0 && snapshot > 0) {
    const message = `The audience is empty now; the last time ${rows(snapshot)} had been sent. Is the source complete?`
    return [{ id: 'source-empty', message }]
  }
  if (snapshot < few.rows || read >= snapshot * (1 - shrinkPercent / 100)) return []
  const message = `The audience has ${rows(read)}; ${rows(snapshot)} had been sent. That is ${percent(1 - read / snapshot)} fewer (the limit is ${shrinkPercent} %).`
  return [{ id: 'source-shrank', message }]
}

function changeGuards({ mode, counts, snapshot, emptied, edited }: Situation, limits: Limits): Guard[] {
  const { removed, changed } = counts
  const guards = removalGuards(removed, snapshot, limits)
  if (mode !== 'update' && snapshot > 0 && changed > few.changes && over(changed, snapshot, limits.changePercent)) {
    guards.push({
      id: 'many-changes',
      message: `${rows(changed)} would change: ${percent(changed / snapshot)} of what was sent (the limit is ${limits.changePercent} %). ${edited ? 'The mapping was edited since the last push.' : 'The mapping is the same as at the last push: look at what changed in the source.'}`,
    })
  }
  for (const { field, rows: lost } of emptied) {
    if (lost < few.rows || !over(lost, snapshot, limits.emptiedPercent)) continue
    guards.push({
      id: 'column-emptied',
      message: `${field} was filled and is empty now in ${rows(lost)}: ${percent(lost / snapshot)} of what was sent (the limit is ${limits.emptiedPercent} %). Is the source complete?`,
    })
  }
  return guards
}

function removalGuards(removed: number, snapshot: number, limits: Limits): Guard[] {
  const many = removed > few.removals && over(removed, snapshot, limits.removalPercent)
  if (!many && removed <= limits.removals) return []
  const message = `${rows(removed)} would be removed: ${percent(removed / snapshot)} of what was sent (the limit is ${limits.removalPercent} % or ${number(limits.removals)} rows).`
  return [{ id: 'many-removals', message }]
}

function rowGuards({ read, badIds, badRecords }: Situation, { badIdPercent, badRecordPercent }: Limits): Guard[] {
  const guards: Guard[] = []
  if (over(badIds, read, badIdPercent)) {
    guards.push({
      id: 'unique-id',
      message: `${rows(badIds)} of ${number(read)} have an empty unique id or share it with another row (the limit is ${badIdPercent} %). They are not sent.`,
    })
  }
  if (badRecords > few.records && over(badRecords, read, badRecordPercent)) {
    guards.push({
      id: 'required-empty',
      message: `${rows(badRecords)} of ${number(read)} lack a required value or hold one that does not fit (the limit is ${badRecordPercent} %). They are not sent.`,
    })
  }
  return guards
}

function sizeGuards({ read, requests, requestsLeft }: Situation, { cap }: Limits): Guard[] {
  const guards: Guard[] = []
  if (cap !== undefined && read > cap) {
    guards.push({
      id: 'over-cap',
      message: `The audience has ${rows(read)}; this sync is made for at most ${number(cap)}.`,
    })
  }
  if (requestsLeft !== undefined && requests > requestsLeft) {
    guards.push({
      id: 'over-quota',
      message: `This would take about ${number(requests)} requests; the destination takes ${number(requestsLeft)} more today. The rest would have to wait.`,
    })
  }
  return guards
}

const over = (part: number, whole: number, limit: number) => part * 100 > whole * limit
const number = (value: number) => value.toLocaleString('en')
const rows = (value: number) => (value === 1 ? '1 row' : `${number(value)} rows`)
const percent = (share: number) => `${Math.round(share * 100)} %`
