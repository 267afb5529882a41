import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import ListItemButton from '@mui/material/ListItemButton'
import Typography from '@mui/material/Typography'
import type { TableInfo } from '../../preload/api.ts'
import { number } from '../shared/format.ts'
import { TableColumns } from './TableColumns.tsx'

/** Found columns that are named below a closed table. */
const MOST_FOUND = 4

type TableItemProps = {
  connection: string
  table: TableInfo
  /** Columns that a search found. */
  found: string[]
  selected: boolean
  open: boolean
  onPress: () => void
  onInsert?: () => void
}

/** One table; open, with its columns. */
export function TableItem({ connection, table, found, selected, open, onPress, onInsert }: TableItemProps) {
  return (
    <Box component="li">
      <ListItemButton selected={selected} aria-expanded={open} onClick={onPress} sx={{ py: 0.5, gap: 1 }}>
        <Box component="span" dir="auto" sx={{ flex: 1, overflowWrap: 'anywhere' }}>
          {table.path.join('.')}
          {!open && found.length > 0 && (
            <Typography variant="caption" component="span" sx={{ display: 'block', color: 'text.secondary' }}>
              {found.slice(0, MOST_FOUND).join(', ')}
              {found.length > MOST_FOUND && ` and ${number(found.length - MOST_FOUND)} more`}
            </Typography>
          )}
        </Box>
        <Typography variant="caption" sx={{ color: selected ? 'text.primary' : 'text.secondary' }}>
          {note(table)}
        </Typography>
      </ListItemButton>
      {open && <TableColumns connection={connection} table={table.path} found={found} />}
      {open && onInsert && (
        <Button onClick={onInsert} sx={{ ml: 2, mb: 0.5 }}>
          Add to the SQL
        </Button>
      )}
    </Box>
  )
}

function note({ kind, rowEstimate }: TableInfo): string {
  if (rowEstimate !== undefined) return `~${number(rowEstimate)}`
  return kind === 'view' ? 'view' : ''
}
