import type { Write } from '../../connectors/types.ts'
import { LONGEST_WAIT_MS } from './wait.ts'

/** Without any answer for so long, and so many times, the other side counts as down rather than choosy. */
const DOWN_AFTER_MS = 30_000
const DOWN_AFTER_TRIES = 24

/** What is known of the other side, over everything that is being sent: since when it has taken nothing. */
export type Outage = ReturnType<typeof watchForOutage>

/** `now` is in milliseconds and never goes back: time is what counts, for many lanes wait and fail at the same time. */
export function watchForOutage(now: () => number) {
  let answers = 0
  let restingSince: number | undefined
  let failingSince: number | undefined
  let tries = 0
  const failing = new Set<Write>()

  function up(): void {
    failingSince = undefined
    tries = 0
    failing.clear()
  }

  return {
    /** Records were accepted or refused. */
    answered(): void {
      answers++
      restingSince = undefined
      up()
    },
    /** It asked to wait so long, so it is there. False when that is longer than anybody waits for it. */
    told(ms: number): boolean {
      restingSince ??= now()
      up()
      return now() + ms - restingSince <= LONGEST_WAIT_MS
    },
    /** A try had no answer. Tells how many answers there were before it. */
    failed(batch: readonly Write[]): number {
      failingSince ??= now()
      tries++
      for (const write of batch) failing.add(write)
      return answers
    },
    /** Something was answered since there were so many answers. */
    answeredSince: (before: number): boolean => answers > before,
    /** More than one record fails and none goes through, so it is probably not the records. */
    isLikely: (): boolean => failing.size > 1,
    isCertain: (): boolean =>
      failing.size > 1 && tries >= DOWN_AFTER_TRIES && now() - (failingSince ?? now()) >= DOWN_AFTER_MS,
  }
}
