/** The units in which an interval is said, in minutes. */
export const units = { minutes: 1, hours: 60, days: 1_440 } as const
export type Unit = keyof typeof units

/** The longest interval, in minutes: 31 days. */
const LONGEST = 44_640

/** The largest unit in which the minutes are a whole number. */
export function unitOf(minutes: number): Unit {
  if (minutes % units.days === 0) return 'days'
  return minutes % units.hours === 0 ? 'hours' : 'minutes'
}

/** How many of a unit an interval may have at most. */
export const mostOf = (unit: Unit): number => Math.floor(LONGEST / units[unit])

/** What was typed as minutes, or why it is none. */
export function readInterval(text: string, unit: Unit): { minutes: number } | { why: string } {
  const most = mostOf(unit)
  const value = Number(text.trim())
  if (text.trim() === '' || !Number.isInteger(value) || value < 1 || value > most) {
    return { why: `A whole number from 1 to ${most.toLocaleString('en')}.` }
  }
  return { minutes: value * units[unit] }
}
