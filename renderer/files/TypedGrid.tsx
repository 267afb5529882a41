import Box from '@mui/material/Box'
import NativeSelect from '@mui/material/NativeSelect'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { type FileChoices, type FileLook, type FileType, fileTypes } from '../../preload/api.ts'
import { count, number, typeTexts } from '../shared/format.ts'
import { ValueRows } from '../shared/ValueRows.tsx'
import { fileTypeTexts } from './words.ts'

/** A screen draws no more; a file may have thousands. */
const MOST_COLUMNS = 50

type Types = NonNullable<FileChoices['types']>
type TypedGridProps = { look: FileLook; types: Types; onTypes: (types: Types) => void }

/** The first rows; above each column what its values were taken for, which can be changed. */
export function TypedGrid({ look, types, onTypes }: TypedGridProps) {
  const [search, setSearch] = useState('')
  const wide = look.columns.length > MOST_COLUMNS
  const wanted = wide ? search.trim().toLowerCase() : ''
  const columns = look.columns
    .map((column, at) => ({ ...column, at }))
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .slice(0, MOST_COLUMNS)
  return (
    <>
      {wide && (
        <Box sx={{ display: 'flex', gap: 1.5, mb: 1, alignItems: 'center' }}>
          <TextField
            label="Find a column"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            sx={{ maxWidth: 260 }}
          />
          <Typography color="textSecondary">
            {number(columns.length)} of {count(look.columns.length, 'column')}
          </Typography>
        </Box>
      )}
      <Paper sx={{ overflow: 'auto', maxHeight: 420 }} tabIndex={0} role="region" aria-label="The first rows">
        <Table size="small" stickyHeader>
          <TableHead>
            <TableRow>
              {columns.map((column) => (
                <TableCell
                  key={column.at}
                  sx={{ bgcolor: 'background.paper', verticalAlign: 'top', minWidth: 160, maxWidth: 300 }}
                >
                  <Box dir="auto" sx={{ overflowWrap: 'anywhere' }}>
                    {column.name}
                  </Box>
                  <TypeOf column={column} onType={(as) => onTypes({ ...types, [column.name]: as })} />
                </TableCell>
              ))}
            </TableRow>
          </TableHead>
          <ValueRows columns={columns} rows={look.rows} />
        </Table>
      </Paper>
    </>
  )
}

type TypeOfProps = { column: FileLook['columns'][number]; onType: (as: FileType) => void }

function TypeOf({ column, onType }: TypeOfProps) {
  const { name, type, as, unfit } = column
  return (
    <>
      {as === undefined ? (
        <Typography variant="caption" color="textSecondary">
          {typeTexts[type]}
        </Typography>
      ) : (
        <NativeSelect
          variant="standard"
          value={as}
          onChange={(event) => onType(event.target.value as FileType)}
          inputProps={{ 'aria-label': `Type of ${name}` }}
          sx={{ fontSize: 12, color: 'text.secondary', maxWidth: '100%' }}
        >
          {fileTypes
            .filter((one) => one !== 'float' || as === 'float')
            .map((one) => (
              <option key={one} value={one}>
                {fileTypeTexts[one]}
              </option>
            ))}
        </NativeSelect>
      )}
      {unfit && (
        <Typography variant="caption" component="div" sx={{ color: 'warning.main', overflowWrap: 'anywhere' }}>
          {count(unfit.rows, 'value does', 'values do')} not fit, like “{unfit.example}”
        </Typography>
      )}
    </>
  )
}
