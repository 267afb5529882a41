import { toProblem } from '../../connectors/problems.ts'

/** Does things of which one that fails must not keep the others from being done: it is logged with what it was. */
export function createAttempts(log: (line: string) => void) {
  const tell = (what: string, error: unknown): void => {
    const { message, detail } = toProblem(error)
    log(`${what}: ${message} ${detail ?? ''}`)
  }
  return {
    tell,
    /** The answer of the work, or undefined when it failed. */
    attempt<T>(what: string, work: () => T): T | undefined {
      try {
        return work()
      } catch (error) {
        tell(what, error)
        return undefined
      }
    },
  }
}
