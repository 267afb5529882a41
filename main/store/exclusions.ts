import type Database from 'better-sqlite3'
import { z } from 'zod'
import type { Exclusion, Instant } from '../../preload/api.ts'
import { checkedRow } from './rows.ts'

const shape: z.ZodType<Exclusion> = z.object({ value: z.string(), note: z.string(), addedAt: z.string() })

/** People who are never sent. Values are kept as `exclusionKey` writes them. */
export function exclusionStore(db: Database.Database) {
  const list = db.prepare('SELECT value, note, added_at AS addedAt FROM exclusion ORDER BY value')
  const values = db.prepare('SELECT value FROM exclusion ORDER BY value').pluck()
  // Without a new note the old one stays.
  const add = db.prepare(`INSERT INTO exclusion VALUES (?, ?, ?)
    ON CONFLICT (value) DO UPDATE SET note = iif(excluded.note = '', note, excluded.note)`)
  const remove = db.prepare('DELETE FROM exclusion WHERE value = ?')
  return {
    list: (): Exclusion[] => list.all().map((row) => checkedRow(shape, row, 'exclusion')),
    values: (): string[] => values.all() as string[],
    add: (added: readonly string[], note: string, at: Instant): void =>
      db.transaction(() => {
        for (const value of added) add.run(value, note, at)
      })(),
    remove: (value: string): void => void remove.run(value),
  }
}
