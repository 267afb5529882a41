import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import type { ColumnCondition, MemberOf, Query } from '../../../preload/api.ts'
import { useCall } from '../../bridge.ts'
import { ProblemAlert } from '../../ProblemAlert.tsx'
import { ColumnPicker } from '../../syncs/ColumnPicker.tsx'
import type { Choosing } from './GroupEditor.tsx'

type Member = Extract<ColumnCondition, { kind: 'member' }>
type MemberInputProps = {
  choosing: Choosing
  condition: Member
  name: string
  onChange: (condition: Member) => void
}

/** Another audience, or a table of any source, and the column of it that holds the same values. */
export function MemberInput({ choosing, condition, name, onChange }: MemberInputProps) {
  const { of } = condition
  const audiences = useCall('audiences.list', {})
  const others = audiences.data?.filter(({ id }) => id !== choosing.audience) ?? []
  const place = placeOf(of, others)
  const set = (next: MemberOf) => onChange({ ...condition, of: next, match: '' })
  return (
    <>
      <TextField
        select
        value={of.kind === 'audience' ? of.audience && `a ${of.audience}` : of.connection && `c ${of.connection}`}
        onChange={(event) => {
          const id = event.target.value.slice(2)
          set(
            event.target.value.startsWith('a ')
              ? { kind: 'audience', audience: id }
              : { kind: 'table', connection: id, table: [] },
          )
        }}
        slotProps={{ htmlInput: { 'aria-label': `Where ${name} looks` }, select: { displayEmpty: true } }}
        sx={{ flex: '1 1 170px' }}
      >
        <MenuItem value="" disabled>
          Choose where to look
        </MenuItem>
        {others.map((audience) => (
          <MenuItem key={audience.id} value={`a ${audience.id}`}>
            Audience: {audience.name}
          </MenuItem>
        ))}
        {choosing.sources.map((source) => (
          <MenuItem key={source.id} value={`c ${source.id}`}>
            {source.connector === 'file' ? 'File' : 'Source'}: {source.name}
          </MenuItem>
        ))}
      </TextField>
      {of.kind === 'table' && of.connection !== '' && (
        <TablePicker name={name} of={of} onChoose={(table) => set({ ...of, table })} />
      )}
      {place && (
        <MatchPicker
          name={name}
          place={place}
          match={condition.match}
          own={condition.column}
          onChoose={(match) => onChange({ ...condition, match })}
        />
      )}
    </>
  )
}

type Place = { connection: string; query: Query }

function placeOf(of: MemberOf, audiences: { id: string; connection: string; query: Query }[]): Place | undefined {
  if (of.kind === 'audience') return audiences.find(({ id }) => id === of.audience)
  return of.table.length > 0 ? { connection: of.connection, query: { kind: 'table', table: of.table } } : undefined
}

type TablePickerProps = {
  name: string
  of: Extract<MemberOf, { kind: 'table' }>
  onChoose: (table: string[]) => void
}

/** A file often has one table only: then there is nothing to choose. */
function TablePicker({ name, of, onChoose }: TablePickerProps) {
  const tables = useCall('connections.tables', { id: of.connection }, { staleTime: 60_000 })
  if (tables.error) return <ProblemAlert problem={tables.error.problem} connection={of.connection} />
  const paths = new Map(tables.data?.tables.map(({ path }) => [JSON.stringify(path), path]))
  return (
    <TextField
      select
      value={of.table.length > 0 && paths.has(JSON.stringify(of.table)) ? JSON.stringify(of.table) : ''}
      onChange={(event) => {
        const path = paths.get(event.target.value)
        if (path) onChoose(path)
      }}
      slotProps={{ htmlInput: { 'aria-label': `Table of ${name}` }, select: { displayEmpty: true } }}
      sx={{ flex: '1 1 140px' }}
    >
      <MenuItem value="" disabled>
        {tables.isPending ? 'Loading the tables' : 'Choose a table'}
      </MenuItem>
      {[...paths].map(([key, path]) => (
        <MenuItem key={key} value={key}>
          {path.join('.')}
        </MenuItem>
      ))}
    </TextField>
  )
}

type MatchPickerProps = {
  name: string
  place: Place
  match: string
  own: string
  onChoose: (match: string) => void
}

function MatchPicker({ name, place, match, own, onChoose }: MatchPickerProps) {
  const input = { id: place.connection, query: place.query }
  const columns = useCall('connections.columns', input, { staleTime: 60_000 })
  if (columns.error) return <ProblemAlert problem={columns.error.problem} connection={place.connection} />
  const usable = columns.data?.filter(({ type }) => ['text', 'integer', 'decimal'].includes(type)) ?? []
  const alike = usable.find((column) => column.name.toLowerCase() === own.toLowerCase())?.name
  const gone = match !== '' && columns.data !== undefined && !usable.some((column) => column.name === match)
  return (
    <Box sx={{ flex: '1 1 150px', minWidth: 0 }}>
      <ColumnPicker
        label={`Column that ${name} looks into`}
        placeholder={alike ? `Column, perhaps ${alike}` : 'Choose a column'}
        columns={usable}
        chosen={match || undefined}
        onChoose={onChoose}
      />
      {gone && (
        <Typography variant="caption" component="div" color="error">
          “{match}” is not there (any more). Choose another column.
        </Typography>
      )}
    </Box>
  )
}
