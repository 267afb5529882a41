import type { Mode, Removal, Run, Value, ValueType } from '../../preload/api.ts'

/** 12345 → "12,345". */
export const number = (value: number): string => value.toLocaleString('en')

/** 1 → "1 row", 2 → "2 rows". */
export const count = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** "3 minutes ago", "in 2 hours". */
export function ago(instant: string, now = Date.now()): string {
  const ms = new Date(instant).getTime() - now
  for (const [unit, size] of units) {
    if (Math.abs(ms) >= size) return relative.format(Math.round(ms / size), unit)
  }
  return ms > 0 ? 'in less than a minute' : 'just now'
}

/** The whole date and time in the computer's own zone. */
export const moment = (instant: string): string =>
  new Date(instant).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'medium' })

/** Milliseconds as "0.4 s", "12 s", "3 min 20 s", "2 h 5 min". */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** Bytes as "12 kB", "3.4 MB". */
export function size(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`
  return bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1_000_000_000).toFixed(1)} GB`
}

/** A value as it stands in a cell. Empty text and NULL look different from each other and from a space. */
export function shown(value: Value | undefined): string {
  if (value === undefined) return ''
  if (value === null) return 'empty'
  if (value === '') return '“”'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** The types of values in the user's words. */
export const typeTexts: Record<ValueType, string> = {
  text: 'text',
  integer: 'whole number',
  decimal: 'number',
  float: 'number',
  boolean: 'yes or no',
  date: 'date',
  time: 'time',
  timestamp: 'date and time',
  instant: 'date and time',
  json: 'list or object',
  bytes: 'file',
}

/** The modes in the user's words, as a name and a sentence. */
export const modeTexts: Record<Mode, { name: string; sentence: string }> = {
  update: { name: 'Update existing only', sentence: 'Changes records that are there already. Nothing new is added.' },
  insert: { name: 'Add new only', sentence: 'Adds records that are not there yet. What is there is never touched.' },
  upsert: { name: 'Add and update', sentence: 'Adds new records and changes existing ones. Nothing is removed.' },
  mirror: {
    name: 'Keep identical',
    sentence: 'Adds, changes, and removes what Outflow sent before when its row has left the audience.',
  },
  membership: {
    name: 'Add to list / remove from list',
    sentence: 'Who enters the audience is added to the list, who leaves it is removed.',
  },
  replace: { name: 'Replace everything', sentence: 'Writes the whole audience anew and swaps it in at once.' },
  append: { name: 'Send once per new row', sentence: 'Each new row is sent once. Nothing is sent again or changed.' },
}

export const removalTexts: Record<Removal, string> = {
  delete: 'Delete the record',
  archive: 'Archive the record',
  clear: 'Clear the mapped fields',
  'leave-list': 'Remove it from the list',
  nothing: 'Leave it as it is',
}

/** What will be sent: additions, changes and removals. */
export const toSend = ({ counts }: Pick<Run, 'counts'>): number => counts.added + counts.changed + counts.removed
