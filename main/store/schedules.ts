import type Database from 'better-sqlite3'
import { z } from 'zod'
import type { Instant, MissedTimes, ScheduleNote } from '../../preload/api.ts'
import { checkedRow, notThere, parsedJson } from './rows.ts'
import { clean, problemShape } from './runs.ts'

/** What a sync's schedule has done, and what it still has to do. */
export type ScheduleState = {
  /** Everything up to this moment is settled; the next time is counted from here. */
  from: Instant
  /** The computer's zone at that moment; empty where it is not known. */
  zone: string
  paused: boolean
  /** Missed, and a person was asked. */
  missed: MissedTimes | null
  note: ScheduleNote | null
  /** Of the sync that this one runs after: the last of its runs that was heard of. */
  heard: string | null
  /** The run of that sync which is still to be followed by one of this sync. */
  follows: string | null
}

const missedShape = z.object({ at: z.string(), times: z.int().min(1) })
const noteShape = z.object({
  what: z.enum(['caught-up', 'skipped', 'still-running', 'needs-sign-in', 'not-started']),
  at: z.string(),
  missed: missedShape.exactOptional(),
  problem: problemShape.transform(clean).exactOptional(),
})
const stateShape = z.object({
  from: z.iso.datetime(),
  zone: z.string(),
  paused: z.boolean(),
  missed: missedShape.nullable(),
  note: noteShape.nullable(),
  heard: z.string().nullable(),
  follows: z.string().nullable(),
}) satisfies z.ZodType<ScheduleState>

function fromRow(row: unknown): ScheduleState {
  const { counted_from, paused, missed, note, ...rest } = row as Record<string, unknown>
  return checkedRow(
    stateShape,
    { ...rest, from: counted_from, paused: paused === 1, missed: parsedOrNull(missed), note: parsedOrNull(note) },
    'schedule',
  )
}

const parsedOrNull = (text: unknown) => (text === null ? null : parsedJson(text))

/** What every schedule has done; saving a sync leaves it alone. `get` throws a ProblemError when there is no such sync. */
export function scheduleStore(db: Database.Database) {
  const columns = 'counted_from, zone, paused, missed, note, heard, follows'
  const all = db.prepare(`SELECT sync, ${columns} FROM schedule_state`)
  const find = db.prepare(`SELECT ${columns} FROM schedule_state WHERE sync = ?`)
  const update = db.prepare(`UPDATE schedule_state SET counted_from = @from, zone = @zone, paused = @paused,
    missed = @missed, note = @note, heard = @heard, follows = @follows WHERE sync = @sync`)

  const store = {
    get(sync: string): ScheduleState {
      const row = find.get(sync)
      if (row === undefined) throw notThere('sync')
      return fromRow(row)
    },
    /** By sync. */
    all: (): Map<string, ScheduleState> =>
      new Map(
        all.all().map((row) => {
          const { sync, ...state } = row as { sync: string }
          return [sync, fromRow(state)]
        }),
      ),
    /** Changes what is named, and nothing when the sync is gone. */
    change(sync: string, changed: Partial<ScheduleState>): void {
      const row = find.get(sync)
      if (row === undefined) return
      const next = { ...fromRow(row), ...changed }
      update.run({
        ...next,
        sync,
        paused: next.paused ? 1 : 0,
        missed: next.missed && JSON.stringify(next.missed),
        note: next.note && JSON.stringify(next.note),
      })
    },
  }
  return store
}
