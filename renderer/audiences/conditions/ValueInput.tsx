import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import type { Column, ColumnCondition } from '../../../preload/api.ts'
import { DayInput } from './DayInput.tsx'
import type { Choosing } from './GroupEditor.tsx'
import { ListInput } from './ListInput.tsx'
import { MatchCase } from './MatchCase.tsx'
import { MemberInput } from './MemberInput.tsx'
import { PeriodInput } from './PeriodInput.tsx'
import { TextInput } from './TextInput.tsx'

type ValueInputProps = {
  choosing: Choosing
  column: Column
  condition: ColumnCondition
  name: string
  onChange: (condition: ColumnCondition) => void
}

/** What a condition compares with, by its kind. */
export function ValueInput({ choosing, column, condition, name, onChange }: ValueInputProps) {
  switch (condition.kind) {
    case 'text':
      return (
        <>
          <TextInput
            choosing={choosing}
            column={column}
            label={`Value of ${name}`}
            value={condition.value}
            onChange={(value) => onChange({ ...condition, value })}
          />
          <MatchCase condition={condition} name={name} onChange={onChange} />
        </>
      )
    case 'number':
      return (
        <>
          <NumberField
            label={`Value of ${name}`}
            value={condition.value}
            onChange={(value) => onChange({ ...condition, value })}
          />
          {condition.is === 'between' && (
            <>
              <And />
              <NumberField
                label={`Upper value of ${name}`}
                value={condition.to ?? ''}
                onChange={(to) => onChange({ ...condition, to })}
              />
            </>
          )}
        </>
      )
    case 'day':
      return (
        <>
          <DayInput label={`Date of ${name}`} day={condition.day} onChange={(day) => onChange({ ...condition, day })} />
          {condition.is === 'between' && (
            <>
              <And />
              <DayInput
                label={`Last date of ${name}`}
                day={condition.to ?? { kind: 'date', date: '' }}
                onChange={(to) => onChange({ ...condition, to })}
              />
            </>
          )}
        </>
      )
    case 'period':
      return (
        <PeriodInput name={name} period={condition.period} onChange={(period) => onChange({ ...condition, period })} />
      )
    case 'list':
      return (
        <>
          <ListInput
            choosing={choosing}
            column={column}
            name={name}
            values={condition.values}
            onChange={(values) => onChange({ ...condition, values })}
          />
          {column.type === 'text' && <MatchCase condition={condition} name={name} onChange={onChange} />}
        </>
      )
    case 'member':
      return <MemberInput choosing={choosing} condition={condition} name={name} onChange={onChange} />
    case 'boolean':
    case 'empty':
      return null
  }
}

const And = () => (
  <Typography component="span" color="textSecondary" sx={{ alignSelf: 'center' }}>
    and
  </Typography>
)

function NumberField({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <TextField
      value={value}
      placeholder="0"
      // As text: a number input would round what is long, and drop what it does not understand.
      slotProps={{ htmlInput: { 'aria-label': label, inputMode: 'decimal', maxLength: 100 } }}
      onChange={(event) => onChange(event.target.value.trim())}
      sx={{ width: 140 }}
    />
  )
}
