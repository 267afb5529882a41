import type Database from 'better-sqlite3'
import { z } from 'zod'
import type { Audience } from '../../preload/api.ts'
import { checkedRow, notThere, parsedJson } from './rows.ts'
import { idShape, nameShape, queryShape, uniqueIdShape } from './shapes.ts'

const shape: z.ZodType<Audience> = z.object({
  id: idShape,
  name: nameShape,
  connection: idShape,
  query: queryShape,
  uniqueId: uniqueIdShape,
  updatedAt: z.string(),
})

const COLUMNS = 'id, name, connection, query, unique_id, updated_at'

function fromRow(row: unknown): Audience {
  const { query, unique_id, updated_at, ...rest } = row as Record<string, unknown>
  const audience = { ...rest, query: parsedJson(query), uniqueId: parsedJson(unique_id), updatedAt: updated_at }
  return checkedRow(shape, audience, 'audience')
}

/** Audiences by name. `get` and `remove` throw a ProblemError when there is none with this id. */
export function audienceStore(db: Database.Database) {
  const list = db.prepare(`SELECT ${COLUMNS} FROM audience ORDER BY name COLLATE NOCASE, id`)
  const ofConnection = db.prepare(
    `SELECT ${COLUMNS} FROM audience WHERE connection = ? ORDER BY name COLLATE NOCASE, id`,
  )
  const find = db.prepare(`SELECT ${COLUMNS} FROM audience WHERE id = ?`)
  const put = db.prepare(`
    INSERT INTO audience (${COLUMNS}) VALUES (@id, @name, @connection, @query, @uniqueId, @updatedAt)
    ON CONFLICT (id) DO UPDATE SET name = @name, connection = @connection, query = @query, unique_id = @uniqueId,
      updated_at = @updatedAt`)
  const remove = db.prepare('DELETE FROM audience WHERE id = ?')

  return {
    list: (): Audience[] => list.all().map(fromRow),
    ofConnection: (connection: string): Audience[] => ofConnection.all(connection).map(fromRow),
    get(id: string): Audience {
      const row = find.get(id)
      if (row === undefined) throw notThere('audience')
      return fromRow(row)
    },
    /** Adds it, or replaces the one with the same id. */
    put(audience: Audience): void {
      const { query, uniqueId, ...rest } = audience
      put.run({ ...rest, query: JSON.stringify(query), uniqueId: JSON.stringify(uniqueId) })
    },
    /** Fails while a sync uses it. */
    remove(id: string): void {
      if (remove.run(id).changes === 0) throw notThere('audience')
    },
  }
}
