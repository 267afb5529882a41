import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { count } from '../shared/format.ts'

/** More than these would make the page slow, and nobody reads them. */
const MOST = 200

/** Columns or fields: a name, and what it takes. */
export function NameList({ items, what }: { items: { id: string; name: string; type: string }[]; what: string }) {
  if (items.length === 0) return <Typography color="textSecondary">There are no {what}s.</Typography>
  return (
    <>
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', columns: '260px auto', columnGap: 4 }}>
        {items.slice(0, MOST).map(({ id, name, type }) => (
          <Box
            component="li"
            key={id}
            sx={{ display: 'flex', gap: 1, justifyContent: 'space-between', breakInside: 'avoid', py: 0.25 }}
          >
            <Box component="span" dir="auto" sx={{ fontSize: 13, minWidth: 0, overflowWrap: 'anywhere' }}>
              {name}
            </Box>
            <Typography component="span" variant="caption" color="textSecondary" sx={{ textAlign: 'right' }}>
              {type}
            </Typography>
          </Box>
        ))}
      </Box>
      {items.length > MOST && (
        <Typography color="textSecondary">and {count(items.length - MOST, `more ${what}`)}</Typography>
      )}
    </>
  )
}
