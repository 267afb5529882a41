const formats = new Map<string, Intl.DateTimeFormat>()

/** Zones change on quarters of an hour. In milliseconds. */
const QUARTER_MS = 900_000

/** What the wall clock of a zone shows at an instant, as the milliseconds since 1970 that it would be in UTC. */
export function wallClock(at: number, timeZone: string): number {
  return at + offsetOf(Math.floor(at / QUARTER_MS) * QUARTER_MS, timeZone)
}

let last = { at: Number.NaN, timeZone: '', offset: 0 }

/** How far the wall clock of a zone is ahead of UTC. Asked again and again for the same quarter of an hour. */
function offsetOf(at: number, timeZone: string): number {
  if (last.at === at && last.timeZone === timeZone) return last.offset
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  last = { at, timeZone, offset: Date.UTC(year, month - 1, day, hour, minute, second) - at }
  return last.offset
}

/** The instant at which the wall clock of a zone shows this: the first where the clocks repeat it, after the gap where they skip it. */
export function instantOf(wall: number, timeZone: string): number {
  const offsetAt = (at: number) => wallClock(at, timeZone) - at
  // Offsets change by hours at most: those of the day before and the day after are the only ones that can hold.
  const [before, after] = [offsetAt(wall - 86_400_000), offsetAt(wall + 86_400_000)]
  const fits = [wall - before, wall - after].filter((at) => wallClock(at, timeZone) === wall)
  return fits.length > 0 ? Math.min(...fits) : wall - before
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(timeZone, format)
  return format
}
