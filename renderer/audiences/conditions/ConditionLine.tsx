import Close from '@mui/icons-material/Close'
import Box from '@mui/material/Box'
import IconButton from '@mui/material/IconButton'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import type { ColumnCondition } from '../../../preload/api.ts'
import { ColumnPicker } from '../../syncs/ColumnPicker.tsx'
import type { Choosing } from './GroupEditor.tsx'
import { faultOf } from './model.ts'
import { firstCondition, operatorOf, operatorsFor } from './operators.ts'
import { ValueInput } from './ValueInput.tsx'

type ConditionLineProps = {
  choosing: Choosing
  condition: ColumnCondition
  name: string
  onChange: (condition: ColumnCondition) => void
  onRemove: () => void
}

/** One condition: a column, how it is compared, and with what. */
export function ConditionLine({ choosing, condition, name, onChange, onRemove }: ConditionLineProps) {
  const { columns } = choosing
  const column = columns.find((candidate) => candidate.name === condition.column)
  const operator = column && operatorOf(condition, column.type)
  const fault = faultOf(condition, columns)
  const pick = (picked: string) => {
    const next = columns.find((candidate) => candidate.name === picked)
    if (!next) return
    // Whoever corrects the column wants the same comparison, where it can be made.
    const kept = condition.column === '' ? undefined : operatorOf(condition, next.type)
    onChange(kept ? { ...condition, column: picked } : firstCondition(picked, next.type))
  }
  return (
    <Box role="group" aria-label={name} sx={{ mb: 0.75 }}>
      <Box sx={{ display: 'flex', gap: 0.75, alignItems: 'flex-start', flexWrap: 'wrap' }}>
        <Box sx={{ flex: '1 1 170px', minWidth: 0, maxWidth: 300 }}>
          <ColumnPicker
            label={`Column of ${name}`}
            columns={columns}
            chosen={condition.column || undefined}
            onChoose={pick}
          />
        </Box>
        {column && (
          <TextField
            select
            value={operator?.id ?? ''}
            error={!operator}
            onChange={(event) => {
              const chosen = operatorsFor(column.type).find(({ id }) => id === event.target.value)
              if (chosen) onChange(chosen.make(column.name, condition))
            }}
            slotProps={{ htmlInput: { 'aria-label': `How ${name} compares` } }}
            sx={{ width: 176, flexShrink: 0 }}
          >
            {operatorsFor(column.type).map(({ id, label }) => (
              <MenuItem key={id} value={id}>
                {label}
              </MenuItem>
            ))}
          </TextField>
        )}
        {column && operator && (
          <Box sx={{ flex: '2 1 200px', minWidth: 0, display: 'flex', gap: 0.75, flexWrap: 'wrap' }}>
            <ValueInput choosing={choosing} column={column} condition={condition} name={name} onChange={onChange} />
          </Box>
        )}
        <IconButton size="small" aria-label={`Remove ${name}`} onClick={onRemove} sx={{ ml: 'auto', mt: 0.25 }}>
          <Close fontSize="small" />
        </IconButton>
      </Box>
      <Note fault={fault} hint={operator?.hint} />
    </Box>
  )
}

function Note({ fault, hint }: { fault: ReturnType<typeof faultOf>; hint: string | undefined }) {
  const text = fault?.text ?? hint
  if (!text) return null
  const color = fault ? (fault.missing ? 'warning.main' : 'error.main') : 'text.secondary'
  return (
    <Typography variant="caption" component="div" sx={{ color, overflowWrap: 'anywhere' }}>
      {text}
    </Typography>
  )
}
