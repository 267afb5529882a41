import CableOutlined from '@mui/icons-material/CableOutlined'
import GroupsOutlined from '@mui/icons-material/GroupsOutlined'
import HistoryOutlined from '@mui/icons-material/HistoryOutlined'
import HomeOutlined from '@mui/icons-material/HomeOutlined'
import SettingsOutlined from '@mui/icons-material/SettingsOutlined'
import SyncAltOutlined from '@mui/icons-material/SyncAltOutlined'
import Box from '@mui/material/Box'
import { useEffect } from 'react'
import { NavLink, useLocation } from 'react-router'

/** `also`: pages that belong to the place and have an address of their own. */
const places: { to: string; label: string; Icon: typeof HomeOutlined; also?: string }[] = [
  { to: '/', label: 'Home', Icon: HomeOutlined },
  { to: '/syncs', label: 'Syncs', Icon: SyncAltOutlined, also: '/plan/' },
  { to: '/audiences', label: 'Audiences', Icon: GroupsOutlined },
  { to: '/connections', label: 'Connections', Icon: CableOutlined, also: '/practice' },
  { to: '/history', label: 'History', Icon: HistoryOutlined, also: '/runs/' },
  { to: '/settings', label: 'Settings', Icon: SettingsOutlined },
]

/** Beside its icon; in the narrow rail it is shown next to the icon that is pointed at or has the focus. */
const railLabel = {
  display: { xs: 'none', md: 'inline' },
  position: { xs: 'fixed', md: 'static' },
  left: 60,
  zIndex: 'tooltip',
  px: { xs: 1, md: 0 },
  py: { xs: 0.5, md: 0 },
  border: { xs: '1px solid var(--mui-palette-divider)', md: 'none' },
  borderRadius: 1,
  bgcolor: { xs: 'background.paper', md: 'transparent' },
  color: { xs: 'text.primary', md: 'inherit' },
} as const

/** Where everything lives. Below 900 px only the icons are shown. */
export function Rail() {
  useFocusOnNewPage()
  const { pathname } = useLocation()
  return (
    <Box
      component="nav"
      aria-label="Main"
      sx={{
        width: { xs: 56, md: 184 },
        flexShrink: 0,
        borderRight: 1,
        borderColor: 'divider',
        bgcolor: 'background.paper',
        p: 1,
        display: 'flex',
        flexDirection: 'column',
        gap: 0.25,
      }}
    >
      <SkipLink />
      <Box
        sx={{
          px: 1,
          pt: 0.75,
          pb: 1.5,
          fontWeight: 700,
          fontSize: 15,
          letterSpacing: '-0.01em',
          display: 'flex',
          gap: 1,
          alignItems: 'center',
        }}
      >
        <Mark />
        <Box component="span" sx={{ display: { xs: 'none', md: 'inline' } }}>
          Outflow
        </Box>
      </Box>
      {places.map(({ to, label, Icon, also }) => (
        <Box
          key={to}
          component={NavLink}
          to={to}
          end={to === '/'}
          aria-label={label}
          className={also && pathname.startsWith(also) ? 'active' : ''}
          sx={{
            display: 'flex',
            alignItems: 'center',
            gap: 1.25,
            height: 34,
            px: 1,
            borderRadius: 1,
            color: 'text.secondary',
            textDecoration: 'none',
            fontSize: 13.5,
            '&:hover': { bgcolor: 'action.hover', color: 'text.primary' },
            '&.active': { bgcolor: 'action.selected', color: 'text.primary', fontWeight: 600 },
            '&:hover > span, &:focus-visible > span': { display: 'inline' },
          }}
        >
          <Icon sx={{ fontSize: 19 }} />
          <Box component="span" sx={railLabel}>
            {label}
          </Box>
        </Box>
      ))}
    </Box>
  )
}

/** Three streams that leave a source. */
function Mark() {
  return (
    <svg
      width="20"
      height="20"
      viewBox="0 0 20 20"
      aria-hidden="true"
      fill="none"
      stroke="var(--mui-palette-primary-main)"
      strokeWidth="2"
      strokeLinecap="round"
    >
      <circle cx="4" cy="10" r="2" fill="var(--mui-palette-primary-main)" />
      <path d="M7 10h10M7 10c4 0 4-6 10-6M7 10c4 0 4 6 10 6" />
    </svg>
  )
}

function SkipLink() {
  return (
    <Box
      component="button"
      type="button"
      onClick={() => document.getElementById('page')?.focus()}
      sx={{
        position: 'absolute',
        left: -9999,
        '&:focus': { left: 8, top: 8, zIndex: 'tooltip' },
        px: 1.5,
        py: 0.75,
        font: 'inherit',
        fontSize: 13,
        color: 'text.primary',
        bgcolor: 'background.paper',
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
      }}
    >
      Skip to the page
    </Box>
  )
}

/** A new page starts at its top and the keyboard goes on from there. */
function useFocusOnNewPage(): void {
  const { pathname } = useLocation()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what it waits for
  useEffect(() => {
    const page = document.getElementById('page')
    page?.scrollTo(0, 0)
    page?.focus({ preventScroll: true })
  }, [pathname])
}
