import type { Problem, Run } from '../../preload/api.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'

type RunProblemProps = { run: Run; problem: Problem; onRetry?: () => void }

/** A problem of a run; its button leads to the sync, or to the connection that does not let Outflow in. */
export function RunProblem({ run, problem, onRetry }: RunProblemProps) {
  const { sync, needsSignIn } = run
  return (
    <ProblemAlert
      problem={problem}
      sync={sync}
      {...(needsSignIn !== undefined && { connection: needsSignIn })}
      {...(onRetry && { onRetry })}
    />
  )
}
