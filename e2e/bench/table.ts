import type { Result, Unit } from './case.ts'

const headings = ['', 'app', 'baseline or limit', 'ratio', 'must', 'aim', 'peak', '']

/** The results as lines of text, in columns. */
export function table(results: readonly Result[]): string {
  const lines = [headings, ...results.map(cells)]
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** The results for programs: one array, without the unit, which the name tells where it is not milliseconds. */
export function json(results: readonly Result[]): string {
  return JSON.stringify(
    results.map(({ name, appMs, baselineMs, ratio, must, aim, rssMb, ok }) => {
      return { name, appMs, baselineMs, ratio, must, aim, rssMb, ok }
    }),
  )
}

function cells({ name, unit, appMs, baselineMs, ratio, must, aim, rssMb, ok }: Result): string[] {
  const times = (value: number) => value.toFixed(2)
  const peak = rssMb === null ? '' : amount(rssMb, 'MB')
  const verdict = ok ? (ratio <= aim ? 'aim met' : 'ok') : 'TOO MUCH'
  return [name, amount(appMs, unit), amount(baselineMs, unit), times(ratio), times(must), times(aim), peak, verdict]
}

/** A number as a person reads it: seconds from one second on. */
export function amount(value: number, unit: Unit): string {
  if (unit === 'ms' && value >= 1000) return `${(value / 1000).toFixed(2)} s`
  return `${value.toFixed(value < 100 ? 1 : 0)} ${unit}`
}
