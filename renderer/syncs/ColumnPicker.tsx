import Autocomplete from '@mui/material/Autocomplete'
import Box from '@mui/material/Box'
import TextField from '@mui/material/TextField'
import type { Column } from '../../preload/api.ts'
import { firstOptions } from '../shared/firstOptions.ts'

type ColumnPickerProps = {
  label: string
  placeholder?: string
  columns: Column[]
  chosen: string | undefined
  onChoose: (column: string) => void
}

/** A column of the audience, found by typing. */
export function ColumnPicker({ label, placeholder = 'Choose a column', columns, chosen, onChoose }: ColumnPickerProps) {
  const types = new Map(columns.map((column) => [column.name, column.sourceType || column.type]))
  return (
    <Autocomplete
      disableClearable
      fullWidth
      size="small"
      options={columns.map(({ name }) => name)}
      filterOptions={firstOptions}
      // An empty text stands for no choice: the component has no other value for it when it cannot be cleared.
      value={chosen ?? ''}
      isOptionEqualToValue={(option, value) => option === value}
      onChange={(_, next) => onChoose(next)}
      renderOption={({ key, ...props }, name) => (
        <Box component="li" key={key} {...props} sx={{ gap: 1 }}>
          <Box component="span" dir="auto" sx={{ flex: 1, overflowWrap: 'anywhere' }}>
            {name}
          </Box>
          <Box component="span" sx={{ color: 'text.secondary', fontSize: 12 }}>
            {types.get(name)}
          </Box>
        </Box>
      )}
      renderInput={(props) => (
        <TextField
          {...props}
          placeholder={placeholder}
          slotProps={{ ...props.slotProps, htmlInput: { ...props.slotProps.htmlInput, 'aria-label': label } }}
        />
      )}
    />
  )
}
