import FormControl from '@mui/material/FormControl'
import FormControlLabel from '@mui/material/FormControlLabel'
import FormLabel from '@mui/material/FormLabel'
import Paper from '@mui/material/Paper'
import Radio from '@mui/material/Radio'
import RadioGroup from '@mui/material/RadioGroup'
import { useState } from 'react'
import type { FileChoices, FileLook } from '../../preload/api.ts'
import { readings } from './words.ts'

type DateOrderProps = {
  ambiguous: FileLook['ambiguous']
  dates: FileChoices['dates']
  onChange: (dates: NonNullable<FileChoices['dates']>) => void
}

/** Asked once, for all dates of the file that may be read in two ways. The answer can be changed. */
export function DateOrder({ ambiguous, dates, onChange }: DateOrderProps) {
  // Once it is answered, the file is not unclear any more.
  const [asked, setAsked] = useState(ambiguous)
  if (ambiguous && ambiguous.example !== asked?.example) setAsked(ambiguous)
  const both = readings(asked?.example ?? '')
  return (
    <Paper sx={{ p: 2, borderColor: dates ? 'divider' : 'warning.main' }}>
      <FormControl>
        <FormLabel
          id="date-order"
          sx={{
            '&, &.Mui-focused': { color: 'text.primary' },
            fontWeight: 600,
            mb: 0.5,
            overflowWrap: 'anywhere',
          }}
        >
          {asked ? `Which day is “${asked.example}” in the column “${asked.column}”?` : 'How are dates written?'}
        </FormLabel>
        <RadioGroup
          aria-labelledby="date-order"
          value={dates ?? ''}
          onChange={(event) => onChange(event.target.value as NonNullable<FileChoices['dates']>)}
        >
          <FormControlLabel
            value="day"
            control={<Radio size="small" />}
            label={both ? `${both.day} (the day comes first)` : 'The day comes first (31/12/2026)'}
          />
          <FormControlLabel
            value="month"
            control={<Radio size="small" />}
            label={both ? `${both.month} (the month comes first)` : 'The month comes first (12/31/2026)'}
          />
          <FormControlLabel value="text" control={<Radio size="small" />} label="Neither: keep it as text" />
        </RadioGroup>
      </FormControl>
    </Paper>
  )
}
