/** A few requests at a time, where a product takes one member per request. */
import type { Write, WriteResult } from '../../types.ts'
import { requestsAtOnce } from './client.ts'

/**
 * Works on all items, at most `most` at a time; answers in their order. When one fails the others under way are awaited,
 * nothing more is begun, and the first error is thrown.
 */
export async function atOnce<T, R>(
  items: readonly T[],
  work: (item: T, at: number) => Promise<R>,
  most: number = requestsAtOnce,
): Promise<R[]> {
  const results: R[] = new Array(items.length)
  const errors: unknown[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < items.length && errors.length === 0) {
      const at = next++
      try {
        results[at] = await work(items[at] as T, at)
      } catch (error) {
        errors.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane))
  if (errors.length > 0) throw errors[0]
  return results
}

/** One request per write; what was answered is kept, so that a repeat of the same writes sends only what is left. */
export type OneByOne = <T extends { write: Write }>(
  items: readonly T[],
  send: (item: T) => Promise<WriteResult>,
) => Promise<WriteResult[]>

/** One per writer. */
export function createOneByOne(): OneByOne {
  const answered = new WeakMap<Write, WriteResult>()
  return (items, send) =>
    atOnce(items, async (item) => {
      const known = answered.get(item.write)
      if (known) return known
      const result = await send(item)
      answered.set(item.write, result)
      return result
    })
}
