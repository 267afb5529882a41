import AddOutlined from '@mui/icons-material/AddOutlined'
import CloseOutlined from '@mui/icons-material/CloseOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import TextField from '@mui/material/TextField'
import ToggleButton from '@mui/material/ToggleButton'
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup'
import type { Schedule } from '../../preload/api.ts'
import { dayNames } from '../syncs/schedule-text.ts'

type WeeklySchedule = Extract<Schedule, { kind: 'weekly' }>
type WeeklyProps = { schedule: WeeklySchedule; onChange: (schedule: WeeklySchedule) => void }

/** As many as the core takes. */
const MOST_TIMES = 48

const selectedDay = { bgcolor: 'primary.main', color: 'primary.contrastText' } as const

/** Days of the week as chips, and one or more times; the last of each cannot be taken away. */
export function Weekly({ schedule, onChange }: WeeklyProps) {
  const { days, times } = schedule
  const setTimes = (next: string[]) => onChange({ ...schedule, times: next })
  const change = (index: number, time: string) => {
    if (time) setTimes(times.map((old, at) => (at === index ? time : old)))
  }
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <ToggleButtonGroup
        size="small"
        aria-label="Days"
        value={days}
        onChange={(_, next: number[]) => next.length > 0 && onChange({ ...schedule, days: next })}
        sx={{
          flexWrap: 'wrap',
          '& .MuiToggleButton-root.Mui-selected, & .MuiToggleButton-root.Mui-selected:hover': selectedDay,
        }}
      >
        {[1, 2, 3, 4, 5, 6, 0].map((day) => (
          <ToggleButton key={day} value={day} title={dayNames[day] ?? ''} sx={{ textTransform: 'none', px: 1.5 }}>
            {dayNames[day]?.slice(0, 3)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
        {times.map((time, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a time is its place in the list; while it is typed it may be another one's twin
          <Box key={index} sx={{ display: 'flex', alignItems: 'center' }}>
            <TextField
              label={index === 0 ? 'At' : 'and at'}
              type="time"
              value={time}
              onChange={(event) => change(index, event.target.value)}
              sx={{ width: 120 }}
            />
            {times.length > 1 && (
              <IconButton
                size="small"
                aria-label={`Take ${time} away`}
                onClick={() => setTimes(times.filter((_, at) => at !== index))}
              >
                <CloseOutlined fontSize="small" />
              </IconButton>
            )}
          </Box>
        ))}
        {times.length < MOST_TIMES && (
          <Button startIcon={<AddOutlined />} onClick={() => setTimes([...times, laterThan(times)])}>
            Add a time
          </Button>
        )}
      </Box>
    </Box>
  )
}

/** A time that is not there yet: some hours after the last one. */
function laterThan(times: string[]): string {
  const last = [...times].sort().at(-1) ?? '07:00'
  for (let hours = 4; hours < 28; hours++) {
    const hour = String((Number(last.slice(0, 2)) + hours) % 24).padStart(2, '0')
    if (!times.includes(`${hour}:${last.slice(3)}`)) return `${hour}:${last.slice(3)}`
  }
  return '12:34'
}
