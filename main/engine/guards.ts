import type { Guard, Mode, RunCounts } from '../../preload/api.ts'

/** What a guard looks at. All in rows. */
export type Situation = {
  mode: Mode
  counts: RunCounts
  read: number
  /** What the destination had acknowledged before this plan. */
  snapshot: number
  /** Invalid rows whose unique id is empty or not unique. */
  badIds: number
  /** Invalid rows because a required field is empty or a value does not fit. */
  badRecords: number
}

const limits = {
  removalShare: 0.2,
  removals: 5_000,
  /** Below these a share means little: 1 of 4 is a quarter. */
  fewRemovals: 5,
  changeShare: 0.5,
  fewChanges: 100,
  shrinkShare: 0.3,
  fewRows: 20,
  badIdShare: 0.05,
  badRecordShare: 0.2,
}

/** The reasons to look before pushing; an empty list lets the run go on by itself. Each message names count and limit. */
export function checkGuards(situation: Situation): Guard[] {
  const { mode, counts, read, snapshot, badIds, badRecords } = situation
  const guards: Guard[] = []
  const removes = counts.removed
  if (read === 0 && snapshot > 0) {
    guards.push({
      id: 'source-empty',
      message: `The audience is empty now; the last time ${rows(snapshot)} had been sent. Is the source complete?`,
    })
  } else if (snapshot >= limits.fewRows && read < snapshot * (1 - limits.shrinkShare)) {
    guards.push({
      id: 'source-shrank',
      message: `The audience has ${rows(read)}; ${rows(snapshot)} had been sent. That is ${percent(1 - read / snapshot)} fewer (the limit is ${percent(limits.shrinkShare)}).`,
    })
  }
  if (removes > limits.removals || (removes > limits.fewRemovals && removes > snapshot * limits.removalShare)) {
    guards.push({
      id: 'many-removals',
      message: `${rows(removes)} would be removed: ${percent(removes / snapshot)} of what was sent (the limit is ${percent(limits.removalShare)} or ${number(limits.removals)} rows).`,
    })
  }
  if (mode !== 'update' && counts.changed > limits.fewChanges && counts.changed > snapshot * limits.changeShare) {
    guards.push({
      id: 'many-changes',
      message: `${rows(counts.changed)} would change: ${percent(counts.changed / snapshot)} of what was sent (the limit is ${percent(limits.changeShare)}). Was the mapping edited?`,
    })
  }
  if (badIds > read * limits.badIdShare) {
    guards.push({
      id: 'unique-id',
      message: `${rows(badIds)} of ${number(read)} have an empty unique id or share it with another row (the limit is ${percent(limits.badIdShare)}). They are not sent.`,
    })
  }
  if (badRecords > limits.fewRemovals && badRecords > read * limits.badRecordShare) {
    guards.push({
      id: 'required-empty',
      message: `${rows(badRecords)} of ${number(read)} lack a required value or hold one that does not fit (the limit is ${percent(limits.badRecordShare)}). They are not sent.`,
    })
  }
  return guards
}

const number = (value: number) => value.toLocaleString('en')
const rows = (value: number) => (value === 1 ? '1 row' : `${number(value)} rows`)
const percent = (share: number) => `${Math.round(share * 100)} %`
