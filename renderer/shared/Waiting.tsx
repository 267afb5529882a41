import Box from '@mui/material/Box'
import LinearProgress from '@mui/material/LinearProgress'
import { useEffect, useState } from 'react'

const QUIET_MS = 300

/** Nothing for 300 ms, then a bar: a short wait does not flicker, a long one is seen. */
export function Waiting({ label = 'Loading' }: { label?: string }) {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), QUIET_MS)
    return () => clearTimeout(timer)
  }, [])
  return <Box sx={{ height: 4 }}>{shown && <LinearProgress aria-label={label} />}</Box>
}
