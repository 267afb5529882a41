import type { Migration } from './index.ts'

/** Undo, comparing with the destination, rules per sync, people who are never sent. */
export const undoAndRules: Migration = {
  to: 2,
  sql: `
    ALTER TABLE sync ADD COLUMN first_run TEXT NOT NULL DEFAULT 'send-all';
    ALTER TABLE sync ADD COLUMN edits TEXT NOT NULL DEFAULT 'keep';
    ALTER TABLE sync ADD COLUMN guards TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(guards));

    ALTER TABLE run DROP COLUMN confirmed_at;
    ALTER TABLE run ADD COLUMN confirmed TEXT CHECK (json_valid(confirmed));
    ALTER TABLE run ADD COLUMN kind TEXT NOT NULL DEFAULT 'sync';
    ALTER TABLE run ADD COLUMN undoes TEXT;
    ALTER TABLE run ADD COLUMN undone_by TEXT;
    ALTER TABLE run ADD COLUMN undo TEXT CHECK (json_valid(undo));
    ALTER TABLE run ADD COLUMN cannot_compare TEXT;
    ALTER TABLE run ADD COLUMN compared_at TEXT;

    CREATE TABLE exclusion (
      value TEXT PRIMARY KEY,
      note TEXT NOT NULL,
      added_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
}
