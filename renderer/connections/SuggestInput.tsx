import Autocomplete from '@mui/material/Autocomplete'
import Box from '@mui/material/Box'
import CircularProgress from '@mui/material/CircularProgress'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { ConnectionDraft } from '../../preload/api.ts'
import { useAction } from '../bridge.ts'
import { firstOptions } from '../shared/firstOptions.ts'
import type { InputLine } from './SettingInput.tsx'

/** The form that is filled in, of which product, and which of its settings this is. */
export type Asking = { draft: ConnectionDraft; setting: string; product: string }

type SuggestInputProps = {
  line: InputLine
  asking: Asking
  value: string
  onValue: (value: string | undefined) => void
}

/** A text of which the product says what it may be: asked when the list is opened, with what else is in the form. Typing always works. */
export function SuggestInput({ line, asking, value, onValue }: SuggestInputProps) {
  const { draft, setting, product } = asking
  const suggest = useAction('connections.suggest')
  const [asked, setAsked] = useState('')
  const question = JSON.stringify({ ...draft.values, [setting]: undefined, secrets: draft.secrets })
  const current = asked === question
  const ask = () => {
    if (current && (suggest.isPending || suggest.isSuccess)) return
    setAsked(question)
    suggest.mutate({ draft, setting })
  }
  const found = current ? (suggest.data ?? []) : []
  const notes = new Map(found.map((suggestion) => [suggestion.value, suggestion.note]))
  return (
    <Autocomplete
      freeSolo
      forcePopupIcon
      selectOnFocus
      size="small"
      options={[...notes.keys()]}
      filterOptions={firstOptions}
      value={value === '' ? null : value}
      inputValue={value}
      onInputChange={(_, next) => onValue(next || undefined)}
      onOpen={ask}
      // Whoever waits for the list means to choose from it, not to send the form.
      onKeyDown={(event) => event.key === 'Enter' && suggest.isPending && event.preventDefault()}
      loading={suggest.isPending}
      loadingText={
        <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
          <CircularProgress size={16} aria-hidden /> Asking {product}…
        </Box>
      }
      renderOption={({ key, ...props }, option) => (
        <Box component="li" key={key} {...props} sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap' }}>
          <span>{option}</span>
          {notes.get(option) && (
            <Typography component="span" variant="body2" color="textSecondary" sx={{ ml: 'auto' }}>
              {notes.get(option)}
            </Typography>
          )}
        </Box>
      )}
      renderInput={(props) => (
        <TextField
          {...props}
          {...line}
          helperText={line.error ? line.helperText : (current && noteOf(suggest, found.length)) || line.helperText}
          slotProps={{ ...props.slotProps, formHelperText: { role: 'status' } }}
        />
      )}
    />
  )
}

/** Why there is nothing to choose from. */
function noteOf(
  { error, isSuccess }: { error: { problem: { message: string } } | null; isSuccess: boolean },
  found: number,
): string | undefined {
  if (error) return `Nothing to choose from yet: ${error.problem.message} A name can be typed as well.`
  return isSuccess && found === 0 ? 'There is nothing to choose from. A name can be typed as well.' : undefined
}
