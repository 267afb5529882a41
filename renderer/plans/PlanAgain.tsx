import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useNavigate } from 'react-router'
import { useAction } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'

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
  const start = () => make.mutate({ sync }, { onSuccess: (run) => void navigate(`/plan/${run.id}`) })
  return (
    <>
      <Button
        variant={variant}
        loading={make.isPending}
        onClick={start}
        aria-label={name}
        sx={{ whiteSpace: 'nowrap' }}
      >
        {label}
      </Button>
      {make.error && (
        <Box sx={{ flexBasis: '100%', textAlign: 'left' }}>
          <ProblemAlert problem={make.error.problem} sync={sync} onRetry={start} />
        </Box>
      )}
    </>
  )
}
