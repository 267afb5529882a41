import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useNavigate } from 'react-router'
import { useAction } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { ownLine } from '../shared/ownLine.ts'

type PlanAgainProps = {
  sync: string
  label?: string
  /** What it is called where the same words stand on several lines. */
  name?: string
  variant?: 'text' | 'outlined' | 'contained'
}

/** Makes a new plan of a sync and goes to it. */
export function PlanAgain({ sync, label = 'Plan again', name, variant = 'text' }: PlanAgainProps) {
  const navigate = useNavigate()
  const make = useAction('plans.make')
  // By its promise: the news that the older plan is discarded may take this button away before the answer is here.
  const start = () =>
    make.mutateAsync({ sync }).then(
      (run) => void navigate(`/plan/${run.id}`),
      () => undefined,
    )
  return (
    <>
      <Button
        variant={variant}
        loading={make.isPending}
        onClick={() => void start()}
        aria-label={name}
        sx={{ whiteSpace: 'nowrap' }}
      >
        {label}
      </Button>
      {make.error && (
        <Box sx={{ ...ownLine, textAlign: 'left' }}>
          <ProblemAlert problem={make.error.problem} sync={sync} onRetry={() => void start()} />
        </Box>
      )}
    </>
  )
}
