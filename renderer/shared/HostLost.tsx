import Alert from '@mui/material/Alert'
import { useState } from 'react'
import { useEvent } from '../bridge.ts'

/** Says that the app behind this page has gone, until it answers again. */
export function HostLost() {
  const [lost, setLost] = useState(false)
  useEvent('host.lost', () => setLost(true))
  useEvent('data.changed', () => setLost(false))
  if (!lost) return null
  return (
    <Alert severity="warning" square role="alert">
      Outflow was closed. Start it again to go on; this page comes back by itself.
    </Alert>
  )
}
