import Box from '@mui/material/Box'

/** Marks what belongs to a rehearsal, so that nobody takes it for the real thing. */
export function RehearsalChip({ sentence = false }: { sentence?: boolean }) {
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 1, verticalAlign: 'middle' }}>
      <Box
        component="span"
        sx={{
          border: 1,
          borderColor: 'warning.main',
          borderRadius: 0.5,
          px: 0.75,
          fontSize: 12,
          fontWeight: 600,
          lineHeight: '18px',
          letterSpacing: 0.2,
          color: 'text.primary',
          whiteSpace: 'nowrap',
        }}
      >
        Rehearsal
      </Box>
      {sentence && (
        <Box component="span" sx={{ fontSize: 12.5, color: 'text.secondary' }}>
          Nothing leaves this computer.
        </Box>
      )}
    </Box>
  )
}
