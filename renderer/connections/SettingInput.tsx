import Box from '@mui/material/Box'
import FormControlLabel from '@mui/material/FormControlLabel'
import FormHelperText from '@mui/material/FormHelperText'
import MenuItem from '@mui/material/MenuItem'
import Switch from '@mui/material/Switch'
import TextField from '@mui/material/TextField'
import { useId } from 'react'
import type { Setting } from '../../preload/api.ts'
import { isRequired } from './form.ts'
import { PathInput } from './PathInput.tsx'
import { SecretInput } from './SecretInput.tsx'
import { type Asking, SuggestInput } from './SuggestInput.tsx'

/** What every kind of input shows around itself. */
export type InputLine = {
  label: string
  required: boolean
  error: boolean
  /** What is wrong, otherwise the help. */
  helperText: string | undefined
  placeholder: string
}

type SettingInputProps = {
  setting: Setting
  error: string | undefined
  value: string | number | boolean | undefined
  secret: string | null | undefined
  secretSaved: boolean
  asking: Asking
  onValue: (value: string | number | boolean | undefined) => void
  onSecret: (value: string | null | undefined) => void
}

/** One line of a connection's form, by the kind of its setting. */
export function SettingInput(props: SettingInputProps) {
  const { setting, error, value, secret, secretSaved, asking, onValue, onSecret } = props
  const line: InputLine = {
    label: setting.label,
    required: isRequired(setting),
    error: error !== undefined,
    helperText: error ?? setting.help,
    placeholder: setting.placeholder ?? ('default' in setting ? String(setting.default ?? '') : ''),
  }
  switch (setting.kind) {
    case 'secret':
      return (
        <SecretInput
          line={line}
          multiline={setting.multiline ?? false}
          optional={setting.optional ?? false}
          secret={secret}
          saved={secretSaved}
          onSecret={onSecret}
        />
      )
    case 'switch':
      return <SwitchInput line={line} on={(value ?? setting.default) === true} onValue={onValue} />
    case 'choice':
      return (
        <TextField
          {...line}
          select
          value={value ?? setting.default ?? ''}
          onChange={(event) => onValue(event.target.value)}
        >
          {setting.choices.map((choice) => (
            <MenuItem key={choice.value} value={choice.value}>
              {choice.label}
            </MenuItem>
          ))}
        </TextField>
      )
    case 'number':
      return (
        <TextField
          {...line}
          type="number"
          value={value ?? ''}
          slotProps={{ htmlInput: { min: setting.min, max: setting.max } }}
          onChange={(event) => onValue(event.target.value === '' ? undefined : Number(event.target.value))}
        />
      )
    case 'file':
    case 'folder':
      return <PathInput line={line} kind={setting.kind} value={String(value ?? '')} onValue={onValue} />
    // Drawn by SignInInput, which needs the whole form.
    case 'sign-in':
      return null
    case 'text':
      if (setting.suggest) {
        return <SuggestInput line={line} asking={asking} value={String(value ?? '')} onValue={onValue} />
      }
      return <TextField {...line} value={value ?? ''} onChange={(event) => onValue(event.target.value || undefined)} />
    case 'multiline':
      return (
        <TextField
          {...line}
          multiline
          minRows={4}
          maxRows={14}
          value={value ?? ''}
          onChange={(event) => onValue(event.target.value || undefined)}
        />
      )
  }
}

type SwitchInputProps = { line: InputLine; on: boolean; onValue: (on: boolean) => void }

function SwitchInput({ line, on, onValue }: SwitchInputProps) {
  const help = useId()
  return (
    <Box>
      <FormControlLabel
        control={
          <Switch
            size="small"
            checked={on}
            onChange={(_, next) => onValue(next)}
            slotProps={{ input: { 'aria-describedby': line.helperText ? help : undefined } }}
          />
        }
        label={line.label}
      />
      {line.helperText && (
        <FormHelperText id={help} sx={{ mx: 0 }}>
          {line.helperText}
        </FormHelperText>
      )}
    </Box>
  )
}
