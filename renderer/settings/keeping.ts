/** The choices for how long runs are kept, in days; null keeps them all. */
export const periods: { days: number | null; label: string }[] = [
  { days: null, label: 'Forever' },
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 365, label: '365 days' },
]

/** The choices, with the one that is set where it is none of them (by the command line, by another version). */
export function periodsWith(days: number | null): typeof periods {
  if (days === null || periods.some((period) => period.days === days)) return periods
  return [...periods, { days, label: days === 1 ? '1 day' : `${days.toLocaleString('en')} days` }]
}

/** Whether fewer runs would be kept than now. */
export function isShorter(next: number | null, now: number | null): boolean {
  return next !== null && (now === null || next < now)
}

/** As many megabytes as the core takes. */
export const MOST_MB = 10_000

/** What was typed as whole megabytes, or what is wrong with it. */
export function megabytesOf(text: string): { value: number } | { wrong: string } {
  const typed = text.trim().replaceAll(',', '')
  if (typed === '') return { wrong: 'Enter a number of megabytes; 0 keeps none.' }
  if (!/^\d+$/.test(typed)) return { wrong: 'Enter a whole number of megabytes, such as 20.' }
  const value = Number(typed)
  if (value > MOST_MB) return { wrong: `Enter at most ${MOST_MB.toLocaleString('en')} MB.` }
  return { value }
}
