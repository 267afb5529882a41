import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { DestinationObject, MappedSample, Sync, SyncDraft } from '../../preload/api.ts'
import type { NounDoor } from '../dispatch.ts'
import { targetFields } from '../engine/plan.ts'
import { createTransform } from '../engine/transform.ts'
import {
  editsShape,
  firstRunShape,
  guardLimitsShape,
  identifierShape,
  idShape,
  mappingShape,
  modeShape,
  nameShape,
  removalShape,
  scheduleShape,
} from '../store/shapes.ts'
import { checkSchedule } from './check-schedule.ts'
import { checkSync } from './check-sync.ts'
import type { Core } from './core.ts'
import { givenName, id, nothing } from './inputs.ts'
import { withRows } from './runnable.ts'
import { withDestination } from './sessions.ts'
import { suggestMapping } from './suggest-mapping.ts'
import { syncSummaries, syncSummary } from './sync-summary.ts'

const target = { audience: idShape, destination: idShape, object: identifierShape }
const draft: z.ZodType<SyncDraft> = z.object({
  ...target,
  id: idShape.exactOptional(),
  name: nameShape,
  mode: modeShape,
  key: identifierShape.nullable(),
  mapping: mappingShape,
  removal: removalShape,
  firstRun: firstRunShape,
  edits: editsShape,
  guards: guardLimitsShape,
  schedule: scheduleShape,
})

/** Syncs: saved, listed with their last and next run, and what helps to make one. */
export function syncsApi(core: Core): NounDoor<'syncs'> {
  const { store, runs } = core
  const changed = () => {
    core.rescheduled()
    core.emit('data.changed', { noun: 'syncs' })
  }

  return {
    'syncs.list': { check: nothing, handle: () => syncSummaries(core) },
    'syncs.get': {
      check: id,
      handle: ({ id }) => {
        // Whoever opens a sync is likely to plan it next.
        void runs.warm()
        return syncSummary(core, id)
      },
    },
    'syncs.save': {
      check: draft,
      handle: async (input, { signal }) => {
        const { sync, objects } = await checked(core, input, signal)
        save(core, sync)
        store.syncs.noteLabels(sync.destination, objects)
        changed()
        return sync
      },
    },
    'syncs.remove': {
      check: id,
      handle: async ({ id }) => {
        store.syncs.get(id)
        await runs.forget(id)
        store.syncs.remove(id)
        changed()
        return {}
      },
    },
    'syncs.reset': {
      check: id,
      handle: async ({ id }) => {
        store.syncs.get(id)
        await runs.forget(id)
        changed()
        return {}
      },
    },
    'syncs.suggestMapping': {
      check: z.object(target),
      handle: async ({ audience, destination, object }, { signal }) => {
        const [columns, fields] = await Promise.all([
          withRows(core, store.audiences.get(audience), signal, (session, rows) => session.listColumns(rows)),
          withDestination(core, destination, signal, (session) => session.listFields(object)),
        ])
        return suggestMapping(columns, fields)
      },
    },
    'syncs.sampleRecords': {
      check: z.object({
        ...target,
        mode: modeShape,
        key: identifierShape.nullable(),
        mapping: mappingShape,
        limit: z.int().min(1).max(100),
      }),
      handle: (input, { signal }) => sampleRecords(core, input, signal),
    },
  }
}

/** A schedule that was changed is counted from now. */
function save({ store, runs, now, timeZone }: Core, sync: Sync): void {
  store.transaction(() => {
    const { id, schedule } = sync
    const before = store.syncs.list().find((known) => known.id === id)
    store.syncs.put(sync)
    if (before && JSON.stringify(before.schedule) === JSON.stringify(schedule)) return
    const heard = schedule.kind === 'after' ? (runs.latest(schedule.sync)?.id ?? null) : null
    const counted = { from: now().toISOString(), zone: timeZone() }
    store.schedules.change(id, { ...counted, heard, follows: null, missed: null, note: null })
  })
}

/** The sync as it is kept, and the destination's objects if they were asked for. What depends on both sides is asked of them only if it changed: a schedule can be changed offline. */
async function checked(
  core: Core,
  input: SyncDraft,
  signal: AbortSignal,
): Promise<{ sync: Sync; objects: DestinationObject[] }> {
  const { store } = core
  const name = givenName(input.name, 'sync')
  const before = input.id === undefined ? undefined : store.syncs.get(input.id)
  const audience = store.audiences.get(input.audience)
  let known: DestinationObject[] = []
  if (!before || !sameWork(before, input)) {
    const [columns, { objects, fields }] = await Promise.all([
      withRows(core, audience, signal, (session, rows) => session.listColumns(rows)),
      withDestination(core, input.destination, signal, async (session) => {
        const objects = await session.listObjects()
        const known = objects.some((object) => object.id === input.object)
        return { objects, fields: known ? await session.listFields(input.object) : [] }
      }),
    ])
    known = objects
    checkSync(input, { destinationName: store.connections.get(input.destination).name, objects, fields, columns })
  }
  const id = input.id ?? randomUUID()
  if (JSON.stringify(before?.schedule) !== JSON.stringify(input.schedule)) await checkSchedule(core, id, input.schedule)
  return { sync: { ...input, id, name, updatedAt: core.now().toISOString() }, objects: known }
}

function sameWork(before: Sync, now: SyncDraft): boolean {
  const work = ({ audience, destination, object, mode, key, mapping, removal, firstRun }: SyncDraft) =>
    JSON.stringify([audience, destination, object, mode, key, mapping, removal, firstRun])
  return work(before) === work(now)
}

async function sampleRecords(
  core: Core,
  input: Pick<Sync, 'audience' | 'destination' | 'object' | 'mode' | 'key' | 'mapping'> & { limit: number },
  signal: AbortSignal,
): Promise<MappedSample[]> {
  const audience = core.store.audiences.get(input.audience)
  const [{ columns, rows }, target] = await Promise.all([
    withRows(core, audience, signal, (session, rows) => session.preview(rows, input.limit)),
    withDestination(core, input.destination, signal, (session) => targetFields(input, session)),
  ])
  const { key, mapping } = input
  const transform = createTransform({ columns, mapping, key, ...target })
  return rows.map((values) => {
    const source = Object.fromEntries(columns.map((column, index) => [column.name, values[index] ?? null]))
    const result = transform(values)
    return result.ok ? { source, record: result.record } : { source, problem: result.problem }
  })
}
