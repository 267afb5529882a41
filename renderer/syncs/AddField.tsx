import Autocomplete from '@mui/material/Autocomplete'
import TextField from '@mui/material/TextField'
import { useState } from 'react'
import type { Field, MappingLine } from '../../preload/api.ts'
import { firstOptions } from '../shared/firstOptions.ts'

type AddFieldProps = {
  /** Fields of the destination that are not mapped yet. */
  fields: Field[]
  /** Columns that are not used as a field name yet: what a free field is usually called. */
  columns: string[]
  /** A name that is not listed may be typed. */
  open: boolean
  /** Fields that have a line already. */
  taken: Set<string>
  onAdd: (line: MappingLine) => void
}

/** Adds a line to the mapping; a field named like a column is filled from it at once. */
export function AddField({ fields, columns, open, taken, onAdd }: AddFieldProps) {
  const [text, setText] = useState('')
  const labels = new Map(fields.map((field) => [field.id, field.label]))
  const options = [...labels.keys(), ...(open ? columns.filter((column) => !labels.has(column)) : [])]
  if (options.length === 0 && !open) return null
  return (
    <Autocomplete
      freeSolo={open}
      size="small"
      options={options}
      filterOptions={firstOptions}
      getOptionKey={(id) => id}
      getOptionLabel={(id) => labels.get(id) ?? id}
      value={null}
      inputValue={text}
      onInputChange={(_, next) => setText(next)}
      onChange={(_, id) => {
        const typed = id?.trim()
        // Whoever types the name that is shown means that field, not a new one.
        const name = fields.find((field) => field.label === typed)?.id ?? typed
        if (name && !taken.has(name)) {
          onAdd({ field: name, from: { kind: 'column', column: columns.includes(name) ? name : '' } })
        }
        setText('')
      }}
      blurOnSelect
      clearOnBlur
      sx={{ maxWidth: 360 }}
      renderInput={(props) => <TextField {...props} label={open ? 'Add a field (choose or type)' : 'Add a field'} />}
    />
  )
}
