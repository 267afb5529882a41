import Close from '@mui/icons-material/Close'
import IconButton from '@mui/material/IconButton'
import TableCell from '@mui/material/TableCell'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import type { Column, FieldRule, MappedFrom, MappedSample } from '../../preload/api.ts'
import { typeTexts } from '../shared/format.ts'
import { FromInput } from './FromInput.tsx'
import { isFilled, type Line } from './lines.ts'
import { RuleMenu, RuleText } from './RuleMenu.tsx'
import { SampleValue } from './SampleValue.tsx'

type MappingRowProps = {
  line: Line
  columns: Column[]
  isKey: boolean
  confidence: number | undefined
  sample: MappedSample | undefined
  readable: boolean
  onRule: (rule: FieldRule, skipEmpty: boolean) => void
  onSet: (from: MappedFrom) => void
  onRemove: () => void
}

/** One field: where its value comes from, and what a real row makes of it. */
export function MappingRow({
  line,
  columns,
  isKey,
  confidence,
  sample,
  readable,
  onRule,
  onSet,
  onRemove,
}: MappingRowProps) {
  const { id, field, from, needed } = line
  const name = field?.label ?? id
  const filled = isFilled(from, needed)
  // The key of a destination that takes any value is listed as such; it never is a list.
  const type = field && !(isKey && field.type === 'json') && typeTexts[field.type]
  const marks = [isKey && 'records are found by this', needed && 'required', type].filter(Boolean)
  return (
    <TableRow sx={{ verticalAlign: 'top', bgcolor: filled ? undefined : 'action.hover' }}>
      <TableCell sx={{ overflowWrap: 'anywhere' }}>
        <Typography variant="h3" component="div" dir="auto">
          {name}
        </Typography>
        <Typography variant="caption" component="div" color={needed && !filled ? 'warning' : 'textSecondary'}>
          {marks.join(', ')}
        </Typography>
        {field?.help && (
          <Typography variant="caption" component="div" color="textSecondary">
            {field.help}
          </Typography>
        )}
      </TableCell>
      <TableCell>
        <FromInput name={name} field={field} from={from} columns={columns} onSet={onSet} />
        {from && !isKey && <RuleText line={line} />}
        {confidence !== undefined && confidence < 1 && (
          <Typography variant="caption" color="textSecondary">
            Proposed because the names are alike ({Math.round(confidence * 100)} %). Please check.
          </Typography>
        )}
      </TableCell>
      <TableCell>{filled && <SampleValue id={id} from={from} sample={sample} />}</TableCell>
      <TableCell align="right" sx={{ px: 1, whiteSpace: 'nowrap' }}>
        {from && !isKey && (
          <RuleMenu
            name={name}
            line={line}
            readable={readable}
            writeOnly={line.field?.writeOnly === true}
            onRule={onRule}
          />
        )}
        {from && (
          <IconButton size="small" aria-label={`Do not send ${name}`} onClick={onRemove}>
            <Close fontSize="small" />
          </IconButton>
        )}
      </TableCell>
    </TableRow>
  )
}
