import { availableParallelism } from 'node:os'
import type { PostgresServer } from '../../connectors/testing/postgres.ts'

/** What a case may use; each is started when it is first asked for, and ended with the bench. */
export type Bench = {
  /** Rows of a full-size table: a multiple of 1,000. */
  rows: number
  /** How often app and baseline are measured. */
  pairs: number
  /** Whether ten times the rows are measured too. */
  large: boolean
  /** A new empty folder, deleted after the bench. */
  newFolder(name: string): string
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

/** Measures both, alternately and each first in turn, so that neither always finds the caches warm. */
export async function inPairs<App>(
  { pairs }: Pick<Bench, 'pairs'>,
  measure: (pair: number) => { app: () => Promise<App>; baseline: () => Promise<number> },
): Promise<Pair<App>[]> {
  const measured: Pair<App>[] = []
  for (let pair = 0; pair < pairs; pair++) {
    const { app, baseline } = measure(pair)
    if (pair % 2 === 0) {
      const first = await baseline()
      measured.push({ baseline: first, app: await app() })
    } else measured.push({ app: await app(), baseline: await baseline() })
  }
  return measured
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

/** The median of what was measured beside the target's limit. */
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

/** The machine, as far as ratios depend on it. */
export const machine = (): string => `Node ${process.versions.node}, ${availableParallelism()} cores`
