import Button from '@mui/material/Button'
import { useNavigate } from 'react-router'
import { useAction } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'

type PlanAgainProps = { sync: string; label?: string; variant?: 'text' | 'outlined' | 'contained' }

/** Makes a new plan of a sync and goes to it. */
export function PlanAgain({ sync, label = 'Plan again', variant = 'text' }: PlanAgainProps) {
  const navigate = useNavigate()
  const make = useAction('plans.make')
  const start = () => make.mutate({ sync }, { onSuccess: (run) => void navigate(`/plan/${run.id}`) })
  if (make.error) return <ProblemAlert problem={make.error.problem} sync={sync} onRetry={start} />
  return (
    <Button variant={variant} loading={make.isPending} onClick={start}>
      {label}
    </Button>
  )
}
