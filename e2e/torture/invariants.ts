/**
 * What must be true when the faults are over. Pure: each check looks at what was recorded and answers one sentence for
 * each kind of violation; none is silence.
 */
import type { Change, Mode, Run } from '../../preload/api.ts'
import type { Expected, Texts } from './expected.ts'
import { appliedLine } from './receiver.ts'

/** A run with every change that it lists. */
export type Listed = { run: Pick<Run, 'id' | 'status' | 'counts' | 'read'>; changes: Change[] }

/** Everything that is known at the end of one scenario. */
export type Ending = {
  mode: Mode
  /** Whether records are found by the unique id itself: then the reasons are checked too. */
  plainKey: boolean
  rows: Expected[]
  /** Ids that several rows share. */
  shared: Set<string>
  /** The records that were there before the sync, by key. */
  before: Map<string, Texts>
  /** What is there now. A record that is there twice is in `content` once and counted in `times`. */
  content: Map<string, Texts>
  times: Map<string, number>
  /** Every record that a row ever stood for, as JSON, by unique id. */
  versions: Map<string, Set<string>>
  /** Every run that was pushed, in order; the last one met no faults. */
  pushed: Listed[]
  /** A plan made after the last push. */
  next: Listed
  /** Webhook only: what the receiver did, see `appliedLine`. */
  applied?: Set<string>
}

export type Check = (ending: Ending) => string[]

const results = ['accepted', 'skipped', 'refused', 'unknown'] as const

/** A plan's counts are those of the changes that it lists, and every row that was read is counted once. */
export function planAddsUp({ run, changes }: Listed, sourceRows?: number): string[] {
  const listed = {
    added: 'add',
    changed: 'change',
    removed: 'remove',
    invalid: 'invalid',
    excluded: 'excluded',
    adopted: 'adopt',
  } as const
  const wrong = Object.entries(listed).flatMap(([name, op]) => {
    const rows = changes.filter((change) => change.op === op).length
    const count = run.counts[name as keyof typeof listed]
    return count === rows ? [] : [`the plan counts ${count} ${name} and lists ${rows}`]
  })
  const { added, changed, unchanged, invalid, excluded, adopted } = run.counts
  // Left alone are also rows that are not in the audience any more: of which nobody knows whether they ever arrived.
  const looked = added + changed + unchanged + invalid + excluded + adopted
  if (looked < run.read || looked - excluded > run.read) wrong.push(`${run.read} rows were read, ${looked} are counted`)
  if (sourceRows !== undefined && run.read !== sourceRows)
    wrong.push(`the source has ${sourceRows} rows, the plan was made from ${run.read}`)
  return wrong
}

/** What a run says became of its changes is what its changes say; a finished one has nothing left to do. */
export function resultsAddUp({ run, changes }: Listed): string[] {
  const sendable = changes.filter(isSendable)
  const wrong = results.flatMap((state) => {
    const rows = sendable.filter((change) => change.state === state).length
    return run.counts[state] === rows ? [] : [`the run counts ${run.counts[state]} ${state} and lists ${rows}`]
  })
  const open = sendable.filter(({ state }) => state === 'planned' || state === 'sending')
  if (run.status === 'done' && open.length > 0) wrong.push(`a run is done with ${open.length} changes still open`)
  return wrong
}

/** Whoever was not sent is told why. */
export function reasonsAreGiven({ changes }: Listed): string[] {
  const mute = changes.filter(
    ({ op, state, problem }) =>
      (op === 'invalid' || state === 'refused' || state === 'skipped' || state === 'unknown') && !problem?.message,
  )
  return some('has no reason', mute.map(nameOf))
}

/** After a restart nothing may say that it is under way. */
export function nothingIsUnderWay(runs: Pick<Run, 'id' | 'status'>[]): string[] {
  return runs
    .filter(({ status }) => status === 'planning' || status === 'applying')
    .map(({ status }) => `after a restart a run is still ${status}`)
}

/** Every row with an id of its own is there as it is now, or listed with what became of it. */
export const everyRowIsAccountedFor: Check = (ending) => {
  const listed = notSent(ending)
  const there = byId(ending.content)
  const missing: string[] = []
  const stale: string[] = []
  for (const { label, key, record } of ending.rows) {
    if (listed.has(label)) continue
    // What is only ever added once keeps the record of that time.
    const once = ending.mode === 'insert' || ending.mode === 'append'
    const found = once ? there.get(label) : ending.content.get(key)
    if (!found) missing.push(label)
    else if (once ? !isVersion(ending, found) : !same(found, record)) stale.push(label)
  }
  return [...some('is neither there nor listed', missing), ...some('is there as it was before, and not listed', stale)]
}

/** What stands there came from this sync, or was there before; what left the audience is gone where the mode says so. */
export const nothingElseIsThere: Check = (ending) => {
  const { mode, plainKey, before, content, rows } = ending
  // A key in other letters is the same one: the record of a row that left is that of another row then.
  const current = new Set(rows.map(({ key }) => key.toLowerCase()))
  const listed = notSent(ending)
  const invented: string[] = []
  const left: string[] = []
  for (const [key, record] of content) {
    const own = before.get(key)
    if (own && same(own, record)) continue
    if (!isVersion(ending, record)) invented.push(key)
    // An update makes nothing; where records are found by another field it may give one a new key.
    else if (mode === 'update' && plainKey && !own) invented.push(key)
    else if (
      (mode === 'mirror' || mode === 'replace') &&
      !current.has(key.toLowerCase()) &&
      !listed.has(record.id ?? '')
    )
      left.push(key)
  }
  return [
    ...some('is there, which no row ever stood for', invented),
    ...some('left the audience and is still there', left),
  ]
}

/** Records of others are as they were. */
export const othersAreUntouched: Check = ({ mode, before, content, rows, versions }) => {
  const mine = new Set(rows.map(({ key }) => key))
  const changed: string[] = []
  for (const [key, record] of before) {
    // Modes that write over what they find own it from then on; replacing is meant for everything.
    if (mode === 'replace' || (mode !== 'insert' && (mine.has(key) || versions.has(record.id ?? '')))) continue
    const found = content.get(key)
    if (!found || !same(found, record)) changed.push(key)
  }
  return some('belongs to others and was changed or removed', changed)
}

/** Nothing stands there twice. */
export const nothingTwice: Check = ({ times }) =>
  some(
    'arrived more than once',
    [...times].filter(([, count]) => count > 1).map(([id]) => id),
  )

/** Whatever is called accepted was applied. */
export const acceptedWasApplied: Check = ({ pushed, applied }) => {
  if (!applied) return []
  const lies = pushed.flatMap(({ changes }) =>
    changes.filter(({ op, state, label, after, before }) => {
      if (state !== 'accepted' || op === 'invalid') return false
      const line =
        op === 'remove' ? appliedLine('remove', label, before ?? {}) : appliedLine('write', label, after ?? {})
      return !applied.has(line)
    }),
  )
  return some('is called accepted and never was', lies.map(nameOf))
}

/** When nothing goes wrong a push ends, knows every outcome, and its next plan holds nothing but what was not accepted. */
export const theEndIsQuiet: Check = (ending) => {
  const last = ending.pushed.at(-1)
  if (!last) return []
  const wrong = last.run.status === 'done' ? [] : [`the last push, without faults, ended as ${last.run.status}`]
  const open = last.changes.filter(({ state }) => state === 'unknown')
  if (ending.mode !== 'append') wrong.push(...some('is unknown although nothing went wrong', open.map(nameOf)))
  const listed = notSent(ending)
  const again = ending.next.changes.filter((change) => isSendable(change) && !listed.has(change.label))
  return [...wrong, ...some('was accepted and is planned again', again.map(nameOf))]
}

/** No good row is turned away. */
export const reasonsAreTrue: Check = ({ plainKey, mode, rows, shared, before, versions, content, pushed }) => {
  const last = pushed.at(-1)
  if (!plainKey || !last) return []
  const expected = new Map(rows.map((row) => [row.label, row]))
  const there = byId(content)
  const wrong = last.changes.filter(({ op, state, label }) => {
    const row = expected.get(label)
    if (!row || shared.has(label)) return false
    if (op === 'invalid') return !row.mayBe.invalid
    if (state === 'refused') return !row.mayBe.refused
    if (state !== 'skipped') return false
    const found = there.get(label)
    const own = found && versions.get(label)?.has(json(found))
    return mode === 'insert' ? !before.has(row.key) && !own : before.has(row.key)
  })
  return some('was turned away without cause', wrong.map(nameOf))
}

/** Nobody edits anything there: what differs was written by the sync itself, or was there before it. */
export const nobodyEdits: Check = ({ pushed, next }) => {
  const taken = [...pushed, next].flatMap(({ changes }) =>
    changes.filter(({ kept }) => kept?.some(({ why }) => why === 'edited')),
  )
  return some("was taken for somebody's edit", taken.map(nameOf))
}

export const checks: Record<string, Check> = {
  nobodyEdits,
  everyRowIsAccountedFor,
  nothingElseIsThere,
  othersAreUntouched,
  nothingTwice,
  acceptedWasApplied,
  theEndIsQuiet,
  reasonsAreTrue,
}

/** Rows that are listed as not (certainly) sent: in the last run, or for good in an earlier one. */
function notSent({ mode, pushed, next }: Ending): Set<string> {
  const labels = new Set<string>()
  const forGood = mode === 'append' ? 'unknown' : mode === 'insert' ? 'skipped' : undefined
  for (const [at, { changes }] of pushed.entries()) {
    const last = at === pushed.length - 1
    for (const { op, state, label } of changes) {
      const turnedAway = op === 'invalid' || state === 'refused' || state === 'skipped' || state === 'unknown'
      if ((last && turnedAway) || (op !== 'invalid' && state === forGood)) labels.add(label)
    }
  }
  // Left alone, with the reason, in the plan that was made last.
  for (const { op, label } of next.changes) if (op === 'excluded') labels.add(label)
  return labels
}

const byId = (content: Map<string, Texts>) => new Map([...content.values()].map((record) => [record.id ?? '', record]))
const isSendable = ({ op }: Change) => op === 'add' || op === 'change' || op === 'remove'
const nameOf = ({ label }: Change) => label

/** A record as one text, whatever the order of its fields. */
export const json = (record: Texts): string =>
  JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
const same = (a: Texts, b: Texts) => json(a) === json(b)
const isVersion = ({ versions }: Ending, record: Texts) => versions.get(record.id ?? '')?.has(json(record)) ?? false

function some(what: string, names: string[]): string[] {
  if (names.length === 0) return []
  const more = names.length > 1 ? ` (and ${names.length - 1} more)` : ''
  return [`“${names[0]}” ${what}${more}`]
}
