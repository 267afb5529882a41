import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import { number } from './format.ts'
import { HiddenText } from './HiddenText.tsx'

export type Tone = 'plain' | 'good' | 'warn' | 'bad'

const colors: Record<Tone, string> = {
  plain: 'text.primary',
  good: 'success.main',
  warn: 'warning.main',
  bad: 'error.main',
}

type CountTileProps = {
  label: string
  /** `undefined` when it is not known: shown as a dash, never as 0. */
  value: number | undefined
  tone?: Tone
  selected?: boolean
  onClick?: () => void
  /** Why it filters nothing. */
  why?: string
}

/** A number that filters the list below it; without `onClick` it only tells. */
export function CountTile({ label, value, tone = 'plain', selected = false, onClick, why }: CountTileProps) {
  const content = (
    <>
      <Box
        component="span"
        sx={{ fontSize: 20, fontWeight: 650, lineHeight: 1.2, color: value ? colors[tone] : 'text.secondary' }}
      >
        {value === undefined ? '–' : number(value)}
      </Box>
      <Box component="span" sx={{ fontSize: 12, color: 'text.secondary' }}>
        {label}
      </Box>
    </>
  )
  const sx = {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    flex: '1 1 104px',
    minWidth: 104,
    px: 1.5,
    py: 1,
    border: 1,
    borderRadius: 1,
    borderColor: selected ? 'primary.main' : 'divider',
    boxShadow: selected ? 'inset 0 0 0 1px var(--mui-palette-primary-main)' : 'none',
    bgcolor: 'background.paper',
    textAlign: 'left',
    font: 'inherit',
  } as const
  if (!onClick) {
    return (
      <Box title={why} sx={{ ...sx, position: 'relative', bgcolor: 'transparent', borderColor: 'transparent' }}>
        {content}
        {why && <HiddenText>{why}</HiddenText>}
      </Box>
    )
  }
  return (
    <ButtonBase onClick={onClick} aria-pressed={selected} sx={{ ...sx, '&:hover': { borderColor: 'primary.main' } }}>
      {content}
    </ButtonBase>
  )
}

/** Tiles side by side. */
export function Tiles({ children, label }: { children: React.ReactNode; label: string }) {
  return (
    <Box role="group" aria-label={label} sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', mb: 2 }}>
      {children}
    </Box>
  )
}
