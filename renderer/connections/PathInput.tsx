import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import TextField from '@mui/material/TextField'
import { useAction, useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import type { InputLine } from './SettingInput.tsx'

type PathInputProps = {
  line: InputLine
  kind: 'file' | 'folder'
  value: string
  onValue: (value: string | undefined) => void
}

/** A path is picked where the system has a dialog, and can always be typed. */
export function PathInput({ line, kind, value, onValue }: PathInputProps) {
  const info = useCall('app.info', {})
  const pick = useAction('app.pickPath')
  const browse = () =>
    pick.mutate({ kind, title: line.label }, { onSuccess: ({ path }) => (path === null ? undefined : onValue(path)) })
  return (
    <>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
        <TextField
          {...line}
          value={value}
          slotProps={{ htmlInput: { spellCheck: false } }}
          onChange={(event) => onValue(event.target.value || undefined)}
        />
        {info.data?.canPickPath && (
          <Button
            variant="outlined"
            onClick={browse}
            loading={pick.isPending}
            aria-label={`Browse… ${line.label}`}
            sx={{ height: 37, flexShrink: 0 }}
          >
            Browse…
          </Button>
        )}
      </Box>
      {pick.error && <ProblemAlert problem={pick.error.problem} onRetry={browse} />}
    </>
  )
}
