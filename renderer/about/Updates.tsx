import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { queryClient, useAction, useCall, useEvent } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { updatesText } from './updates-text.ts'

/** Whether there is a newer version, and what to do about it. */
export function Updates() {
  const state = useCall('updates.get', {})
  const check = useAction('updates.check')
  const install = useAction('updates.install')
  useEvent('updates.changed', (next) => queryClient.setQueryData(['updates.get', {}], next))
  const asked = state.error ?? check.error ?? install.error
  if (!state.data) return asked ? <ProblemAlert problem={asked.problem} onRetry={() => void state.refetch()} /> : null
  const { status, problem } = state.data
  const look = () => check.mutate({})
  if (status === 'failed' && problem) return <ProblemAlert problem={problem} onRetry={look} />
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', justifyContent: 'space-between', flexWrap: 'wrap' }}>
        <span role="status">{updatesText(state.data)}</span>
        {status === 'current' && <Button onClick={look}>Look again</Button>}
        {status === 'ready' && (
          <Button variant="contained" loading={install.isPending} onClick={() => install.mutate({})}>
            Restart and install
          </Button>
        )}
      </Box>
      {asked && <ProblemAlert problem={asked.problem} onRetry={() => install.reset()} />}
    </Box>
  )
}
