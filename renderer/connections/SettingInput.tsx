import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import FormControlLabel from '@mui/material/FormControlLabel'
import FormHelperText from '@mui/material/FormHelperText'
import MenuItem from '@mui/material/MenuItem'
import Switch from '@mui/material/Switch'
import TextField from '@mui/material/TextField'
import { useState } from 'react'
import type { Setting } from '../../preload/api.ts'
import { useAction, useCall } from '../bridge.ts'

type SettingInputProps = {
  setting: Setting
  value: string | number | boolean | undefined
  /** What was typed for a secret; `undefined` keeps what is saved. */
  secret: string | null | undefined
  secretSaved: boolean
  onValue: (value: string | number | boolean | undefined) => void
  onSecret: (value: string | null | undefined) => void
}

/** One line of a connection's form, by the kind of its setting. */
export function SettingInput({ setting, value, secret, secretSaved, onValue, onSecret }: SettingInputProps) {
  const common = {
    label: setting.label,
    required: !setting.optional && setting.kind !== 'switch',
    helperText: setting.help,
    placeholder: setting.placeholder ?? '',
  }
  switch (setting.kind) {
    case 'secret':
      return (
        <SecretInput
          {...common}
          multiline={setting.multiline ?? false}
          secret={secret}
          saved={secretSaved}
          onSecret={onSecret}
        />
      )
    case 'switch':
      return (
        <Box>
          <FormControlLabel
            control={<Switch size="small" checked={value === true} onChange={(_, on) => onValue(on)} />}
            label={setting.label}
          />
          {setting.help && <FormHelperText sx={{ mx: 0 }}>{setting.help}</FormHelperText>}
        </Box>
      )
    case 'choice':
      return (
        <TextField {...common} select value={value ?? ''} onChange={(event) => onValue(event.target.value)}>
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
          {...common}
          type="number"
          value={value ?? ''}
          slotProps={{ htmlInput: { min: setting.min, max: setting.max } }}
          onChange={(event) => onValue(event.target.value === '' ? undefined : Number(event.target.value))}
        />
      )
    case 'file':
    case 'folder':
      return <PathInput {...common} kind={setting.kind} value={String(value ?? '')} onValue={onValue} />
    default:
      return (
        <TextField
          {...common}
          multiline={setting.kind === 'multiline'}
          minRows={setting.kind === 'multiline' ? 4 : 1}
          maxRows={14}
          value={value ?? ''}
          onChange={(event) => onValue(event.target.value || undefined)}
        />
      )
  }
}

type Common = { label: string; required: boolean; helperText: string | undefined; placeholder: string }

type SecretInputProps = Common & {
  multiline: boolean
  secret: string | null | undefined
  saved: boolean
  onSecret: (value: string | null | undefined) => void
}

/** Write-only: a saved secret is never shown, only replaced. */
function SecretInput({ multiline, secret, saved, onSecret, ...common }: SecretInputProps) {
  const [replacing, setReplacing] = useState(!saved)
  if (!replacing) {
    return (
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
        <TextField {...common} value="saved" disabled helperText={common.helperText} />
        <Button onClick={() => setReplacing(true)}>Replace</Button>
      </Box>
    )
  }
  return (
    <TextField
      {...common}
      type={multiline ? 'text' : 'password'}
      multiline={multiline}
      minRows={multiline ? 4 : 1}
      autoComplete="off"
      spellCheck={false}
      value={secret ?? ''}
      onChange={(event) => onSecret(event.target.value || undefined)}
    />
  )
}

type PathInputProps = Common & { kind: 'file' | 'folder'; value: string; onValue: (value: string | undefined) => void }

/** A path is picked where the system has a dialog, and can always be typed. */
function PathInput({ kind, value, onValue, ...common }: PathInputProps) {
  const info = useCall('app.info', {})
  const pick = useAction('app.pickPath')
  const browse = () =>
    pick.mutate({ kind, title: common.label }, { onSuccess: ({ path }) => (path === null ? undefined : onValue(path)) })
  return (
    <Box sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
      <TextField
        {...common}
        value={value}
        spellCheck={false}
        onChange={(event) => onValue(event.target.value || undefined)}
      />
      {info.data?.canPickPath && (
        <Button variant="outlined" onClick={browse} sx={{ height: 37 }}>
          Browse…
        </Button>
      )}
    </Box>
  )
}
