import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import ToggleButton from '@mui/material/ToggleButton'
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup'
import type { Connection } from '../../preload/api.ts'
import { type PartialAudience, withConnection, withTable, withTableInSql } from './draft.ts'
import { TableList } from './TableList.tsx'

type SourcePanelProps = {
  draft: PartialAudience
  sources: Connection[]
  onChange: (next: (now: PartialAudience) => PartialAudience) => void
  onKind: (kind: PartialAudience['kind']) => void
}

/** The name, the source, table or SQL, and the source's tables. */
export function SourcePanel({ draft, sources, onChange, onKind }: SourcePanelProps) {
  return (
    <Box sx={{ display: 'grid', gap: 1.5, alignContent: 'start', minWidth: 0 }}>
      <TextField
        label="Name"
        required
        value={draft.name}
        slotProps={{ htmlInput: { maxLength: 200 } }}
        onChange={(event) => {
          const name = event.target.value
          onChange((now) => ({ ...now, name }))
        }}
      />
      <TextField
        select
        label="Source"
        value={draft.connection}
        onChange={(event) => {
          const connection = event.target.value
          onChange((now) => withConnection(now, connection))
        }}
      >
        {sources.map((source) => (
          <MenuItem key={source.id} value={source.id}>
            {source.name}
          </MenuItem>
        ))}
      </TextField>
      <ToggleButtonGroup
        exclusive
        fullWidth
        size="small"
        aria-label="Rows from"
        value={draft.kind}
        onChange={(_, kind: PartialAudience['kind'] | null) => kind && onKind(kind)}
      >
        <ToggleButton value="table" sx={{ textTransform: 'none' }}>
          Point and click
        </ToggleButton>
        <ToggleButton value="sql" sx={{ textTransform: 'none' }}>
          SQL
        </ToggleButton>
      </ToggleButtonGroup>
      <TableList
        key={draft.connection}
        connection={draft.connection}
        {...(draft.kind === 'table'
          ? { chosen: draft.table, onChoose: (path: string[]) => onChange((now) => withTable(now, path)) }
          : { onInsert: (path: string[]) => onChange((now) => ({ ...now, sql: withTableInSql(now.sql, path) })) })}
      />
    </Box>
  )
}
