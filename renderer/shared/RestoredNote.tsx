import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'

/** Says that an editor shows what was typed on an earlier visit, and offers what is saved instead. */
export function RestoredNote({ onStartOver }: { onStartOver: () => void }) {
  return (
    <Alert
      severity="info"
      variant="outlined"
      sx={{ mb: 2, bgcolor: 'background.paper' }}
      action={<Button onClick={onStartOver}>Start over</Button>}
    >
      Your changes from before are still here. They are not saved yet.
    </Alert>
  )
}
