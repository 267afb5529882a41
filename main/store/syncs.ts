import type Database from 'better-sqlite3'
import { z } from 'zod'
import type { DestinationObject, Sync } from '../../preload/api.ts'
import { checkedRow, notThere, parsedJson } from './rows.ts'
import {
  editsShape,
  firstRunShape,
  guardLimitsShape,
  idShape,
  mappingShape,
  modeShape,
  nameShape,
  removalShape,
  scheduleShape,
} from './shapes.ts'

const shape: z.ZodType<Sync> = z.object({
  id: idShape,
  name: nameShape,
  audience: idShape,
  destination: idShape,
  object: z.string(),
  mode: modeShape,
  key: z.string().nullable(),
  mapping: mappingShape,
  removal: removalShape,
  firstRun: firstRunShape,
  edits: editsShape,
  guards: guardLimitsShape,
  schedule: scheduleShape,
  updatedAt: z.string(),
})

const COLUMNS =
  'id, name, audience, destination, object, mode, key_field, mapping, removal, first_run, edits, guards, schedule, updated_at'

function fromRow(row: unknown): Sync {
  const { key_field, mapping, first_run, guards, schedule, updated_at, ...rest } = row as Record<string, unknown>
  return checkedRow(
    shape,
    {
      ...rest,
      key: key_field,
      mapping: parsedJson(mapping),
      firstRun: first_run,
      guards: parsedJson(guards),
      schedule: parsedJson(schedule),
      updatedAt: updated_at,
    },
    'sync',
  )
}

/** Syncs by name. `get` and `remove` throw a ProblemError when there is none with this id. */
export function syncStore(db: Database.Database) {
  const ordered = 'ORDER BY name COLLATE NOCASE, id'
  const list = db.prepare(`SELECT ${COLUMNS} FROM sync ${ordered}`)
  const ofAudience = db.prepare(`SELECT ${COLUMNS} FROM sync WHERE audience = ? ${ordered}`)
  const ofDestination = db.prepare(`SELECT ${COLUMNS} FROM sync WHERE destination = ? ${ordered}`)
  const find = db.prepare(`SELECT ${COLUMNS} FROM sync WHERE id = ?`)
  const put = db.prepare(`
    INSERT INTO sync (${COLUMNS}) VALUES (@id, @name, @audience, @destination, @object, @mode, @key, @mapping, @removal, @firstRun,
      @edits, @guards, @schedule, @updatedAt)
    ON CONFLICT (id) DO UPDATE SET name = @name, audience = @audience, destination = @destination, object = @object,
      mode = @mode, key_field = @key, mapping = @mapping, removal = @removal, first_run = @firstRun, edits = @edits,
      guards = @guards, schedule = @schedule, updated_at = @updatedAt,
      object_label = CASE WHEN destination = @destination AND object = @object THEN object_label END`)
  const labelOf = db.prepare('SELECT object_label FROM sync WHERE id = ?').pluck()
  const putLabel = db.prepare(`UPDATE sync SET object_label = @label
    WHERE destination = @connection AND object = @id AND object_label IS NOT @label`)
  const putState = db.prepare("INSERT OR IGNORE INTO schedule_state (sync, counted_from, zone) VALUES (?, ?, '')")
  const remove = db.prepare('DELETE FROM sync WHERE id = ?')

  return {
    list: (): Sync[] => list.all().map(fromRow),
    ofAudience: (audience: string): Sync[] => ofAudience.all(audience).map(fromRow),
    ofDestination: (connection: string): Sync[] => ofDestination.all(connection).map(fromRow),
    get(id: string): Sync {
      const row = find.get(id)
      if (row === undefined) throw notThere('sync')
      return fromRow(row)
    },
    /** Adds it, or replaces the one with the same id. The schedule of a new one is counted from `updatedAt`. */
    put(sync: Sync): void {
      const json = { mapping: JSON.stringify(sync.mapping), guards: JSON.stringify(sync.guards) }
      put.run({ ...sync, ...json, schedule: JSON.stringify(sync.schedule) })
      putState.run(sync.id, sync.updatedAt)
    },
    /** What its destination calls its object, as far as that was ever asked. */
    objectLabel: (id: string): string | null => (labelOf.get(id) as string | null | undefined) ?? null,
    /** Remembers what a destination calls its objects, for the syncs that send to them. */
    noteLabels(connection: string, objects: readonly Pick<DestinationObject, 'id' | 'label'>[]): void {
      const used = new Set(ofDestination.all(connection).map((row) => (row as { object: unknown }).object))
      for (const { id, label } of objects) if (used.has(id)) putLabel.run({ connection, id, label })
    },
    /** With its runs. */
    remove(id: string): void {
      if (remove.run(id).changes === 0) throw notThere('sync')
    },
  }
}
