/**
 * Which of several parties something that was thrown came from. Whoever works with one of them says so; whoever catches
 * the error in the end asks.
 */
const parties = new WeakMap<object, string>()

/** What this work throws came from that party, unless something inside of it has said so of another one. */
export async function blaming<T>(party: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (typeof error === 'object' && error !== null && !parties.has(error)) parties.set(error, party)
    throw error
  }
}

/** Undefined where nobody has said so. */
export function blamed(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null ? parties.get(error) : undefined
}
