import TextField from '@mui/material/TextField'
import type { Day } from '../../../preload/api.ts'
import { ChoiceField } from './ChoiceField.tsx'
import { AmountField, unitTexts } from './PeriodInput.tsx'

const kinds = [
  ['date', 'the date'],
  ['today', 'today'],
  ['ago', 'days ago …'],
  ['ahead', 'days from now …'],
] as const
type Kind = (typeof kinds)[number][0]

function kindOf(day: Day): Kind {
  if (day.kind === 'date') return 'date'
  return day.amount === 0 ? 'today' : day.amount < 0 ? 'ago' : 'ahead'
}

const first: Record<Kind, Day> = {
  date: { kind: 'date', date: '' },
  today: { kind: 'relative', amount: 0, unit: 'day' },
  ago: { kind: 'relative', amount: -7, unit: 'day' },
  ahead: { kind: 'relative', amount: 7, unit: 'day' },
}

/** A day of the calendar, or one counted from today. */
export function DayInput({ label, day, onChange }: { label: string; day: Day; onChange: (day: Day) => void }) {
  const kind = kindOf(day)
  return (
    <>
      <ChoiceField
        label={`${label}: kind`}
        value={kind}
        options={kinds}
        width={148}
        onChange={(next) => onChange(first[next])}
      />
      {day.kind === 'date' && (
        <TextField
          type="date"
          value={day.date}
          onChange={(event) => onChange({ kind: 'date', date: event.target.value })}
          slotProps={{ htmlInput: { 'aria-label': label, max: '9999-12-30' } }}
          sx={{ width: 160 }}
        />
      )}
      {day.kind === 'relative' && day.amount !== 0 && (
        <>
          <AmountField
            label={`${label}: how many`}
            amount={Math.abs(day.amount)}
            onChange={(amount) => onChange({ ...day, amount: day.amount < 0 ? -amount : amount })}
          />
          <ChoiceField
            label={`${label}: unit`}
            value={day.unit}
            options={unitTexts}
            width={104}
            onChange={(unit) => onChange({ ...day, unit })}
          />
        </>
      )}
    </>
  )
}
