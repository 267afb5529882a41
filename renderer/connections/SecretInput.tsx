import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import TextField from '@mui/material/TextField'
import { useState } from 'react'
import type { InputLine } from './SettingInput.tsx'

type SecretInputProps = {
  line: InputLine
  multiline: boolean
  optional: boolean
  /** What was typed; `undefined` keeps what is saved, `null` forgets it. */
  secret: string | null | undefined
  saved: boolean
  onSecret: (value: string | null | undefined) => void
}

/** Write-only: a saved secret is never shown, only replaced, or forgotten where the product can do without it. */
export function SecretInput({ line, multiline, optional, secret, saved, onSecret }: SecretInputProps) {
  const [replacing, setReplacing] = useState(false)
  const keep = () => {
    setReplacing(false)
    onSecret(undefined)
  }
  if (saved && !replacing) {
    const forgotten = secret === null
    return (
      <Box sx={row}>
        <TextField
          {...line}
          value={forgotten ? 'forgotten when you save' : 'saved'}
          slotProps={{ htmlInput: { readOnly: true }, input: { sx: { color: 'text.secondary' } } }}
        />
        {forgotten ? (
          <Act text="Keep" label={line.label} onClick={keep} />
        ) : (
          <Act text="Replace" label={line.label} onClick={() => setReplacing(true)} />
        )}
        {optional && !forgotten && <Act text="Forget" label={line.label} onClick={() => onSecret(null)} />}
      </Box>
    )
  }
  return (
    <Box sx={row}>
      <TextField
        {...line}
        type={multiline ? 'text' : 'password'}
        multiline={multiline}
        minRows={multiline ? 4 : 1}
        maxRows={14}
        autoFocus={replacing}
        autoComplete="off"
        value={secret ?? ''}
        slotProps={{ htmlInput: { spellCheck: false } }}
        onChange={(event) => onSecret(event.target.value || undefined)}
      />
      {saved && <Act text="Keep" label={line.label} onClick={keep} />}
    </Box>
  )
}

const row = { display: 'flex', gap: 1, alignItems: 'flex-start' }

function Act({ text, label, onClick }: { text: string; label: string; onClick: () => void }) {
  return (
    <Button onClick={onClick} aria-label={`${text} ${label}`} sx={{ height: 37, flexShrink: 0 }}>
      {text}
    </Button>
  )
}
