import Alert from '@mui/material/Alert'
import { useEffect, useState } from 'react'
import { queryClient, useEvent } from '../bridge.ts'

/**
 * Says that the app behind this page does not answer, until it does. After a short loss (a computer that slept) the page goes
 * on by itself; a new start has a new address, so then it cannot.
 */
export function HostLost() {
  const [lost, setLost] = useState(false)
  useEvent('host.lost', () => setLost(true))
  useEvent('data.changed', () => setLost(false))
  useEffect(() => {
    if (!lost) return
    return queryClient.getQueryCache().subscribe((event) => {
      if (event.type === 'updated' && event.action.type === 'success') setLost(false)
    })
  }, [lost])
  if (!lost) return null
  return (
    <Alert severity="warning" square role="alert">
      Outflow does not answer. If it was closed, start it again and go on in the page that opens; nothing that was
      acknowledged is lost.
    </Alert>
  )
}
