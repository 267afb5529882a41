import type { ColumnProfile, Profile } from '../../preload/api.ts'
import { number, shown } from '../shared/format.ts'
import { sampleTexts } from './useProfile.ts'

/** What a column holds, in a few words. Absent where there are no rows to tell it from. */
export type Facts = {
  /** "98%" */
  filled?: string
  /** "1,191"; "1,191+" where not every row was looked at. */
  different: string
  /** "3 to 99", or the most frequent values. */
  values: string
  /** "Of the first 50,000 rows", where it is not of all. */
  about?: string
}

export function factsOf(profile: Profile | undefined, name: string): Facts | undefined {
  const own = profile?.columns.find((column) => column.name === name)
  if (!profile || !own) return undefined
  return {
    ...(profile.rows > 0 && { filled: `${percent(own.filled, profile.rows)}%` }),
    different: `${number(own.distinct)}${profile.whole ? '' : '+'}`,
    values: rangeOf(own) || sampleTexts(own).slice(0, 3).join(', '),
    ...(!profile.whole && { about: `Of the first ${number(profile.rows)} rows` }),
  }
}

/** "98% filled, 1,191 different"; nothing where there is no row. */
export const factsText = ({ filled, different }: Facts): string =>
  filled === undefined ? '' : `${filled} filled, ${different} different`

function rangeOf({ least, most, distinct }: ColumnProfile): string {
  return least !== null && most !== null && distinct > 1 ? `${shown(least)} to ${shown(most)}` : ''
}

/** Neither 0 nor 100 unless it is. */
function percent(part: number, whole: number): number {
  const exact = (100 * part) / whole
  return exact > 0 && exact < 1 ? 1 : exact > 99 && exact < 100 ? 99 : Math.round(exact)
}
