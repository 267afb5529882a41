import Alert from '@mui/material/Alert'
import Autocomplete from '@mui/material/Autocomplete'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import TextField from '@mui/material/TextField'
import type { Column, Query, UniqueIdCheck } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { firstOptions } from '../shared/firstOptions.ts'
import { count, number, shown } from '../shared/format.ts'

type UniqueIdPickerProps = {
  connection: string
  query: Query
  columns: Column[]
  uniqueId: string[]
  onChange: (uniqueId: string[]) => void
}

/** Which columns tell the rows apart, and whether they really do. */
export function UniqueIdPicker({ connection, query, columns, uniqueId, onChange }: UniqueIdPickerProps) {
  const check = useCall('audiences.checkUniqueId', { connection, query, uniqueId }, { enabled: false })
  return (
    <Box sx={{ mb: 2 }}>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
        <Autocomplete
          multiple
          size="small"
          options={columns.map((column) => column.name)}
          filterOptions={firstOptions}
          value={uniqueId}
          onChange={(_, next) => onChange(next)}
          sx={{ width: 420, maxWidth: '100%' }}
          renderInput={(props) => (
            <TextField
              {...props}
              label="Unique id"
              required
              helperText="The column, or columns together, that tell one row from every other."
            />
          )}
        />
        <Button
          variant="outlined"
          disabled={uniqueId.length === 0}
          loading={check.isFetching}
          onClick={() => void check.refetch()}
          sx={{ mt: 0.25, flexShrink: 0, whiteSpace: 'nowrap' }}
        >
          Check it
        </Button>
      </Box>
      {check.error && (
        <ProblemAlert problem={check.error.problem} connection={connection} onRetry={() => void check.refetch()} />
      )}
      {check.data && uniqueId.length > 0 && <Verdict check={check.data} />}
    </Box>
  )
}

/** Whether a unique id is one; if not, rows that show it. */
export function Verdict({ check }: { check: UniqueIdCheck }) {
  if (check.empty === 0 && check.duplicated === 0) {
    return (
      <Alert severity="success" variant="outlined" sx={{ mt: 1, bgcolor: 'background.paper' }}>
        It is there and different in all {count(check.rows, 'row')}.
      </Alert>
    )
  }
  return (
    <Alert severity="warning" variant="outlined" sx={{ mt: 1, bgcolor: 'background.paper' }}>
      {check.empty > 0 && (
        <Box>
          {count(check.empty, 'row')} of {number(check.rows)} have no unique id.
        </Box>
      )}
      {check.duplicated > 0 && (
        <Box>
          {count(check.duplicated, 'row')} of {number(check.rows)} share theirs with another row:
        </Box>
      )}
      <Box component="ul" sx={{ m: 0, mt: 0.5, pl: 2.5, overflowWrap: 'anywhere' }}>
        {check.duplicates.slice(0, 8).map(({ id, rows }) => (
          <li key={JSON.stringify(id)}>
            {id.map((value) => shown(value).slice(0, 80)).join(', ')}: {count(rows, 'row')}
          </li>
        ))}
        {check.examplesOfEmpty.slice(0, 4).map((row) => (
          <li key={JSON.stringify(row)}>
            no id:{' '}
            {Object.entries(row)
              .slice(0, 4)
              .map(([name, value]) => `${name} ${shown(value).slice(0, 40)}`)
              .join(', ')}
          </li>
        ))}
      </Box>
      These rows are not sent. Choose other columns, or correct them in the source.
    </Alert>
  )
}
