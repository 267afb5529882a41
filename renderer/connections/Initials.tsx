import Box from '@mui/material/Box'

/** A product's initials, as quiet as a logo should be in a list. */
export function Initials({ name }: { name: string }) {
  const words = name.split(/[\s-]+/).filter(Boolean)
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => word[0]) : [...name.slice(0, 2)]
  return (
    <Box
      aria-hidden="true"
      sx={{
        width: 36,
        height: 36,
        borderRadius: 1,
        flexShrink: 0,
        display: 'grid',
        placeItems: 'center',
        bgcolor: 'action.selected',
        color: 'text.primary',
        fontWeight: 650,
        fontSize: 13,
      }}
    >
      {letters.join('')}
    </Box>
  )
}
