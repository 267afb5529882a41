import type { GuardId, Run } from '../../preload/api.ts'
import { moment } from '../shared/format.ts'

/** What a guard is about, for a run that no longer knows the whole sentence. */
const words: Record<GuardId, string> = {
  'many-removals': 'Many removals.',
  'many-changes': 'Many changes.',
  'source-empty': 'The audience was empty.',
  'source-shrank': 'The audience shrank.',
  'column-emptied': 'A column went empty.',
  'unique-id': 'Unique ids were empty or shared.',
  'required-empty': 'Required values were missing.',
  'over-cap': 'The audience was larger than its limit.',
  'over-quota': 'More requests than the destination takes in a day.',
  'other-place': 'The connection led to another place than before.',
}

/** Who said yes to what, and when: "Confirmed by anna on laptop-7, Nov 23, 2026, 9:01:45 AM:" and what was found. */
export function confirmationOf({ confirmed, guards }: Pick<Run, 'confirmed' | 'guards'>): string | undefined {
  if (!confirmed || confirmed.guards.length === 0) return undefined
  const found = confirmed.guards.flatMap((id) => {
    const sentences = guards.filter((guard) => guard.id === id).map(({ message }) => message)
    return sentences.length > 0 ? sentences : [words[id]]
  })
  return `Confirmed by ${confirmed.by}, ${moment(confirmed.at)}: ${found.join(' ')}`
}
