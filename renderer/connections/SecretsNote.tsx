import Alert from '@mui/material/Alert'
import { useCall } from '../bridge.ts'

/** Says so when secrets last only until the app is closed. */
export function SecretsNote() {
  const { data } = useCall('app.info', {})
  if (data?.secrets !== 'session') return null
  return (
    <Alert severity="info" variant="outlined" sx={{ mb: 2, bgcolor: 'background.paper' }}>
      {data.secretsNote ??
        'No keychain answers on this computer, so passwords and keys are kept only until Outflow is closed.'}
    </Alert>
  )
}
