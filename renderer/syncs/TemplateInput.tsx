import Box from '@mui/material/Box'
import TextField from '@mui/material/TextField'
import { useRef } from 'react'
import type { Column } from '../../preload/api.ts'
import { ColumnPicker } from './ColumnPicker.tsx'

type TemplateInputProps = {
  name: string
  columns: Column[]
  template: string
  onChange: (template: string) => void
}

/** A text with `{{column}}` in it; columns are picked into the place where the cursor was. */
export function TemplateInput({ name, columns, template, onChange }: TemplateInputProps) {
  const input = useRef<HTMLInputElement>(null)
  const insert = (column: string) => {
    const at = input.current?.selectionEnd ?? template.length
    onChange(`${template.slice(0, at)}{{${column}}}${template.slice(at)}`)
    input.current?.focus()
  }
  return (
    <Box sx={{ display: 'grid', gap: 0.5, flex: 1, minWidth: 0 }}>
      <TextField
        inputRef={input}
        value={template}
        placeholder="{{first_name}} {{last_name}}"
        slotProps={{ htmlInput: { 'aria-label': `Text with columns for ${name}`, dir: 'auto' } }}
        onChange={(event) => onChange(event.target.value)}
      />
      <ColumnPicker
        // Empty again for the next one.
        key={template}
        label={`Insert a column into the text for ${name}`}
        placeholder="Insert a column"
        columns={columns}
        chosen={undefined}
        onChoose={insert}
      />
    </Box>
  )
}
