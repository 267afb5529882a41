import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import { useState } from 'react'
import { mostOf, readInterval, type Unit, unitOf, units } from './interval.ts'

type EveryProps = { minutes: number; onChange: (minutes: number) => void }

/** An interval as a number and a unit. What is no interval is said at once and never taken over. */
export function Every({ minutes, onChange }: EveryProps) {
  const [unit, setUnit] = useState<Unit>(unitOf(minutes))
  const [text, setText] = useState(String(minutes / units[unitOf(minutes)]))
  const read = readInterval(text, unit)
  const set = (nextText: string, nextUnit: Unit) => {
    setText(nextText)
    setUnit(nextUnit)
    const next = readInterval(nextText, nextUnit)
    if ('minutes' in next) onChange(next.minutes)
  }
  const changeUnit = (next: Unit) =>
    set(
      'why' in readInterval(text, next)
        ? String(Math.max(1, Math.min(Math.floor(Number(text)) || 1, mostOf(next))))
        : text,
      next,
    )
  return (
    <Box sx={{ display: 'flex', gap: 1 }}>
      <TextField
        label="Every"
        value={text}
        error={'why' in read}
        helperText={'why' in read ? read.why : ' '}
        slotProps={{ htmlInput: { inputMode: 'numeric' } }}
        onChange={(event) => set(event.target.value, unit)}
        onBlur={() => 'why' in read && setText(String(Math.max(1, Math.floor(minutes / units[unit]))))}
        sx={{ width: 220 }}
      />
      <TextField
        select
        label="Unit"
        value={unit}
        onChange={(event) => changeUnit(event.target.value as Unit)}
        sx={{ width: 140 }}
      >
        {Object.keys(units).map((name) => (
          <MenuItem key={name} value={name}>
            {name}
          </MenuItem>
        ))}
      </TextField>
    </Box>
  )
}
