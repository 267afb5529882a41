import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import type { Samples } from './useSamples.ts'

/** The heading of the tried-out values: which row is shown, one back, one on. */
export function SampleStepper({ samples }: { samples: Samples }) {
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.5 }}>
      <span>Becomes</span>
      <Box sx={{ flex: 1 }} />
      <Step label="Previous row" sign="‹" onClick={samples.previous} />
      <Typography variant="caption" color="textSecondary" sx={{ whiteSpace: 'nowrap' }}>
        {samples.place}
      </Typography>
      <Step label="Next row" sign="›" onClick={samples.next} />
    </Box>
  )
}

/** Stays in reach of the keyboard at the first and the last row, where a disabled button would lose the focus. */
function Step({ label, sign, onClick }: { label: string; sign: string; onClick: (() => void) | undefined }) {
  return (
    <Button
      aria-label={label}
      aria-disabled={!onClick}
      onClick={onClick}
      sx={{ minWidth: 28, px: 0, opacity: onClick ? 1 : 0.4 }}
    >
      {sign}
    </Button>
  )
}
