/**
 * What the person at the screen can do about a problem. One button each:
 * - `reconnect`: sign in again or correct the connection's settings
 * - `edit-sync`: change the sync or its audience (a column or object is gone, a field is not mapped)
 * - `fix-record`: correct this one row in the source
 * - `retry`: nothing to change; try again (now, or after `retryAfterMs`)
 * - `confirm`: look at it, then say yes
 * - `report`: nobody here can mend it; the detail is what to send to the maintainers
 */
export const remedies = ['reconnect', 'edit-sync', 'fix-record', 'retry', 'confirm', 'report'] as const
export type Remedy = (typeof remedies)[number]

/** A problem as it crosses threads, the bridge and the disk. Never holds a secret. */
export type Problem = {
  remedy: Remedy
  /** One or two plain sentences for the user: what happened and what to do. */
  message: string
  /** For the log and the maintainers: status codes, first bytes of an answer, driver messages. */
  detail?: string
  /** Wait at least this long before trying again, in milliseconds; 0 when asked to wait without being told how long. */
  retryAfterMs?: number
  /**
   * `true` when a request may have been carried out although its answer never came (a timeout after sending).
   * Keyed writes are repeated; appended rows become *unknown*.
   */
  outcomeUnknown?: boolean
  /** `true` when the other side could not be reached at all: nothing left, and no record is to blame. */
  unreachable?: boolean
  /** `true` when the answer cannot be read: a `retry` that becomes a `report` when trying again does not help. */
  unreadable?: boolean
}

/** The one error class of the app: whoever throws it has already decided what the user reads. */
export class ProblemError extends Error {
  readonly problem: Problem
  constructor(problem: Problem, options?: { cause?: unknown }) {
    super(problem.message, options)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/**
 * The problem inside anything that was thrown. An error that nobody foresaw becomes a `report` with its text as detail,
 * so that no caller ever shows a stack trace. An aborted signal is told apart by `isAbort`.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return {
    remedy: 'report',
    message:
      'Outflow ran into a fault of its own. Nothing that was acknowledged is lost; the details help us to mend it.',
    detail,
  }
}

/** Whether this error only says that an AbortSignal was raised (a cancel, not a fault). */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'ResponseAborted')
}
