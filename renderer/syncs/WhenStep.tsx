import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { MissedPolicy, Schedule, SyncSummary } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { AfterSync } from '../schedules/AfterSync.tsx'
import { CronInput } from '../schedules/CronInput.tsx'
import { missedChoices } from '../schedules/missed.ts'
import { NextTimes } from '../schedules/NextTimes.tsx'
import { PauseSync } from '../schedules/PauseSync.tsx'
import { Weekly } from '../schedules/Weekly.tsx'
import { useSettled } from '../shared/useSettled.ts'
import { Choice } from './Choice.tsx'
import { Every } from './Every.tsx'
import type { PartialSync } from './steps.ts'

type WhenStepProps = {
  draft: PartialSync
  /** Once it is saved. */
  sync: SyncSummary | undefined
  onChange: (schedule: Schedule) => void
}

const kinds: { value: Schedule['kind']; title: string; text: string }[] = [
  { value: 'manual', title: 'When I push it', text: 'Nothing happens by itself.' },
  { value: 'every', title: 'Again and again', text: 'Every so many minutes, hours or days.' },
  { value: 'weekly', title: 'On days at a time', text: 'One or more times a day, on the days you choose.' },
  { value: 'after', title: 'After another sync', text: 'Each time a run of that one is done.' },
  { value: 'cron', title: 'By a cron expression', text: 'For rhythms that the others cannot say.' },
]

/** When it runs by itself. A scheduled run stops for a person wherever a guard wants to be confirmed. */
export function WhenStep({ draft, sync, onChange }: WhenStepProps) {
  const { schedule, destination, object } = draft
  const automation = useCall('schedules.automation', {})
  const syncs = useCall('syncs.list', {})
  /** What was set up before another kind was looked at. */
  const [known, setKnown] = useState<Partial<Record<Schedule['kind'], Schedule>>>({})
  const settled = useSettled(schedule)
  const preview = useCall(
    'schedules.preview',
    { schedule: settled, ...(sync && { id: sync.id }), ...(destination && { destination }), ...(object && { object }) },
    { enabled: settled.kind !== 'after' || settled.sync !== '', keep: true },
  )
  // An answer about another kind of schedule says nothing about this one.
  const about = settled.kind === schedule.kind ? preview.data : undefined
  const others = syncs.data?.filter(({ id }) => id !== sync?.id) ?? []
  const change = (next: Schedule) => {
    setKnown({ ...known, [schedule.kind]: schedule })
    onChange(next)
  }
  const missed = automation.data?.missed ?? 'run'
  const fresh: Record<Schedule['kind'], Schedule> = {
    manual: { kind: 'manual' },
    every: { kind: 'every', minutes: 60, missed },
    weekly: { kind: 'weekly', days: [1, 2, 3, 4, 5], times: ['09:00'], missed },
    cron: { kind: 'cron', expression: '0 7 * * 1-5', missed },
    after: { kind: 'after', sync: others[0]?.id ?? '' },
  }
  const offered =
    others.length > 0 || schedule.kind === 'after' ? kinds : kinds.filter(({ value }) => value !== 'after')
  return (
    <Box
      sx={{
        display: 'grid',
        columnGap: { md: 3, lg: 5 },
        gridTemplateColumns: { xs: '1fr', md: '270px minmax(0, 1fr)', lg: '360px minmax(0, 560px)' },
      }}
    >
      <Choice
        label="When should it run?"
        value={schedule.kind}
        options={offered}
        onChange={(kind) => change(known[kind as Schedule['kind']] ?? fresh[kind as Schedule['kind']])}
      />
      <Box sx={{ display: 'grid', gap: 2, alignContent: 'start', maxWidth: 560 }}>
        {schedule.kind === 'every' && (
          <Every minutes={schedule.minutes} onChange={(minutes) => onChange({ ...schedule, minutes })} />
        )}
        {schedule.kind === 'weekly' && <Weekly schedule={schedule} onChange={onChange} />}
        {schedule.kind === 'cron' && <CronInput schedule={schedule} preview={about} onChange={onChange} />}
        {schedule.kind === 'after' && <AfterSync schedule={schedule} self={sync?.id} onChange={onChange} />}
        {schedule.kind !== 'manual' && (
          <NextTimes
            schedule={schedule}
            preview={about}
            paused={sync?.paused === true || Boolean(automation.data?.pausedAt)}
          />
        )}
        {schedule.kind !== 'manual' && schedule.kind !== 'after' && (
          <Choice
            label="If the computer was asleep or Outflow was closed at that time"
            value={schedule.missed ?? 'run'}
            options={missedChoices}
            onChange={(value) => onChange({ ...schedule, missed: value as MissedPolicy })}
          />
        )}
        {schedule.kind !== 'manual' && (
          <Typography color="textSecondary">
            It runs while Outflow is open, also with its window closed. It pushes by itself, and stops for you when
            something looks unusual: the plan then waits on Home.
          </Typography>
        )}
        {sync && sync.schedule.kind !== 'manual' && <PauseSync sync={sync} />}
      </Box>
    </Box>
  )
}
