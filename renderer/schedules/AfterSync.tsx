import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import type { Schedule } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'

type AfterSchedule = Extract<Schedule, { kind: 'after' }>
type AfterSyncProps = { schedule: AfterSchedule; self: string | undefined; onChange: (schedule: AfterSchedule) => void }

/** Which sync it runs after. */
export function AfterSync({ schedule, self, onChange }: AfterSyncProps) {
  const syncs = useCall('syncs.list', {})
  const others = syncs.data?.filter(({ id }) => id !== self) ?? []
  if (syncs.data && others.length === 0) {
    return <Typography>There is no other sync yet. Make one first, then it can be chosen here.</Typography>
  }
  return (
    <TextField
      select
      label="After each run of"
      value={others.some(({ id }) => id === schedule.sync) ? schedule.sync : ''}
      onChange={(event) => onChange({ ...schedule, sync: event.target.value })}
      slotProps={{ inputLabel: { shrink: true } }}
    >
      {others.map(({ id, name, audienceName, destinationName }) => (
        <MenuItem key={id} value={id} sx={{ display: 'block', whiteSpace: 'normal', overflowWrap: 'anywhere' }}>
          {name}
          <Typography variant="caption" component="div" color="textSecondary">
            {audienceName} → {destinationName}
          </Typography>
        </MenuItem>
      ))}
    </TextField>
  )
}
