import { z } from 'zod'
import { ProblemError } from '../../connectors/problems.ts'
import type { Schedule } from '../../preload/api.ts'
import { scheduleShape } from '../store/shapes.ts'

/** A schedule in a workspace file: `after` names the other sync, and a weekly one may have a single `time`. */
export const fileScheduleShape = z.preprocess(withTimes, scheduleShape).default({ kind: 'manual' })

function withTimes(schedule: unknown): unknown {
  if (typeof schedule !== 'object' || schedule === null || !('time' in schedule) || 'times' in schedule) return schedule
  const { time, ...rest } = schedule
  return { ...rest, times: [time] }
}

/**
 * The syncs of a file in an order in which each comes after the one that it follows. Throws a ProblemError where they follow
 * each other in a circle.
 */
export function followersLast<T extends { name: string; schedule: Schedule }>(syncs: readonly T[], file: string): T[] {
  const ordered: T[] = []
  let left = [...syncs]
  while (left.length > 0) {
    const names = new Set(left.map(({ name }) => name))
    const free = left.filter(({ schedule }) => schedule.kind !== 'after' || !names.has(schedule.sync))
    if (free.length === 0) {
      const circle = left.map(({ name }) => `“${name}”`).join(', ')
      throw new ProblemError({
        remedy: 'edit-sync',
        message: `${file}: ${circle} would run after each other for ever. Give one of them another schedule.`,
      })
    }
    ordered.push(...free)
    left = left.filter((sync) => !free.includes(sync))
  }
  return ordered
}
