import type { Change, Mention, Row } from '../../preload/api.ts'
import { shown } from '../shared/format.ts'

/** What one run sent about the records that were asked for. */
export type MentionsOfRun = Pick<Mention, 'run' | 'sync' | 'syncName' | 'at'> & { changes: Change[] }

/** The mentions by run, in the order in which each run came first. */
export function byRun(mentions: Mention[]): MentionsOfRun[] {
  const groups = new Map<string, MentionsOfRun>()
  for (const { change, ...about } of mentions) {
    const group = groups.get(about.run)
    if (group) group.changes.push(change)
    else groups.set(about.run, { ...about, changes: [change] })
  }
  return [...groups.values()]
}

/**
 * The field that tells which record this is: the one that holds the text, or, where that is among the changed ones that are
 * shown anyway, the record's first one. None where its unique id holds the text.
 */
export function tellingOf(change: Change, text: string): { field: string; value: string } | undefined {
  const wanted = text.trim().toLowerCase()
  if (change.label.toLowerCase().includes(wanted)) return undefined
  const { before = {}, after = {}, op } = change
  const fields = Object.keys({ ...after, ...before })
  const holds = (row: Row, field: string) => shown(row[field]).toLowerCase().includes(wanted)
  const found = fields.find((field) => holds(after, field) || holds(before, field))
  if (found === undefined) return undefined
  const isShown = op === 'change' && JSON.stringify(before[found]) !== JSON.stringify(after[found])
  const field = isShown ? (fields[0] as string) : found
  return { field, value: shown(after[field] ?? before[field]) }
}

type Look = { label: string; color: string }

const done: Record<'add' | 'change' | 'remove', Look> = {
  add: { label: 'Added', color: 'success.main' },
  change: { label: 'Changed', color: 'success.main' },
  remove: { label: 'Removed', color: 'success.main' },
}

/** What became of a record, in one or two words. */
export function outcomeOf({ op, state }: Pick<Change, 'op' | 'state'>): Look {
  if (op === 'invalid') return { label: 'Not sent', color: 'warning.main' }
  if (op === 'excluded') return { label: 'Left alone', color: 'text.secondary' }
  if (op === 'adopt') return { label: 'Already there', color: 'text.secondary' }
  switch (state) {
    case 'accepted':
      return done[op]
    case 'refused':
      return { label: 'Refused', color: 'error.main' }
    case 'unknown':
      return { label: 'Unknown', color: 'warning.main' }
    case 'skipped':
      return { label: 'Skipped', color: 'text.secondary' }
    case 'sending':
      return { label: 'Sending', color: 'info.main' }
    case 'planned':
      return { label: 'Not sent yet', color: 'text.secondary' }
  }
}
