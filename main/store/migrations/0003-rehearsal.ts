import type { Migration } from './index.ts'

/** Runs that talked to a product's stand-in. */
export const rehearsal: Migration = {
  to: 3,
  sql: 'ALTER TABLE run ADD COLUMN rehearsal INTEGER NOT NULL DEFAULT 0 CHECK (rehearsal IN (0, 1));',
}
