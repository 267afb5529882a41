import CssBaseline from '@mui/material/CssBaseline'
import { createTheme, ThemeProvider, useColorScheme } from '@mui/material/styles'
import { type ReactNode, useEffect } from 'react'
import { useCall } from './bridge.ts'

const system = '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif'

/** Where the keyboard is. */
const focusRing = { outline: '2px solid var(--mui-palette-primary-main)', outlineOffset: 2 }

/** Quiet and dense: one accent colour, hairlines instead of shadows, numbers that line up. */
const theme = createTheme({
  cssVariables: { colorSchemeSelector: 'data-theme' },
  colorSchemes: {
    light: {
      palette: {
        primary: { main: '#2456c5' },
        success: { main: '#1f7a45' },
        warning: { main: '#95590a' },
        error: { main: '#b3261e' },
        info: { main: '#3a5f8a' },
        background: { default: '#f7f7f5', paper: '#ffffff' },
        text: { primary: '#1d1f23', secondary: '#5a5f68' },
        divider: '#e2e2de',
      },
    },
    dark: {
      palette: {
        primary: { main: '#8db0ff' },
        success: { main: '#6fcf97' },
        warning: { main: '#f0b65a' },
        error: { main: '#ff8f85' },
        info: { main: '#9dbfe6' },
        background: { default: '#15171a', paper: '#1c1f23' },
        text: { primary: '#e8e9eb', secondary: '#a3a8b0' },
        divider: '#31353b',
      },
    },
  },
  shape: { borderRadius: 6 },
  spacing: 8,
  typography: {
    fontFamily: system,
    fontSize: 13,
    htmlFontSize: 16,
    h1: { fontSize: 20, fontWeight: 650, letterSpacing: '-0.01em' },
    h2: { fontSize: 15, fontWeight: 650 },
    h3: { fontSize: 13.5, fontWeight: 650 },
    body1: { fontSize: 13.5 },
    body2: { fontSize: 13 },
    caption: { fontSize: 12 },
    button: { textTransform: 'none', fontWeight: 600, fontSize: 13 },
  },
  components: {
    MuiButton: {
      defaultProps: { size: 'small', disableElevation: true },
      styleOverrides: { root: { minHeight: 32, padding: '4px 12px' } },
    },
    MuiTextField: { defaultProps: { size: 'small', variant: 'outlined', fullWidth: true } },
    MuiSelect: { defaultProps: { size: 'small' } },
    MuiFormControl: { defaultProps: { size: 'small' } },
    MuiPaper: { defaultProps: { variant: 'outlined' }, styleOverrides: { root: { backgroundImage: 'none' } } },
    MuiTableCell: {
      styleOverrides: {
        root: ({ theme }) => ({ padding: '6px 12px', fontSize: 13, borderColor: theme.vars?.palette.divider }),
        head: { fontWeight: 600 },
      },
    },
    // The table's own frame ends it.
    MuiTableBody: { styleOverrides: { root: { '& > tr:last-of-type > *': { borderBottom: 0 } } } },
    MuiTooltip: { defaultProps: { enterDelay: 400 } },
    MuiLink: { defaultProps: { underline: 'hover' } },
    // The library takes the outline away and shows a ripple instead: the ring is given back to everything that is pressed.
    MuiButtonBase: {
      defaultProps: { disableRipple: true },
      styleOverrides: { root: { '&.Mui-focusVisible': focusRing } },
    },
    MuiToggleButton: {
      styleOverrides: {
        root: ({ theme }) => ({
          color: theme.vars?.palette.text.secondary,
          '&.Mui-selected': { color: theme.vars?.palette.text.primary },
        }),
      },
    },
    MuiCssBaseline: {
      styleOverrides: {
        body: { fontVariantNumeric: 'tabular-nums' },
        ':focus-visible': focusRing,
      },
    },
  },
})

/** Light, dark or as the computer is set. */
export function OutflowTheme({ children }: { children: ReactNode }) {
  return (
    <ThemeProvider theme={theme} defaultMode="system">
      <CssBaseline enableColorScheme />
      <FollowSettings />
      {children}
    </ThemeProvider>
  )
}

function FollowSettings() {
  const { setMode } = useColorScheme()
  const settings = useCall('settings.get', {})
  const wanted = settings.data?.theme
  useEffect(() => {
    if (wanted) setMode(wanted)
  }, [wanted, setMode])
  return null
}
