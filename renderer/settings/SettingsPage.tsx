import Box from '@mui/material/Box'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableRow from '@mui/material/TableRow'
import ToggleButton from '@mui/material/ToggleButton'
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup'
import type { AppInfo, UserSettings } from '../../preload/api.ts'
import { useAction, useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { size } from '../shared/format.ts'
import { Page, Section } from '../shared/Page.tsx'
import { Waiting } from '../shared/Waiting.tsx'

const themes: { value: UserSettings['theme']; label: string }[] = [
  { value: 'system', label: 'As the computer' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

/** How it looks, and where everything is kept. */
export default function SettingsPage() {
  const settings = useCall('settings.get', {})
  const info = useCall('app.info', {})
  const save = useAction('settings.save')
  const failed = settings.error ?? info.error ?? save.error
  const choose = (theme: UserSettings['theme']) => save.mutate({ theme }, { onSuccess: () => void settings.refetch() })
  const again = () => {
    if (save.variables && save.isError) choose(save.variables.theme)
    else void Promise.all([settings.refetch(), info.refetch()])
  }
  return (
    <Page title="Settings">
      {failed && (
        <Box sx={{ mb: 2 }}>
          <ProblemAlert problem={failed.problem} onRetry={again} />
        </Box>
      )}
      <Section title="Appearance">
        <ToggleButtonGroup
          exclusive
          size="small"
          aria-label="Theme"
          value={settings.data?.theme ?? null}
          onChange={(_, theme: UserSettings['theme'] | null) => {
            if (theme) choose(theme)
          }}
        >
          {themes.map(({ value, label }) => (
            <ToggleButton key={value} value={value} sx={{ textTransform: 'none', px: 2 }}>
              {label}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      </Section>
      <Section title="On this computer">
        {info.data ? <About info={info.data} /> : info.isPending && <Waiting />}
      </Section>
    </Page>
  )
}

function About({ info }: { info: AppInfo }) {
  const secrets =
    info.secrets === 'keychain'
      ? 'Encrypted; the key is in this computer’s keychain.'
      : (info.secretsNote ?? 'Only until Outflow is closed, because no keychain answers here.')
  const lines = [
    ['Data folder', info.dataFolder],
    ['Disk use', size(info.dataBytes)],
    ['Passwords and keys', secrets],
    ['Version', info.version],
  ]
  return (
    <Paper>
      <Table size="small">
        <TableBody>
          {lines.map(([label, text]) => (
            <TableRow key={label}>
              <TableCell component="th" scope="row" sx={{ width: 180, color: 'text.secondary' }}>
                {label}
              </TableCell>
              <TableCell sx={{ overflowWrap: 'anywhere' }}>{text}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Paper>
  )
}
