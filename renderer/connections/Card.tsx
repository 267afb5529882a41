import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { Initials } from './Initials.tsx'

/** Cards side by side. */
export function Cards({ children }: { children: ReactNode }) {
  return (
    <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: 'repeat(auto-fill, minmax(min(280px, 100%), 1fr))' }}>
      {children}
    </Box>
  )
}

type CardProps = {
  to: string
  product: string
  title: string
  text: string
  children?: ReactNode
  /** A button beside what leads on. */
  action?: ReactNode
  /** What came of it. */
  below?: ReactNode
}

/** A product or a connection to it, leading to its form. */
export function Card({ to, product, title, text, children, action, below }: CardProps) {
  return (
    <Box
      sx={{
        display: 'flex',
        flexDirection: 'column',
        minWidth: 0,
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        bgcolor: 'background.paper',
        '&:has(> div > a:hover)': { borderColor: 'primary.main' },
      }}
    >
      <Box sx={{ display: 'flex', flex: 1, alignItems: 'stretch' }}>
        <ButtonBase
          component={Link}
          to={to}
          sx={{
            display: 'flex',
            flex: 1,
            minWidth: 0,
            alignItems: 'flex-start',
            justifyContent: 'flex-start',
            gap: 1.5,
            p: 1.5,
            borderRadius: 1,
            textAlign: 'left',
          }}
        >
          <Initials name={product} />
          <Box sx={{ minWidth: 0 }}>
            <Typography variant="h3" sx={{ overflowWrap: 'anywhere' }}>
              {title}
            </Typography>
            <Typography variant="body2" color="textSecondary">
              {text}
            </Typography>
            {children}
          </Box>
        </ButtonBase>
        {action && <Box sx={{ p: 1, pl: 0 }}>{action}</Box>}
      </Box>
      {below && <Box sx={{ px: 1.5, pb: 1.5, overflowWrap: 'anywhere' }}>{below}</Box>}
    </Box>
  )
}
