import Box from '@mui/material/Box'
import FormControlLabel from '@mui/material/FormControlLabel'
import MenuItem from '@mui/material/MenuItem'
import Switch from '@mui/material/Switch'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import type { Input, MissedPolicy, NotifyChoice } from '../../preload/api.ts'
import { queryClient, useAction, useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { missedChoices } from '../schedules/missed.ts'
import { zoneText } from '../schedules/when.ts'
import { Waiting } from '../shared/Waiting.tsx'

const notifyChoices: { value: NotifyChoice; text: string }[] = [
  { value: 'problems', text: 'When something needs me' },
  { value: 'all', text: 'Of every scheduled run' },
  { value: 'nothing', text: 'Never' },
]

const field = { width: 260 } as const
const line = { display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap' } as const
const explanation = { flex: '1 1 300px' } as const

/** What runs by itself on this computer: the pause of everything, missed times, notifications, and starting with it. */
export function Schedules() {
  const automation = useCall('schedules.automation', {})
  const save = useAction('schedules.change')
  const change = (changed: Input<'schedules.change'>) =>
    save.mutate(changed, { onSuccess: (now) => queryClient.setQueryData(['schedules.automation', {}], now) })
  const failed = automation.error ?? save.error
  if (automation.isPending) return <Waiting />
  const { data } = automation
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      {failed && (
        <ProblemAlert
          problem={failed.problem}
          onRetry={() => (save.isError ? change(save.variables) : void automation.refetch())}
        />
      )}
      {data && (
        <>
          <Box>
            <FormControlLabel
              control={<Switch checked={data.pausedAt !== null} onChange={(_, paused) => change({ paused })} />}
              label="Pause all schedules"
            />
            <Typography color="textSecondary">
              Nothing starts by itself while this is on; what is being sent goes on. Times that pass meanwhile are not
              caught up.
            </Typography>
          </Box>
          {data.startAtLogin !== undefined && (
            <Box>
              <FormControlLabel
                control={
                  <Switch checked={data.startAtLogin} onChange={(_, startAtLogin) => change({ startAtLogin })} />
                }
                label="Start Outflow when I sign in to this computer"
              />
              <Typography color="textSecondary">
                It starts without a window and waits in the tray, so that schedules run.
              </Typography>
            </Box>
          )}
          <Box sx={line}>
            <TextField
              select
              label="New schedules: a missed time"
              value={data.missed}
              onChange={({ target }) => change({ missed: target.value as MissedPolicy })}
              sx={field}
            >
              {missedChoices.map(({ value, title }) => (
                <MenuItem key={value} value={value}>
                  {title}
                </MenuItem>
              ))}
            </TextField>
            <Typography color="textSecondary" sx={explanation}>
              What happens with a time that passed while the computer slept or Outflow was closed. Each sync can say
              otherwise.
            </Typography>
          </Box>
          {data.notify !== undefined && (
            <Box sx={line}>
              <TextField
                select
                label="Notify me"
                value={data.notify}
                onChange={({ target }) => change({ notify: target.value as NotifyChoice })}
                sx={field}
              >
                {notifyChoices.map(({ value, text }) => (
                  <MenuItem key={value} value={value}>
                    {text}
                  </MenuItem>
                ))}
              </TextField>
              <Typography color="textSecondary" sx={explanation}>
                By a notification of this computer; a click on it opens the run.
              </Typography>
            </Box>
          )}
          <Typography color="textSecondary">
            Schedules go by this computer’s clock: {zoneText(data.timeZone)}. Another time zone, summer time or a
            corrected clock never runs a time twice.
          </Typography>
        </>
      )}
    </Box>
  )
}
