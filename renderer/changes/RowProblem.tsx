import Box from '@mui/material/Box'
import type { Problem } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'

/** Why one row did not go through, whole, with its way out. */
export function RowProblem({ problem, sync }: { problem: Problem; sync: string }) {
  const { data } = useCall('syncs.get', { id: sync })
  return (
    <Box sx={{ mb: 1, mt: 0.5 }}>
      <ProblemAlert problem={problem} sync={sync} {...(data && { connection: data.destination })} />
    </Box>
  )
}
