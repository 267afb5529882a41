/** Batches by count and by bytes, for products that limit both. */

export type PackLimits = {
  records: number
  /** Of one request's body. */
  bytes?: number
  /** Bytes that every request has beside its records: the frame around them. Default 0. */
  frame?: number
  /** Bytes between two records. Default 1, the comma. */
  between?: number
}

/** What goes into one request, and where it stood. */
export type Pack<T> = { items: T[]; at: number[] }

/**
 * Splits items into as few packs as keep the limits, in order. `tooLarge`: places of items that no request can hold.
 * @param bytesOf of one item as it is sent, in bytes
 */
export function packs<T>(
  items: readonly T[],
  limits: PackLimits,
  bytesOf: (item: T) => number = () => 0,
): { packs: Pack<T>[]; tooLarge: number[] } {
  const { records, bytes = Number.POSITIVE_INFINITY, frame = 0, between = 1 } = limits
  const found: Pack<T>[] = []
  const tooLarge: number[] = []
  let size = 0
  for (const [at, item] of items.entries()) {
    const own = bytesOf(item)
    if (frame + own > bytes) {
      tooLarge.push(at)
      continue
    }
    const last = found.at(-1)
    if (last && last.items.length < records && size + between + own <= bytes) {
      last.items.push(item)
      last.at.push(at)
      size += between + own
    } else {
      found.push({ items: [item], at: [at] })
      size = frame + own
    }
  }
  return { packs: found, tooLarge }
}

/** Bytes of a value as JSON in UTF-8. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '')
}
