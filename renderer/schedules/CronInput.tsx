import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import type { Schedule, SchedulePreview } from '../../preload/api.ts'

type CronSchedule = Extract<Schedule, { kind: 'cron' }>
type CronInputProps = {
  schedule: CronSchedule
  preview: SchedulePreview | undefined
  onChange: (schedule: CronSchedule) => void
}

const examples = [
  ['0 7 * * 1-5', 'Weekdays at 07:00'],
  ['*/30 8-18 * * *', 'Every half hour by day'],
  ['0 6 1 * *', 'On the first of the month'],
] as const

/** A cron expression, said in words as it is typed. */
export function CronInput({ schedule, preview, onChange }: CronInputProps) {
  const set = (expression: string) => onChange({ ...schedule, expression })
  const wrong = preview?.problem?.message
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <TextField
        label="Cron expression"
        value={schedule.expression}
        error={wrong !== undefined}
        helperText={wrong ?? (preview?.words ? `${preview.words}.` : ' ')}
        onChange={(event) => set(event.target.value)}
        slotProps={{
          htmlInput: { maxLength: 200, spellCheck: false, autoCapitalize: 'off', style: { fontFamily: 'monospace' } },
          formHelperText: { role: 'status' },
        }}
      />
      <Typography color="textSecondary">
        Five parts: minute, hour, day of the month, month, day of the week. For those who know it; the other choices do
        the same for most.
      </Typography>
      <Box sx={{ display: 'flex', gap: 0.5, flexWrap: 'wrap' }}>
        {examples.map(([expression, text]) => (
          <Button key={expression} onClick={() => set(expression)}>
            {text}
          </Button>
        ))}
      </Box>
    </Box>
  )
}
