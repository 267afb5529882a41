import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import ListItemButton from '@mui/material/ListItemButton'
import Typography from '@mui/material/Typography'
import type { TableInfo } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { count, number } from '../shared/format.ts'
import { Waiting } from '../shared/Waiting.tsx'

/** The preview beside it shows more; this is for looking up names. */
const MOST_COLUMNS = 200

type TableItemProps = {
  connection: string
  table: TableInfo
  selected: boolean
  open: boolean
  onPress: () => void
  onInsert?: () => void
}

/** One table; open, with its columns. */
export function TableItem({ connection, table, selected, open, onPress, onInsert }: TableItemProps) {
  return (
    <Box component="li">
      <ListItemButton selected={selected} aria-expanded={open} onClick={onPress} sx={{ py: 0.5, gap: 1 }}>
        <Box component="span" dir="auto" sx={{ flex: 1, overflowWrap: 'anywhere' }}>
          {table.path.join('.')}
        </Box>
        <Typography variant="caption" sx={{ color: selected ? 'text.primary' : 'text.secondary' }}>
          {note(table)}
        </Typography>
      </ListItemButton>
      {open && <Columns connection={connection} table={table.path} />}
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

function Columns({ connection, table }: { connection: string; table: string[] }) {
  const columns = useCall(
    'connections.columns',
    { id: connection, query: { kind: 'table', table } },
    { staleTime: 30_000 },
  )
  if (columns.isPending) return <Waiting label="Loading the columns" />
  if (columns.error) return <ProblemAlert problem={columns.error.problem} onRetry={() => void columns.refetch()} />
  const more = columns.data.length - MOST_COLUMNS
  return (
    <Box component="ul" aria-label="Columns" sx={{ m: 0, p: 0, pb: 0.5, listStyle: 'none', fontSize: 12 }}>
      {columns.data.slice(0, MOST_COLUMNS).map(({ name, sourceType }) => (
        <Box component="li" key={name} sx={{ pl: 3, pr: 2, py: 0.125, display: 'flex', gap: 1 }}>
          <Box component="span" dir="auto" sx={{ flex: 1, overflowWrap: 'anywhere' }}>
            {name}
          </Box>
          <Box component="span" sx={{ color: 'text.secondary' }}>
            {sourceType}
          </Box>
        </Box>
      ))}
      {more > 0 && (
        <Box component="li" sx={{ pl: 3, py: 0.25, color: 'text.secondary' }}>
          and {count(more, 'column')} more
        </Box>
      )}
    </Box>
  )
}
