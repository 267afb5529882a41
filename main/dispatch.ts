import type { z } from 'zod'
import { isAbort, type Problem, ProblemError, toProblem } from '../connectors/problems.ts'
import type { Answer, Input, Method, Output } from '../preload/api.ts'
import { fullDisk } from './store/disk.ts'

/** What a handler may know about the call. `signal` is raised when the caller has gone away. */
export type Call = { signal: AbortSignal }

/** One method: the check of its input, and what is done. */
export type Entry<M extends Method> = {
  check: z.ZodType<Input<M>>
  handle: (input: Input<M>, call: Call) => Output<M> | Promise<Output<M>>
}

/** Every method has an entry, or it does not compile. */
export type Door = { [M in Method]: Entry<M> }

/** The methods of one noun: what a file of api/ answers. `NounDoor<'runs'>` has the keys `runs.list`, `runs.get`, … */
export type NounDoor<N extends string> = { [M in Extract<Method, `${N}.${string}`>]: Entry<M> }

export type Dispatch = {
  <M extends Method>(method: M, input: Input<M>, call?: Call): Promise<Answer<Output<M>>>
  /** For carriers: method and input are still what came over the wire. */
  (method: string, input: unknown, call?: Call): Promise<Answer<unknown>>
}

/**
 * The single door: finds the method, checks the input, runs it, and turns whatever is thrown into a Problem. Never rejects.
 * What nobody foresaw is logged with its stack.
 */
export function createDispatch(door: Door, log: (line: string) => void): Dispatch {
  const methods = new Map(Object.entries(door) as [string, Entry<Method>][])

  async function dispatch(method: string, input: unknown, call: Call = { signal: new AbortController().signal }) {
    try {
      const entry = methods.get(method)
      if (!entry) throw new ProblemError(notUnderstood(`unknown method ${JSON.stringify(method.slice(0, 100))}`))
      const checked = entry.check.safeParse(input)
      if (!checked.success) throw new ProblemError(refusedInput(method, checked.error))
      return { ok: true, value: await entry.handle(checked.data, call) } as const
    } catch (error) {
      return { ok: false, problem: answerOf(method, error, log) } as const
    }
  }
  // The map's key is the method, so entry, input and output belong together; the compiler cannot see that through a Map.
  return dispatch as Dispatch
}

function answerOf(method: string, error: unknown, log: (line: string) => void): Problem {
  const problem = isAbort(error)
    ? ({ remedy: 'retry', message: 'This was stopped before it was done. Try again.' } satisfies Problem)
    : (fullDisk(error) ?? toProblem(error))
  if (problem.remedy === 'report') {
    const stack = error instanceof Error && !(error instanceof ProblemError) ? (error.stack ?? '') : ''
    log(`${method}: ${problem.message} ${problem.detail ?? ''} ${stack}`)
  }
  return problem
}

function refusedInput(method: string, error: z.ZodError): Problem {
  const issue = error.issues[0]
  // Paths and rules only: an input may hold a secret.
  return notUnderstood(`${method}: ${issue?.path.join('.') || 'input'}: ${issue?.code} ${error.issues.length} issue(s)`)
}

function notUnderstood(detail: string): Problem {
  return {
    remedy: 'report',
    message: 'Outflow cannot do this as it was asked. Something is missing, too long or of the wrong kind.',
    detail,
  }
}
