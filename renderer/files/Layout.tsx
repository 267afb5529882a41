import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import type { FileChoices, FileLook } from '../../preload/api.ts'
import { count, number } from '../shared/format.ts'
import { delimiterTexts, encodingTexts } from './words.ts'

type LayoutProps = {
  look: FileLook
  choices: FileChoices
  onChange: (choices: FileChoices) => void
  onTable: (name: string) => void
}

/** How the file is laid out, as it was found out; each of them can be changed. Nothing for a file that says it itself. */
export function Layout({ look, choices, onChange, onTable }: LayoutProps) {
  const { found, tables, table, kind } = look
  const note = (chosen: unknown) => (chosen === undefined ? 'as detected' : 'as you chose')
  const header = choices.header ?? found.header
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'flex-start' }}>
      {tables.length > 1 && (
        <Choice
          label={kind === 'excel' ? 'Sheet' : 'List'}
          value={table}
          onChange={onTable}
          options={tables.map(({ name, rows }) => [
            name,
            `${name}${rowsOf(name === table ? look.count : undefined, rows)}`,
          ])}
          help={`${number(tables.length)} in this file`}
        />
      )}
      {header !== undefined && (
        <Choice
          label="First row"
          value={header}
          onChange={(value) => onChange({ header: value === 'names' ? 'names' : 'values' })}
          options={[
            ['names', 'Names of the columns'],
            ['values', 'Values already'],
          ]}
          help={note(choices.header)}
        />
      )}
      {kind === 'text' && (
        <>
          <Choice
            label="Values are separated by"
            value={choices.delimiter ?? found.delimiter ?? ''}
            onChange={(delimiter) => onChange({ delimiter })}
            options={Object.entries(delimiterTexts)}
            help={note(choices.delimiter)}
          />
          <Choice
            label="Characters"
            value={choices.encoding ?? found.encoding ?? ''}
            onChange={(encoding) => onChange({ encoding })}
            options={Object.entries(encodingTexts)}
            help={`${note(choices.encoding)}; change it when letters look wrong`}
          />
        </>
      )}
      {found.titles !== undefined && found.titles > 0 && (
        <Typography color="textSecondary" sx={{ flexBasis: '100%' }}>
          {found.titles === 1 ? 'The first line is' : `The first ${found.titles} lines are`} passed over: the table
          begins below.
        </Typography>
      )}
    </Box>
  )
}

/** The number of rows of a sheet: exact once it was read. */
function rowsOf(exact: number | undefined, about: number | undefined): string {
  if (exact !== undefined) return ` (${count(exact, 'row')})`
  if (about === undefined) return ''
  return about === 0 ? ' (no rows)' : ` (about ${count(about, 'row')})`
}

type ChoiceProps = {
  label: string
  value: string
  options: [value: string, text: string][]
  help: string
  onChange: (value: string) => void
}

function Choice({ label, value, options, help, onChange }: ChoiceProps) {
  const known = options.some(([option]) => option === value)
  return (
    <TextField
      select
      label={label}
      value={value}
      helperText={help}
      onChange={(event) => onChange(event.target.value)}
      sx={{ width: 250, maxWidth: '100%' }}
    >
      {!known && <MenuItem value={value}>{value}</MenuItem>}
      {options.map(([option, text]) => (
        <MenuItem key={option} value={option} sx={{ whiteSpace: 'pre-wrap' }}>
          {text}
        </MenuItem>
      ))}
    </TextField>
  )
}
