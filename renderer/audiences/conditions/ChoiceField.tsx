import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'

type ChoiceFieldProps<T extends string> = {
  label: string
  value: T
  options: readonly (readonly [T, string])[]
  width: number
  onChange: (value: T) => void
}

/** One of a few words. */
export function ChoiceField<T extends string>({ label, value, options, width, onChange }: ChoiceFieldProps<T>) {
  return (
    <TextField
      select
      value={value}
      slotProps={{ htmlInput: { 'aria-label': label } }}
      onChange={(event) => {
        const chosen = options.find(([option]) => option === event.target.value)
        if (chosen) onChange(chosen[0])
      }}
      sx={{ width }}
    >
      {options.map(([option, text]) => (
        <MenuItem key={option} value={option}>
          {text}
        </MenuItem>
      ))}
    </TextField>
  )
}
