import type { PostgresServer } from '../../connectors/testing/postgres.ts'

/** What a case may use; each is started when it is first asked for, and ended with the bench. */
export type Bench = {
  /** Rows of a full-size table: a multiple of 1,000. */
  rows: number
  /** How often app and baseline are measured. */
  pairs: number
  /** Whether ten times the rows are measured too. */
  large: boolean
  /** A new empty folder, deleted by `remove` or after the bench. */
  newFolder(): { path: string; remove(): void }
  /** A real server. Throws Missing where there is no psql to measure it with. */
  postgres(): Promise<PostgresServer>
  /** The origin of a receiver in a process of its own, which answers after `delayMs`. */
  receiver(delayMs?: number): Promise<string>
  /** A line for whoever waits. */
  say(line: string): void
}

/** What makes a case impossible here: no psql, no browser. Its cases are left out with this reason. */
export class Missing extends Error {
  override name = 'Missing'
}

export type Unit = 'ms' | 'MB' | 'B' | 'kB'

/**
 * A row of the targets: how many times the baseline the app may take, at most (`must`) and as we want it (`aim`). With
 * `limit` there is no baseline to measure: that number, in the case's unit, stands in its place.
 */
export type Target = { name: string; unit: Unit; must: number; aim: number; limit?: number }

/** Targets that are measured together, because they need the same runs. */
export type CaseGroup = {
  targets: readonly Target[]
  run(bench: Bench): Promise<Result[]>
}

/** `ratio` is appMs ÷ baselineMs; both are in `unit`, which is milliseconds unless the name says otherwise. */
export type Result = {
  name: string
  unit: Unit
  appMs: number
  baselineMs: number
  ratio: number
  must: number
  aim: number
  /** The peak of the app's process over all pairs; null where no run of the app was looked at. */
  rssMb: number | null
  ok: boolean
}

export type Pair<App> = { app: App; baseline: number }

/** A target that is a ratio of two times. */
export const ratioTarget = (name: string, must: number, aim: number): Target => ({ name, unit: 'ms', must, aim })

/** A target that is a number of its own, in `unit`. */
export const limitTarget = (name: string, unit: Unit, must: number, aim: number): Target => ({
  name,
  unit,
  must: 1,
  aim: aim / must,
  limit: must,
})

/** Measures one pair. Every other pair begins with the app, so that neither always finds the caches warm. */
export async function measurePair<App>(
  pair: number,
  { app, baseline }: { app: () => Promise<App>; baseline: () => Promise<number> },
): Promise<Pair<App>> {
  if (pair % 2 === 1) return { app: await app(), baseline: await baseline() }
  const measured = await baseline()
  return { app: await app(), baseline: measured }
}

/** Medians of the pairs; the ratio is the median of their ratios, as the machine is as loud for both of a pair. */
export function ratioResult(target: Target, pairs: readonly Pair<number>[], rssMb: number | null): Result {
  const ratio = median(pairs.map(({ app, baseline }) => app / baseline))
  return {
    ...shown(target),
    appMs: median(pairs.map(({ app }) => app)),
    baselineMs: median(pairs.map(({ baseline }) => baseline)),
    ratio,
    rssMb,
    ok: ratio <= target.must,
  }
}

/** The median of what was measured, beside the target's limit. */
export function limitResult(target: Target, measured: readonly number[], rssMb: number | null): Result {
  const { limit = Number.NaN } = target
  return ratioResult(
    target,
    measured.map((app) => ({ app, baseline: limit })),
    rssMb,
  )
}

const shown = ({ name, unit, must, aim }: Target) => ({ name, unit, must, aim })

/** The middle one, the mean of the two middle ones of an even number. NaN of nothing. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? Number.NaN
  return (at((sorted.length - 1) >> 1) + at(sorted.length >> 1)) / 2
}

/** From plan to end, beside the baseline. */
export const timesOf = (pairs: readonly Pair<{ totalMs: number }>[]): Pair<number>[] =>
  pairs.map(({ app, baseline }) => ({ app: app.totalMs, baseline }))

/** The most memory that any of the runs took, in MB. */
export const peakOf = (pairs: readonly Pair<{ rssMb: number }>[]): number =>
  Math.max(...pairs.map(({ app }) => app.rssMb))
