import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { UserSettings } from '../../preload/api.ts'
import { isShorter, megabytesOf, periodsWith } from './keeping.ts'

type KeepHistoryProps = {
  settings: UserSettings
  saving: boolean
  onChange: (changed: Pick<UserSettings, 'keepHistoryDays'> | Pick<UserSettings, 'keepExchangesMb'>) => void
}

const field = { width: 220 } as const

/** How long runs are kept, and how many raw requests. */
export function KeepHistory({ settings, saving, onChange }: KeepHistoryProps) {
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      <KeepRuns
        days={settings.keepHistoryDays}
        saving={saving}
        onChange={(keepHistoryDays) => onChange({ keepHistoryDays })}
      />
      <KeepRequests
        key={settings.keepExchangesMb}
        megabytes={settings.keepExchangesMb}
        onChange={(keepExchangesMb) => onChange({ keepExchangesMb })}
      />
    </Box>
  )
}

type KeepRunsProps = { days: number | null; saving: boolean; onChange: (days: number | null) => void }

/** A shorter time forgets runs for good, so it is asked once more in place. */
function KeepRuns({ days, saving, onChange }: KeepRunsProps) {
  const [asked, setAsked] = useState<number | null>()
  const shown = asked === undefined ? days : asked
  const choose = (next: number | null) => {
    if (isShorter(next, days)) setAsked(next)
    else {
      setAsked(undefined)
      onChange(next)
    }
  }
  return (
    <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap' }}>
      <TextField
        select
        label="Keep runs for"
        value={shown ?? 'forever'}
        onChange={({ target }) => choose(target.value === 'forever' ? null : Number(target.value))}
        sx={field}
      >
        {periodsWith(days).map((period) => (
          <MenuItem key={period.label} value={period.days ?? 'forever'}>
            {period.label}
          </MenuItem>
        ))}
      </TextField>
      {asked === undefined || asked === days ? (
        <Typography color="textSecondary" sx={{ flex: '1 1 300px' }}>
          Older runs are forgotten and can no longer be looked at or undone. What was sent last is remembered in any
          case.
        </Typography>
      ) : (
        <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flex: '1 1 300px', flexWrap: 'wrap' }}>
          <Typography>
            Runs older than {asked} days will be forgotten for good, each at the next plan of its sync.
          </Typography>
          <Button onClick={() => setAsked(undefined)}>Keep them</Button>
          <Button
            color="error"
            variant="outlined"
            loading={saving}
            onClick={() => {
              onChange(asked)
              setAsked(undefined)
            }}
          >
            Forget older runs
          </Button>
        </Box>
      )}
    </Box>
  )
}

/** Saved when the field is left, or by Enter. */
function KeepRequests({ megabytes, onChange }: { megabytes: number; onChange: (megabytes: number) => void }) {
  const [text, setText] = useState(String(megabytes))
  const [wrong, setWrong] = useState<string>()
  const save = () => {
    const typed = megabytesOf(text)
    if ('wrong' in typed) setWrong(typed.wrong)
    else {
      setWrong(undefined)
      if (typed.value !== megabytes) onChange(typed.value)
    }
  }
  return (
    <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap' }}>
      <TextField
        label="Raw requests, MB per sync"
        value={text}
        error={wrong !== undefined}
        helperText={wrong}
        onChange={(event) => setText(event.target.value)}
        onBlur={save}
        onKeyDown={({ key }) => {
          if (key === 'Enter') save()
        }}
        slotProps={{ htmlInput: { inputMode: 'numeric', maxLength: 12 } }}
        sx={field}
      />
      <Typography color="textSecondary" sx={{ flex: '1 1 300px' }}>
        What went to a destination and what it answered, the newest first, passwords and keys masked. They hold the
        values of the rows that were sent; 0 keeps none.
      </Typography>
    </Box>
  )
}
