import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'

/** An empty list says what belongs here and offers the next step. */
export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Paper sx={{ p: 4, textAlign: 'center', borderStyle: 'dashed' }}>
      <Typography variant="h2" component="p">
        {title}
      </Typography>
      {children && (
        <Typography color="textSecondary" sx={{ mt: 0.5, mb: action ? 2 : 0, maxWidth: 520, mx: 'auto' }}>
          {children}
        </Typography>
      )}
      {action}
    </Paper>
  )
}
