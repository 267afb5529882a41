import { setTimeout as delay } from 'node:timers/promises'
import { createPace, type Pace } from '../engine/pace.ts'

/** One pace for all who send against the same quota, whatever sync or connection they belong to. */
export function createPaces(): (holder: string) => Pace {
  const paces = new Map<string, Pace>()
  return (holder) => {
    const known = paces.get(holder)
    if (known) return known
    const pace = createPace(
      () => performance.now(),
      (ms) => delay(ms),
    )
    paces.set(holder, pace)
    return pace
  }
}
