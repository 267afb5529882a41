import type { Migration } from './index.ts'

/**
 * What a schedule has done is kept apart from what the person wrote, so that saving a sync never undoes it. A day may have
 * several times.
 */
export const schedules: Migration = {
  to: 4,
  sql: `
    CREATE TABLE schedule_state (
      sync TEXT PRIMARY KEY REFERENCES sync(id) ON DELETE CASCADE,
      -- Everything up to this moment is settled; the next time is counted from here.
      counted_from TEXT NOT NULL,
      -- The computer's zone at that moment.
      zone TEXT NOT NULL,
      paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
      missed TEXT CHECK (json_valid(missed)),
      note TEXT CHECK (json_valid(note)),
      -- Of the sync that this one runs after: the last of its runs that was heard of, and the one that is still to be followed.
      heard TEXT,
      follows TEXT
    ) STRICT, WITHOUT ROWID;
    INSERT INTO schedule_state (sync, counted_from, zone) SELECT id, scheduled_from, '' FROM sync;
    ALTER TABLE sync DROP COLUMN scheduled_from;

    UPDATE sync SET schedule = json_set(json_remove(schedule, '$.time'), '$.times', json_array(schedule ->> '$.time'))
    WHERE schedule ->> '$.kind' = 'weekly' AND schedule ->> '$.time' IS NOT NULL;
  `,
}
