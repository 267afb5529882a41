import Autocomplete from '@mui/material/Autocomplete'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { type ClipboardEvent, useState } from 'react'
import type { Column } from '../../../preload/api.ts'
import { firstOptions } from '../../shared/firstOptions.ts'
import { count, number } from '../../shared/format.ts'
import { sampleTexts, tableRows, useProfile } from '../useProfile.ts'
import type { Choosing } from './GroupEditor.tsx'
import { pastedValues } from './model.ts'

/** More chips than this are not drawn. */
const MOST_CHIPS = 30
/** The most that a query holds. */
const MOST_VALUES = 20_000

type ListInputProps = {
  choosing: Choosing
  column: Column
  name: string
  values: string[]
  onChange: (values: string[]) => void
}

/** Values as chips: typed one by one, or pasted with one on each line. */
export function ListInput({ choosing, column, name, values, onChange }: ListInputProps) {
  const [wanted, setWanted] = useState(false)
  const [typed, setTyped] = useState('')
  const profile = useProfile(tableRows(choosing), [column.name], wanted)
  const offered = sampleTexts(profile.data?.columns[0])
  const add = (more: string[]) => onChange([...new Set([...values, ...more])].slice(0, MOST_VALUES))
  const paste = (event: ClipboardEvent) => {
    const lines = pastedValues(event.clipboardData.getData('text'))
    if (lines.length < 2) return
    event.preventDefault()
    add(lines)
  }
  if (values.length > MOST_CHIPS) return <LongList name={name} values={values} onChange={onChange} />
  return (
    <Autocomplete
      multiple
      freeSolo
      size="small"
      options={offered.filter((value) => !values.includes(value))}
      filterOptions={firstOptions}
      value={values}
      inputValue={typed}
      onInputChange={(_, next) => setTyped(next)}
      onChange={(_, next) => onChange(pastedValues(next.join('\n')))}
      onFocus={() => setWanted(true)}
      // What was typed and not confirmed counts as well.
      onBlur={() => {
        if (typed.trim()) add([typed.trim()])
        setTyped('')
      }}
      renderValue={(shown, getItemProps) =>
        shown.map((value, index) => {
          const { key, ...props } = getItemProps({ index })
          return <Chip key={key} size="small" label={value} {...props} sx={{ maxWidth: 200 }} />
        })
      }
      sx={{ flex: '1 1 180px', minWidth: 0 }}
      renderInput={(props) => (
        <TextField
          {...props}
          placeholder={values.length === 0 ? 'Type or paste values, one on each line' : ''}
          onPaste={paste}
          slotProps={{
            ...props.slotProps,
            htmlInput: { ...props.slotProps.htmlInput, 'aria-label': `Values of ${name}`, dir: 'auto' },
          }}
        />
      )}
    />
  )
}

/** A long list is text, one value on each line. */
function LongList({ name, values, onChange }: Omit<ListInputProps, 'choosing' | 'column'>) {
  const [text, setText] = useState(values.join('\n'))
  const found = pastedValues(text)
  return (
    <Box sx={{ flex: '1 1 220px', minWidth: 0 }}>
      <TextField
        multiline
        minRows={3}
        maxRows={8}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          onChange(pastedValues(event.target.value).slice(0, MOST_VALUES))
        }}
        slotProps={{ htmlInput: { 'aria-label': `Values of ${name}, one on each line`, dir: 'auto' } }}
      />
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
        <Typography variant="caption" color={found.length > MOST_VALUES ? 'error' : 'textSecondary'}>
          {found.length > MOST_VALUES
            ? `The first ${number(MOST_VALUES)} are taken. For more, save the list as a file and look into that.`
            : count(found.length, 'value')}
        </Typography>
        <Button onClick={() => onChange([])}>Remove all</Button>
      </Box>
    </Box>
  )
}
