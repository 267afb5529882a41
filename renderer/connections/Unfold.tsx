import ChevronRight from '@mui/icons-material/ChevronRight'
import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { type ReactNode, useId, useState } from 'react'

/** Lines that unfold. */
export function Unfolds({ children, label }: { children: ReactNode; label: string }) {
  return (
    <Paper component="ul" aria-label={label} sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {children}
    </Paper>
  )
}

/** One line with more behind it; what is behind it is only made when it is opened. */
export function Unfold({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  const [open, setOpen] = useState(false)
  const inside = useId()
  return (
    <Box component="li" sx={{ '&:not(:last-child)': { borderBottom: 1, borderColor: 'divider' } }}>
      <ButtonBase
        onClick={() => setOpen(!open)}
        aria-expanded={open}
        aria-controls={open ? inside : undefined}
        sx={{
          width: '100%',
          px: 1,
          py: 0.5,
          gap: 1,
          textAlign: 'left',
          font: 'inherit',
          fontSize: 13.5,
          '&:hover': { bgcolor: 'action.hover' },
          '&.Mui-focusVisible': { outlineOffset: -2 },
        }}
      >
        <ChevronRight sx={{ fontSize: 18, color: 'text.secondary', transform: open ? 'rotate(90deg)' : 'none' }} />
        <Box component="span" dir="auto" sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
          {title}
        </Box>
        {note && (
          <Typography component="span" variant="caption" color="textSecondary" sx={{ flexShrink: 0 }}>
            {note}
          </Typography>
        )}
      </ButtonBase>
      {open && (
        <Box id={inside} sx={{ pl: 4.5, pr: 2, pb: 1 }}>
          {children}
        </Box>
      )}
    </Box>
  )
}
