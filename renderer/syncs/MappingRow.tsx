import Close from '@mui/icons-material/Close'
import Box from '@mui/material/Box'
import IconButton from '@mui/material/IconButton'
import MenuItem from '@mui/material/MenuItem'
import TableCell from '@mui/material/TableCell'
import TableRow from '@mui/material/TableRow'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import type { Column, Field, MappedFrom, MappedSample } from '../../preload/api.ts'
import { shown, typeTexts } from '../shared/format.ts'
import { ColumnPicker } from './ColumnPicker.tsx'

type MappingRowProps = {
  id: string
  field: Field | undefined
  from?: MappedFrom
  columns: Column[]
  isKey: boolean
  confidence?: number | undefined
  sample?: MappedSample | undefined
  onSet: (from: MappedFrom) => void
  onRemove?: () => void
}

const kinds: Record<MappedFrom['kind'], string> = {
  column: 'Column',
  constant: 'Fixed value',
  template: 'Text with columns',
}

/** One field: where its value comes from, and what a real row makes of it. */
export function MappingRow({ id, field, from, columns, isKey, confidence, sample, onSet, onRemove }: MappingRowProps) {
  const name = field?.label ?? id
  const kind = from?.kind ?? 'column'
  const marks = [
    isKey && 'records are found by this',
    field?.required && 'required',
    field && typeTexts[field.type],
  ].filter(Boolean)
  return (
    <TableRow sx={{ verticalAlign: 'top', bgcolor: from ? undefined : 'action.hover' }}>
      <TableCell sx={{ overflowWrap: 'anywhere' }}>
        <Typography variant="h3" component="div">
          {name}
        </Typography>
        <Typography variant="caption" color={field?.required && !from ? 'warning' : 'textSecondary'}>
          {marks.join(', ')}
        </Typography>
      </TableCell>
      <TableCell>
        <Box sx={{ display: 'flex', gap: 1 }}>
          <TextField
            select
            value={kind}
            onChange={(event) => onSet(emptyFrom(event.target.value as MappedFrom['kind'], from))}
            slotProps={{ htmlInput: { 'aria-label': `How ${name} is filled` } }}
            sx={{ width: 150, flexShrink: 0 }}
          >
            {Object.entries(kinds).map(([value, label]) => (
              <MenuItem key={value} value={value}>
                {label}
              </MenuItem>
            ))}
          </TextField>
          {kind === 'column' ? (
            <ColumnPicker
              label={`Column for ${name}`}
              columns={columns}
              chosen={from?.kind === 'column' ? from.column : undefined}
              onChoose={(column) => onSet({ kind: 'column', column })}
            />
          ) : (
            <TextField
              value={textOf(from)}
              placeholder={kind === 'template' ? '{{first_name}} {{last_name}}' : 'newsletter'}
              slotProps={{ htmlInput: { 'aria-label': `${kinds[kind]} for ${name}` } }}
              onChange={(event) =>
                onSet(
                  kind === 'template'
                    ? { kind, template: event.target.value }
                    : { kind: 'constant', value: event.target.value },
                )
              }
            />
          )}
        </Box>
        {confidence !== undefined && confidence < 1 && from?.kind === 'column' && (
          <Typography variant="caption" color="textSecondary">
            A guess by its name: please check.
          </Typography>
        )}
      </TableCell>
      <TableCell>
        <BeforeAfter id={id} from={from} sample={sample} />
      </TableCell>
      <TableCell>
        {onRemove && (
          <IconButton size="small" aria-label={`Do not send ${name}`} onClick={onRemove}>
            <Close fontSize="small" />
          </IconButton>
        )}
      </TableCell>
    </TableRow>
  )
}

function BeforeAfter({
  id,
  from,
  sample,
}: {
  id: string
  from: MappedFrom | undefined
  sample: MappedSample | undefined
}) {
  if (!from || !sample) return null
  const before = from.kind === 'column' ? shown(sample.source[from.column]) : undefined
  const after = sample.record ? shown(sample.record[id]) : undefined
  const changed = before !== undefined && after !== undefined && before !== after
  return (
    <Box dir="auto" sx={{ overflowWrap: 'anywhere', maxHeight: 60, overflow: 'hidden' }}>
      {(changed || after === undefined) && before !== undefined && (
        <Box component="span" sx={{ color: 'text.secondary' }}>
          {before.slice(0, 120)}
          {after !== undefined && ' → '}
        </Box>
      )}
      {after?.slice(0, 200)}
    </Box>
  )
}

function emptyFrom(kind: MappedFrom['kind'], from: MappedFrom | undefined): MappedFrom {
  if (kind === 'column') return { kind, column: '' }
  if (kind === 'constant') return { kind, value: '' }
  return { kind, template: from?.kind === 'column' && from.column ? `{{${from.column}}}` : '' }
}

function textOf(from: MappedFrom | undefined): string {
  if (from?.kind === 'constant') return from.value
  return from?.kind === 'template' ? from.template : ''
}
