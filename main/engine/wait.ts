import { setTimeout as delay } from 'node:timers/promises'
import type { Stage } from './types.ts'

/** Waiting as told, without anything that went through in between, after which it is left for later. */
export const LONGEST_WAIT_MS = 15 * 60_000

const FIRST_BACKOFF_MS = 400
const LONGEST_BACKOFF_MS = 20_000
const FIRST_REST_MS = 2_000
const LONGEST_REST_MS = 60_000

/** Waits so many milliseconds, or until it is asked to pause. Rejects when the signal is raised. */
export async function pausable(ms: number, { signal, pausing }: Pick<Stage, 'signal' | 'pausing'>): Promise<void> {
  const either = AbortSignal.any([signal, pausing])
  await delay(ms, undefined, { signal: either }).catch(() => signal.throwIfAborted())
}

/** How long to wait before the next try, by the number of tries that failed before this one. */
export function backoff(failed: number, random: number): number {
  return jittered(FIRST_BACKOFF_MS, LONGEST_BACKOFF_MS, failed, random)
}

/**
 * As long as it was told; where the other side did not say how long (`0`), longer each time: whoever is asked to slow down
 * and comes back at once is asked again. `times` counts the times before this one.
 */
export function rest(toldMs: number, times: number, random: number): number {
  return toldMs > 0 ? toldMs : jittered(FIRST_REST_MS, LONGEST_REST_MS, times, random)
}

/** Full jitter over the upper half: never less than half of the step, so that a slow server gets its rest. */
function jittered(first: number, longest: number, times: number, random: number): number {
  const step = Math.min(longest, first * 2 ** times)
  return step / 2 + (step / 2) * random
}
