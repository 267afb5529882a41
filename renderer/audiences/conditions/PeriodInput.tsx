import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { Period } from '../../../preload/api.ts'
import { ChoiceField } from './ChoiceField.tsx'

export const unitTexts = [
  ['day', 'days'],
  ['week', 'weeks'],
  ['month', 'months'],
  ['year', 'years'],
] as const

const wholes = [
  ['day', 'day'],
  ['week', 'week'],
  ['month', 'month'],
  ['quarter', 'quarter'],
  ['year', 'year'],
] as const

const kinds = [
  ['last', 'the last'],
  ['next', 'the next'],
  ['this', 'this'],
  ['previous', 'the previous'],
  ['following', 'the following'],
] as const

type PeriodInputProps = { name: string; period: Period; onChange: (period: Period) => void }

/** A stretch of days counted from today, or a whole one of the calendar. */
export function PeriodInput({ name, period, onChange }: PeriodInputProps) {
  const kind = (
    <ChoiceField
      label={`Period of ${name}`}
      value={period.kind}
      options={kinds}
      width={140}
      onChange={(next) => onChange(withKind(period, next))}
    />
  )
  if (!('amount' in period)) {
    return (
      <>
        {kind}
        <ChoiceField
          label={`Unit of ${name}`}
          value={period.unit}
          options={wholes}
          width={116}
          onChange={(unit) => onChange({ ...period, unit })}
        />
        <Hint>{period.unit === 'week' ? 'Weeks begin on Monday.' : ''}</Hint>
      </>
    )
  }
  return (
    <>
      {kind}
      <AmountField
        label={`How many of ${name}`}
        amount={period.amount}
        onChange={(amount) => onChange({ ...period, amount })}
      />
      <ChoiceField
        label={`Unit of ${name}`}
        value={period.unit}
        options={unitTexts}
        width={104}
        onChange={(unit) => onChange({ ...period, unit })}
      />
      <Hint>Today is one of them.</Hint>
    </>
  )
}

const Hint = ({ children }: { children: string }) =>
  children && (
    <Typography variant="caption" color="textSecondary" sx={{ alignSelf: 'center' }}>
      {children}
    </Typography>
  )

function withKind(period: Period, kind: Period['kind']): Period {
  if (kind === 'last' || kind === 'next') {
    const unit = period.unit === 'quarter' ? 'month' : period.unit
    return { kind, amount: 'amount' in period ? period.amount : 30, unit }
  }
  return { kind, unit: period.unit }
}

/** A whole number from 1 on; nothing while none is typed. */
export function AmountField({
  label,
  amount,
  onChange,
}: {
  label: string
  amount: number
  onChange: (amount: number) => void
}) {
  const [text, setText] = useState(String(amount))
  const typed = Number(text)
  return (
    <TextField
      type="number"
      // What is half typed stays as it is.
      value={typed === amount || !(typed >= 1) ? text : String(amount)}
      error={!(Number.isInteger(typed) && typed >= 1)}
      onChange={(event) => {
        setText(event.target.value)
        const next = Number(event.target.value)
        if (Number.isInteger(next) && next >= 1 && next <= 100_000) onChange(next)
      }}
      slotProps={{ htmlInput: { 'aria-label': label, min: 1, max: 100_000 } }}
      sx={{ width: 84 }}
    />
  )
}
