import Box from '@mui/material/Box'
import TextField from '@mui/material/TextField'
import ToggleButton from '@mui/material/ToggleButton'
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup'
import Typography from '@mui/material/Typography'
import type { Schedule } from '../../preload/api.ts'
import { Choice } from './Choice.tsx'
import { Every } from './Every.tsx'
import { dayNames, scheduleText } from './schedule-text.ts'

type WhenStepProps = { schedule: Schedule; onChange: (schedule: Schedule) => void }

const kinds = [
  { value: 'manual', title: 'When I push it', text: 'Nothing happens by itself.' },
  { value: 'every', title: 'Again and again', text: 'Every so many minutes, hours or days.' },
  { value: 'weekly', title: 'On days at a time', text: 'In the time zone of this computer.' },
]

const fresh: Record<Schedule['kind'], Schedule> = {
  manual: { kind: 'manual' },
  every: { kind: 'every', minutes: 60 },
  weekly: { kind: 'weekly', days: [1, 2, 3, 4, 5], time: '09:00' },
}

/** When it runs by itself. A scheduled run stops for a person wherever a guard wants to be confirmed. */
export function WhenStep({ schedule, onChange }: WhenStepProps) {
  return (
    <Box sx={{ maxWidth: 560 }}>
      <Choice
        label="When should it run?"
        value={schedule.kind}
        options={kinds}
        onChange={(kind) => onChange(fresh[kind as Schedule['kind']])}
      />
      {schedule.kind === 'every' && (
        <Every minutes={schedule.minutes} onChange={(minutes) => onChange({ kind: 'every', minutes })} />
      )}
      {schedule.kind === 'weekly' && <Weekly schedule={schedule} onChange={onChange} />}
      {schedule.kind !== 'manual' && (
        <Typography color="textSecondary" sx={{ mt: 2 }}>
          {scheduleText(schedule)} It runs while Outflow is open; what was missed is caught up once. It pushes by
          itself, and stops for you when something looks unusual.
        </Typography>
      )}
    </Box>
  )
}

function Weekly({
  schedule,
  onChange,
}: {
  schedule: Extract<Schedule, { kind: 'weekly' }>
  onChange: (schedule: Schedule) => void
}) {
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <ToggleButtonGroup
        size="small"
        aria-label="Days"
        value={schedule.days}
        onChange={(_, days: number[]) => days.length > 0 && onChange({ ...schedule, days })}
      >
        {[1, 2, 3, 4, 5, 6, 0].map((day) => (
          <ToggleButton key={day} value={day} title={dayNames[day] ?? ''} sx={{ textTransform: 'none', px: 1.5 }}>
            {dayNames[day]?.slice(0, 3)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <TextField
        label="At"
        type="time"
        value={schedule.time}
        onChange={(event) => event.target.value && onChange({ ...schedule, time: event.target.value })}
        sx={{ width: 140 }}
      />
    </Box>
  )
}
