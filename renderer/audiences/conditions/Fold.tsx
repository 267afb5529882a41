import ChevronRight from '@mui/icons-material/ChevronRight'
import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import Typography from '@mui/material/Typography'
import { type ReactNode, useId, useState } from 'react'

/** A part that unfolds, with what it says now beside its title. What is inside is only made when it is open. */
export function Fold({
  title,
  note,
  wrong,
  children,
}: {
  title: string
  note: string
  wrong?: boolean
  children: ReactNode
}) {
  const [open, setOpen] = useState(false)
  const inside = useId()
  return (
    <Box sx={{ borderTop: 1, borderColor: 'divider', mt: 1 }}>
      <ButtonBase
        onClick={() => setOpen(!open)}
        aria-expanded={open}
        aria-controls={open ? inside : undefined}
        sx={{ width: '100%', gap: 0.5, py: 1, textAlign: 'left', font: 'inherit', justifyContent: 'flex-start' }}
      >
        <ChevronRight sx={{ fontSize: 18, color: 'text.secondary', transform: open ? 'rotate(90deg)' : 'none' }} />
        <Typography component="span" sx={{ fontWeight: 600, mr: 1, flexShrink: 0 }}>
          {title}
        </Typography>
        <Typography
          component="span"
          dir="auto"
          color={wrong ? 'error' : 'textSecondary'}
          sx={{ minWidth: 0, overflowWrap: 'anywhere' }}
        >
          {note}
        </Typography>
      </ButtonBase>
      {open && (
        <Box id={inside} sx={{ pb: 1 }}>
          {children}
        </Box>
      )}
    </Box>
  )
}
