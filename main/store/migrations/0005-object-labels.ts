import type { Migration } from './index.ts'

/** What the destination called a sync's object when it was last asked, so that a list can show it without asking. */
export const objectLabels: Migration = {
  to: 5,
  sql: 'ALTER TABLE sync ADD COLUMN object_label TEXT',
}
