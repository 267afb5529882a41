import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import type { DestinationObject, Field } from '../../preload/api.ts'
import { modeTexts } from '../shared/format.ts'
import { keysFor, type PartialSync } from './steps.ts'

type KeyFieldProps = {
  draft: PartialSync
  object: DestinationObject
  /** Undefined until the destination has answered. */
  fields: Field[] | undefined
  onChange: (next: Partial<PartialSync>) => void
}

/** By which field records are found. What cannot find them in this way of sending is not offered, and why is said. */
export function KeyField({ draft, object, fields, onChange }: KeyFieldProps) {
  const label = (field: string) => fields?.find(({ id }) => id === field)?.label ?? field
  const fitting = keysFor(object, draft.mode, fields)
  const without = object.keys.filter((key) => !fitting.includes(key))
  const isUnfit = without.includes(draft.key ?? '')
  const why = `${without.map((key) => `“${label(key)}”`).join(' and ')} can only be used with “${modeTexts.update.name}”: new records get it from the destination.`
  return (
    <TextField
      select
      label="Records are found by"
      value={draft.key ?? ''}
      error={isUnfit}
      helperText={without.length > 0 ? why : undefined}
      onChange={(event) => onChange({ key: event.target.value })}
      sx={{ mb: 2.5 }}
    >
      {[...fitting, ...(isUnfit && draft.key ? [draft.key] : [])].map((key) => (
        <MenuItem key={key} value={key}>
          {label(key)}
        </MenuItem>
      ))}
    </TextField>
  )
}
