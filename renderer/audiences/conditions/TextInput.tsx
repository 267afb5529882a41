import Autocomplete from '@mui/material/Autocomplete'
import TextField from '@mui/material/TextField'
import { useState } from 'react'
import type { Column } from '../../../preload/api.ts'
import { firstOptions } from '../../shared/firstOptions.ts'
import { sampleTexts, tableRows, useProfile } from '../useProfile.ts'
import type { Choosing } from './GroupEditor.tsx'

type TextInputProps = {
  choosing: Choosing
  column: Column
  label: string
  value: string
  onChange: (value: string) => void
}

/** A text, with the column's most frequent values to choose from. */
export function TextInput({ choosing, column, label, value, onChange }: TextInputProps) {
  const [wanted, setWanted] = useState(false)
  const profile = useProfile(tableRows(choosing), [column.name], wanted)
  const offered = column.type === 'text' ? sampleTexts(profile.data?.columns[0]) : []
  return (
    <Autocomplete
      freeSolo
      size="small"
      options={offered}
      filterOptions={firstOptions}
      inputValue={value}
      onInputChange={(_, next) => onChange(next)}
      onFocus={() => setWanted(true)}
      loading={profile.isFetching}
      sx={{ flex: '1 1 140px', minWidth: 0 }}
      renderInput={(props) => (
        <TextField
          {...props}
          placeholder="Value"
          slotProps={{
            ...props.slotProps,
            htmlInput: { ...props.slotProps.htmlInput, 'aria-label': label, dir: 'auto', maxLength: 10_000 },
          }}
        />
      )}
    />
  )
}
