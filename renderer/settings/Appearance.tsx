import ToggleButton from '@mui/material/ToggleButton'
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup'
import type { UserSettings } from '../../preload/api.ts'

const themes: { value: UserSettings['theme']; label: string }[] = [
  { value: 'system', label: 'As the computer' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

type AppearanceProps = { theme: UserSettings['theme'] | undefined; onChange: (theme: UserSettings['theme']) => void }

/** Light, dark, or as the computer is set. */
export function Appearance({ theme, onChange }: AppearanceProps) {
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      aria-label="Theme"
      value={theme ?? null}
      onChange={(_, next: UserSettings['theme'] | null) => {
        if (next) onChange(next)
      }}
    >
      {themes.map(({ value, label }) => (
        <ToggleButton key={value} value={value} sx={{ textTransform: 'none', px: 2 }}>
          {label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}
