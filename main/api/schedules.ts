import { z } from 'zod'
import { toProblem } from '../../connectors/problems.ts'
import type { Api, Automation, SchedulePreview } from '../../preload/api.ts'
import type { NounDoor } from '../dispatch.ts'
import { explainCron } from '../scheduler/cron.ts'
import { nextTimes } from '../scheduler/due.ts'
import { identifierShape, idShape, missedShape, notifyShape, scheduleShape } from '../store/shapes.ts'
import { checkSchedule } from './check-schedule.ts'
import type { Core } from './core.ts'
import { id, nothing } from './inputs.ts'
import { syncSummary } from './sync-summary.ts'

const NEXT_TIMES = 3

/** What runs by itself: pausing, missed times, and what a schedule would do. */
export function schedulesApi(core: Core): NounDoor<'schedules'> {
  const { store } = core
  const changed = () => {
    core.rescheduled()
    core.emit('data.changed', { noun: 'schedules' })
  }
  const goesOn = (sync: string) =>
    store.schedules.change(sync, { from: core.now().toISOString(), zone: core.timeZone(), follows: null })

  return {
    'schedules.automation': { check: nothing, handle: () => automation(core) },
    'schedules.change': {
      check: z.object({
        paused: z.boolean().exactOptional(),
        missed: missedShape.exactOptional(),
        notify: notifyShape.exactOptional(),
        startAtLogin: z.boolean().exactOptional(),
      }),
      handle: ({ paused, startAtLogin, ...choices }) => {
        // First, because the system may refuse it.
        if (startAtLogin !== undefined && startAtLogin !== core.loginItem?.isOn()) core.loginItem?.set(startAtLogin)
        store.transaction(() => {
          const before = store.settings.automation()
          const pausedAt = before.pausedAt ?? core.now().toISOString()
          if (paused === false && before.pausedAt !== null) for (const { id } of store.syncs.list()) goesOn(id)
          store.settings.saveAutomation({
            ...before,
            ...choices,
            ...(paused !== undefined && { pausedAt: paused ? pausedAt : null }),
          })
        })
        changed()
        return automation(core)
      },
    },
    'schedules.preview': {
      check: z.object({
        schedule: scheduleShape,
        id: idShape.exactOptional(),
        destination: idShape.exactOptional(),
        object: identifierShape.exactOptional(),
      }),
      handle: (input) => preview(core, input),
    },
    'schedules.pause': {
      check: id.extend({ paused: z.boolean() }),
      handle: ({ id, paused }) => {
        if (store.schedules.get(id).paused && !paused) goesOn(id)
        store.schedules.change(id, { paused })
        changed()
        return syncSummary(core, id)
      },
    },
    'schedules.answer': {
      check: id.extend({ run: z.boolean() }),
      handle: ({ id, run }) => {
        core.answerMissed(id, run)
        return syncSummary(core, id)
      },
    },
  }
}

function automation({ store, host, loginItem, timeZone }: Core): Automation {
  const { pausedAt, missed, notify } = store.settings.automation()
  return {
    pausedAt,
    missed,
    timeZone: timeZone(),
    ...(host === 'electron' && { notify }),
    ...(loginItem && { startAtLogin: loginItem.isOn() }),
  }
}

async function preview(core: Core, input: Parameters<Api['schedules.preview']>[0]): Promise<SchedulePreview> {
  const { schedule, destination, object } = input
  const timeZone = core.timeZone()
  const others = core.store.syncs.list().filter(({ id, schedule: { kind } }) => id !== input.id && kind !== 'manual')
  const sharing = others.filter((sync) => sync.destination === destination && sync.object === object)
  const about = { timeZone, sharing: schedule.kind === 'manual' ? [] : sharing.map(({ name }) => name) }
  try {
    await checkSchedule(core, input.id ?? '', schedule)
    const words = schedule.kind === 'cron' ? { words: await explainCron(schedule.expression, timeZone) } : {}
    const next = nextTimes(schedule, core.now(), timeZone, NEXT_TIMES).map((at) => at.toISOString())
    return { next, ...words, ...about }
  } catch (error) {
    return { next: [], problem: toProblem(error), ...about }
  }
}
