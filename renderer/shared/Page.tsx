import Box from '@mui/material/Box'
import Link from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { type ReactNode, useEffect } from 'react'
import { Link as RouterLink } from 'react-router'
import { RehearsalChip } from './RehearsalChip.tsx'

type PageProps = {
  title: string
  /** What the page answers, or what it is about, in one line. */
  about?: ReactNode
  back?: { to: string; label: string }
  /** The page's buttons, the most important one last. */
  actions?: ReactNode
  /** Tables use the whole width; texts and forms do not. */
  wide?: boolean
  /** What it shows is a rehearsal: nothing of it is real. */
  rehearsal?: boolean | undefined
  children: ReactNode
}

/** A page with its heading. Also names the window. */
export function Page({ title, about, back, actions, wide, rehearsal, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Outflow`
  }, [title])
  return (
    <Box sx={{ p: { xs: 2, md: 3 }, maxWidth: wide ? 1500 : 1080 }}>
      {back && (
        <Link component={RouterLink} to={back.to} variant="caption" color="textSecondary">
          ‹ {back.label}
        </Link>
      )}
      <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 2, mb: 2, flexWrap: 'wrap' }}>
        <Box sx={{ flex: 1, minWidth: 'min(240px, 100%)' }}>
          <Typography variant="h1" sx={{ overflowWrap: 'anywhere' }}>
            {title}
          </Typography>
          {rehearsal && (
            <Box sx={{ mt: 0.5 }}>
              <RehearsalChip sentence />
            </Box>
          )}
          {about && (
            <Typography component="div" color="textSecondary" sx={{ mt: 0.25 }}>
              {about}
            </Typography>
          )}
        </Box>
        {actions && <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>{actions}</Box>}
      </Box>
      {children}
    </Box>
  )
}

/** A part of a page with a heading of its own. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <Box component="section" sx={{ mb: 3 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', mb: 1, minHeight: 32, gap: 1 }}>
        <Typography variant="h2" sx={{ flex: 1 }}>
          {title}
        </Typography>
        {actions}
      </Box>
      {children}
    </Box>
  )
}
