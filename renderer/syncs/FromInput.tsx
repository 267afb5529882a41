import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import type { Column, Field, MappedFrom } from '../../preload/api.ts'
import { ColumnPicker } from './ColumnPicker.tsx'
import { TemplateInput } from './TemplateInput.tsx'

const kinds: Record<MappedFrom['kind'], string> = {
  column: 'Column',
  constant: 'Fixed value',
  template: 'Text with columns',
}

type FromInputProps = {
  name: string
  field: Field | undefined
  from: MappedFrom | undefined
  columns: Column[]
  onSet: (from: MappedFrom) => void
}

/** A column, a fixed value, or a text with columns in it. */
export function FromInput({ name, field, from, columns, onSet }: FromInputProps) {
  const kind = from?.kind ?? 'column'
  return (
    <Box sx={{ display: 'flex', gap: 1 }}>
      <TextField
        select
        value={kind}
        onChange={(event) => onSet(emptyFrom(event.target.value as MappedFrom['kind'], from))}
        slotProps={{ htmlInput: { 'aria-label': `How ${name} is filled` } }}
        sx={{ width: { xs: 116, md: 150 }, flexShrink: 0 }}
      >
        {Object.entries(kinds).map(([value, label]) => (
          <MenuItem key={value} value={value}>
            {label}
          </MenuItem>
        ))}
      </TextField>
      <Input name={name} field={field} from={from} columns={columns} onSet={onSet} />
    </Box>
  )
}

function Input({ name, field, from, columns, onSet }: FromInputProps) {
  switch (from?.kind) {
    case undefined:
    case 'column':
      return (
        <ColumnPicker
          label={`Column for ${name}`}
          columns={columns}
          chosen={from?.column}
          onChoose={(column) => onSet({ kind: 'column', column })}
        />
      )
    case 'constant':
      return (
        <TextField
          select={field?.choices !== undefined}
          value={from.value}
          placeholder="newsletter"
          slotProps={{ htmlInput: { 'aria-label': `Fixed value for ${name}`, dir: 'auto' } }}
          onChange={(event) => onSet({ kind: 'constant', value: event.target.value })}
        >
          {field?.choices?.map(({ value, label }) => (
            <MenuItem key={value} value={value}>
              {label}
            </MenuItem>
          ))}
        </TextField>
      )
    case 'template':
      return (
        <TemplateInput
          name={name}
          columns={columns}
          template={from.template}
          onChange={(template) => onSet({ kind: 'template', template })}
        />
      )
  }
}

/** Another kind of source; the column that was chosen is taken along into a text. */
function emptyFrom(kind: MappedFrom['kind'], from: MappedFrom | undefined): MappedFrom {
  if (kind === 'column') return { kind, column: '' }
  if (kind === 'constant') return { kind, value: '' }
  return { kind, template: from?.kind === 'column' && from.column ? `{{${from.column}}}` : '' }
}
