import ExpandMore from '@mui/icons-material/ExpandMore'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MuiLink from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { useId, useState } from 'react'
import { Link } from 'react-router'
import type { Change } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Exchanges } from '../shared/Exchanges.tsx'
import { shown } from '../shared/format.ts'
import { splitAt } from '../shared/splitAt.ts'
import { Waiting } from '../shared/Waiting.tsx'

const tried: readonly Change['state'][] = ['accepted', 'refused', 'unknown', 'skipped']

type WhatWasSentProps = { run: string; sync: string; change: Change }

/** The raw requests about one row, asked for when it is opened. Nothing for a row that was never sent. */
export function WhatWasSent({ run, sync, change }: WhatWasSentProps) {
  const [open, setOpen] = useState(false)
  const inside = useId()
  if (!tried.includes(change.state)) return null
  return (
    <Box sx={{ mt: 1 }}>
      <Button
        aria-expanded={open}
        aria-controls={open ? inside : undefined}
        onClick={() => setOpen(!open)}
        startIcon={<ExpandMore sx={{ transform: open ? 'none' : 'rotate(-90deg)' }} />}
      >
        What was sent
      </Button>
      {open && (
        <Box id={inside} sx={{ mt: 0.5, mb: 1 }}>
          <Kept run={run} sync={sync} change={change} />
        </Box>
      )}
    </Box>
  )
}

function Kept({ run, sync, change }: WhatWasSentProps) {
  const answer = useCall('plans.change', { run, change: change.id })
  const synced = useCall('syncs.get', { id: sync })
  if (answer.isPending) return <Waiting label="Looking for what was sent" />
  if (answer.error) return <ProblemAlert problem={answer.error.problem} onRetry={() => void answer.refetch()} />
  const { exchanges } = answer.data
  if (exchanges.length === 0) {
    return (
      <Typography color="textSecondary">
        No request about this row is kept. There is room for the first requests of a run and for those in which
        something was not accepted, until newer ones need it. How much room there is, is set in the{' '}
        <MuiLink component={Link} to="/settings" underline="always">
          settings
        </MuiLink>
        .
      </Typography>
    )
  }
  const record = change.after ?? change.before ?? {}
  // Where the destination has no unique id, the first value tells which row it is.
  const naming = synced.data?.key ?? Object.keys(record)[0]
  const mark = naming === undefined ? '' : shown(record[naming] ?? undefined)
  const marked = exchanges.some(({ request }) => splitAt(request, mark)[1] !== '')
  return (
    <>
      <Typography variant="caption" color="textSecondary" component="p" sx={{ mb: 1 }}>
        As it went over the line; passwords and keys are masked. One request may hold many rows, and of a long one the
        part around this row is shown
        {marked ? ': this one is marked.' : '.'}
      </Typography>
      <Exchanges exchanges={exchanges} mark={mark} />
    </>
  )
}
