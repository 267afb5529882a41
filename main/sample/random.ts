/** Numbers that look random and are the same every time. */
export type Random = {
  /** A whole number in [from, to]. */
  whole(from: number, to: number): number
  /** True in about this share of the calls. */
  chance(share: number): boolean
  one<T>(of: readonly T[]): T
  /** One of the items, each as often as its weight says. */
  weighted<T>(of: readonly (readonly [T, number])[]): T
}

/** mulberry32: 32 bits of state, good enough for sample data (public domain, by Tommy Ettinger). */
export function createRandom(seed: number): Random {
  let state = seed | 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: (share) => next() < share,
    one: (of) => of[Math.floor(next() * of.length)] as (typeof of)[number],
    weighted(of) {
      let left = next() * of.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [item, weight] of of) {
        left -= weight
        if (left < 0) return item
      }
      return (of.at(-1) as (typeof of)[number])[0]
    },
  }
}
