import type Database from 'better-sqlite3'
import { z } from 'zod'
import type { Connection } from '../../preload/api.ts'
import { checkedRow, notThere, parsedJson } from './rows.ts'
import { connectionStatusShape, idShape, nameShape, valuesShape } from './shapes.ts'

/** A connection as it is kept: the screens' one without what the vault knows. */
export type StoredConnection = Omit<Connection, 'savedSecrets'>

const shape: z.ZodType<StoredConnection> = z.object({
  id: idShape,
  name: nameShape,
  connector: z.string(),
  kind: z.enum(['source', 'destination']),
  values: valuesShape,
  status: connectionStatusShape,
  testedAs: z.string().exactOptional(),
  testedAt: z.string().exactOptional(),
  sample: z.boolean(),
})

const COLUMNS = 'id, name, connector, kind, form, status, tested_as, tested_at, sample'

function fromRow(row: unknown): StoredConnection {
  const { form, tested_as, tested_at, sample, ...rest } = row as Record<string, unknown>
  return checkedRow(
    shape,
    {
      ...rest,
      values: parsedJson(form),
      sample: sample === 1,
      ...(tested_as === null ? {} : { testedAs: tested_as }),
      ...(tested_at === null ? {} : { testedAt: tested_at }),
    },
    'connection',
  )
}

/** Connections by name. `get` and `remove` throw a ProblemError when there is none with this id. */
export function connectionStore(db: Database.Database) {
  const list = db.prepare(`SELECT ${COLUMNS} FROM connection ORDER BY name COLLATE NOCASE, id`)
  const find = db.prepare(`SELECT ${COLUMNS} FROM connection WHERE id = ?`)
  const put = db.prepare(`
    INSERT INTO connection (${COLUMNS}, created_at)
      VALUES (@id, @name, @connector, @kind, @form, @status, @testedAs, @testedAt, @sample, @now)
    ON CONFLICT (id) DO UPDATE SET name = @name, connector = @connector, kind = @kind, form = @form, status = @status,
      tested_as = @testedAs, tested_at = @testedAt, sample = @sample`)
  const setStatus = db.prepare('UPDATE connection SET status = ? WHERE id = ?')
  const remove = db.prepare('DELETE FROM connection WHERE id = ?')

  function get(id: string): StoredConnection {
    const row = find.get(id)
    if (row === undefined) throw notThere('connection')
    return fromRow(row)
  }

  return {
    list: (): StoredConnection[] => list.all().map(fromRow),
    get,
    find: (id: string): StoredConnection | undefined => {
      const row = find.get(id)
      return row === undefined ? undefined : fromRow(row)
    },
    /** Adds it, or replaces the one with the same id. */
    put(connection: StoredConnection, now: string): void {
      put.run({
        id: connection.id,
        name: connection.name,
        connector: connection.connector,
        kind: connection.kind,
        form: JSON.stringify(connection.values),
        status: connection.status,
        testedAs: connection.testedAs ?? null,
        testedAt: connection.testedAt ?? null,
        sample: connection.sample ? 1 : 0,
        now,
      })
    },
    setStatus: (id: string, status: Connection['status']): void => void setStatus.run(status, id),
    /** With its sealed secrets. Fails while an audience or a sync uses it. */
    remove(id: string): void {
      if (remove.run(id).changes === 0) throw notThere('connection')
    },
  }
}
