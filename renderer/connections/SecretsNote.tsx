import Alert from '@mui/material/Alert'
import type { ConnectorInfo } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'

/** Says so when secrets last only until the app is closed. Silent where none of these products has a secret. */
export function SecretsNote({ products }: { products: ConnectorInfo[] }) {
  const { data } = useCall('app.info', {})
  const secretive = products.some(({ settings }) =>
    Object.values(settings).some(({ kind }) => kind === 'secret' || kind === 'sign-in'),
  )
  if (data?.secrets !== 'session' || !secretive) return null
  return (
    <Alert severity="info" variant="outlined" role="note" sx={{ mb: 2, bgcolor: 'background.paper' }}>
      {data.secretsNote ??
        'No keychain answers on this computer, so passwords and keys are kept only until Outflow is closed.'}
    </Alert>
  )
}
