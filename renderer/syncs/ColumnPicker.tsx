import Autocomplete from '@mui/material/Autocomplete'
import Box from '@mui/material/Box'
import TextField from '@mui/material/TextField'
import type { Column } from '../../preload/api.ts'

type ColumnPickerProps = {
  label: string
  columns: Column[]
  chosen: string | undefined
  onChoose: (column: string) => void
}

/** A column of the audience, found by typing. */
export function ColumnPicker({ label, columns, chosen, onChoose }: ColumnPickerProps) {
  const types = new Map(columns.map((column) => [column.name, column.sourceType || column.type]))
  return (
    <Autocomplete
      disableClearable
      fullWidth
      size="small"
      options={columns.map(({ name }) => name)}
      value={chosen || ('' as string)}
      onChange={(_, next) => onChoose(next)}
      renderOption={({ key, ...props }, name) => (
        <Box component="li" key={key} {...props} sx={{ gap: 1 }}>
          <Box component="span" sx={{ flex: 1, overflowWrap: 'anywhere' }}>
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
          placeholder="Choose a column"
          slotProps={{ ...props.slotProps, htmlInput: { ...props.slotProps.htmlInput, 'aria-label': label } }}
        />
      )}
    />
  )
}
