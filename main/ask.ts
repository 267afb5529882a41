import { ProblemError } from '../connectors/problems.ts'
import type { Answer, Input, Method, Output } from '../preload/api.ts'
import type { App } from './app.ts'

/** A call through the app's own door for hosts that want the value or a throw. Throws ProblemError. */
export async function ask<M extends Method>(
  app: Pick<App, 'dispatch'>,
  method: M,
  input: Input<M>,
): Promise<Output<M>> {
  const answer: Answer<Output<M>> = await app.dispatch(method, input)
  if (answer.ok) return answer.value
  throw new ProblemError(answer.problem)
}
