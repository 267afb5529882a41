import type { Exclusion } from '../../preload/api.ts'
import { count, number } from '../shared/format.ts'

/** Values are compared without regard to case and to spaces around them, here as in the core. */
const keyOf = (value: string) => value.trim().toLowerCase()

/** The different values in a text with one per line; an empty line is none. */
export function valuesIn(text: string): string[] {
  return [...new Set(text.split(/\r?\n/).map(keyOf))].filter((value) => value !== '')
}

/** Those that are not on the list yet. */
export function unknownOf(values: string[], list: Exclusion[]): string[] {
  const known = new Set(list.map(({ value }) => keyOf(value)))
  return values.filter((value) => !known.has(value))
}

/** What adding these values did to the list: "3 values added, 1 was on the list already." */
export function addedText(values: string[], before: Exclusion[]): string {
  const added = unknownOf(values, before).length
  const old = values.length - added
  const already = old === 0 ? '' : `${number(old)} ${old === 1 ? 'was' : 'were'} on the list already`
  if (added === 0) return `Nothing new: ${already}.`
  return already ? `${count(added, 'value')} added, ${already}.` : `${count(added, 'value')} added.`
}

/** The lines that hold the text in their value or note, the newest first, values of one time by name. */
export function listed(list: Exclusion[], search: string): Exclusion[] {
  const wanted = search.trim().toLowerCase()
  return list
    .filter(({ value, note }) => value.toLowerCase().includes(wanted) || note.toLowerCase().includes(wanted))
    .sort((a, b) => b.addedAt.localeCompare(a.addedAt) || a.value.localeCompare(b.value))
}
